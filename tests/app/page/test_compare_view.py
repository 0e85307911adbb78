"""Two readers side by side: what the screen says, what its file says, and where it leads."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .ears import MARKED_DB, Ears, three_ears
from .serving import Server


@pytest.fixture(scope="module")
def ears(server: Server) -> Iterator[Ears]:
    with three_ears(server) as ears:
        yield ears


@pytest.fixture
def comparison(page: Any, server: Server, ears: Ears) -> Any:
    """The machine and anna, on the one ear that she corrected."""
    page.goto(f"{server.url}#/compare?a=machine&b=anna&series={ears.series[1]}")
    page.get_by_role("heading", name="Answers").wait_for()
    return page


def answers(page: Any) -> list[list[str]]:
    box = page.get_by_role("region", name="Answers")
    return [row.locator("th, td").all_inner_texts() for row in box.locator("tbody tr").all()]


def saved(page: Any, name: str) -> list[dict[str, str]]:
    with page.expect_download() as expected:
        page.get_by_role("button", name=name).click()
    text = Path(expected.value.path()).read_text(encoding="utf-8")
    return list(csv.DictReader(io.StringIO(text)))


def test_every_correction_is_a_difference_that_leads_to_its_series(
    comparison: Any, server: Server, ears: Ears
) -> None:
    threshold = ears.thresholds[1]
    found = {(row[1], row[2]): row for row in answers(comparison)}
    assert set(found) == {("threshold", ""), ("wave V", "80 dB nHL"), ("wave I", "80 dB nHL")}
    less = f"\N{MINUS SIGN}{threshold - MARKED_DB:g} dB"
    assert found["threshold", ""][3:] == [f"{threshold:g} dB nHL", f"{MARKED_DB:g} dB nHL", less]
    assert found["wave V", "80 dB nHL"][4] == "6.50 ms"
    assert found["wave I", "80 dB nHL"][3:] == ["absent", "2.00 ms", "differs"]
    comparison.get_by_label("only where they differ").uncheck()
    assert len(answers(comparison)) > len(found)
    comparison.get_by_role("region", name="Answers").get_by_role("link").first.click()
    comparison.wait_for_url(f"**/#/series/{ears.series[1]}?shown=*")


def test_swapped_readers_differ_the_other_way(comparison: Any, ears: Ears) -> None:
    comparison.get_by_role("button", name="Swap").click()
    more = f"+{ears.thresholds[1] - MARKED_DB:g} dB"
    comparison.get_by_role("cell", name=more).wait_for()
    assert "a=anna&b=machine" in comparison.url


def test_numbers_are_those_of_the_api_and_the_files_those_of_the_screen(
    comparison: Any, server: Server, ears: Ears
) -> None:
    with server.asking() as api:
        query = {"a": "machine", "b": "anna", "series": ears.series[1]}
        said = api.get("/compare", params=query).json()
    bias = next(one for one in said["waves"] if one["wave"] == "V")["latency_bias_ms"]
    row = comparison.get_by_role("region", name="Agreement on waves").locator("tbody tr").nth(4)
    assert f"{abs(bias['value']):.2f} ms n = {bias['n']}" in row.inner_text()
    numbers = saved(comparison, "Save the numbers")
    (kept,) = [n for n in numbers if (n["figure"], n["wave"]) == ("latency_bias_ms", "V")]
    assert float(kept["value"]) == pytest.approx(bias["value"], rel=1e-5)
    rows = saved(comparison, "Save these rows")
    assert [list(row.values())[-3:] for row in rows] == [row[-3:] for row in answers(comparison)]
    assert {row["level_reference"] for row in rows} == {"nHL"}


def test_the_plots_hold_every_pair(comparison: Any, server: Server, ears: Ears) -> None:
    with server.asking() as api:
        query = {"a": "machine", "b": "anna", "series": ears.series[1]}
        (said,) = api.get("/compare", params=query).json()["series"]
    both = [one for one in said["waves"] if one["a"]["latency_ms"] and one["b"]["latency_ms"]]
    points = comparison.locator(".plots figure").first.locator("path title")
    assert points.count() == len([one for one in both if one["wave"] == "V"])
    assert "80 dB nHL, wave V" in points.all_text_contents()[0]
    comparison.get_by_label("Wave", exact=True).select_option("all waves")
    assert points.count() == len(both)
    thresholds = comparison.locator(".plots figure").nth(1).locator("path title")
    assert thresholds.count() == 1
    comparison.get_by_text("Mean of the two (dB nHL)", exact=True).wait_for()


def test_the_name_of_an_axis_is_clear_of_its_numbers(comparison: Any) -> None:
    gaps = comparison.locator(".plots .axes").first.evaluate(
        """(axes) => {
          const texts = [...axes.querySelectorAll("text")];
          const [name] = texts.filter((text) => text.textContent === "Difference (ms)");
          const numbers = texts.filter((text) => text.getAttribute("text-anchor") === "end");
          const edge = name.getBoundingClientRect().right;
          return numbers.map((text) => text.getBoundingClientRect().left - edge);
        }"""
    )
    assert len(gaps) > 2
    assert min(gaps) >= 2


def test_levels_of_unlike_references_are_not_given_one(
    page: Any, server: Server, ears: Ears
) -> None:
    with server.asking() as api:
        said = api.get("/compare", params={"a": "machine", "b": "anna"}).json()
    (nhl,) = said["series"]
    said["series"] = [nhl, {**nhl, "level_reference": "SPL"}]
    page.route("**/api/v1/compare?**", lambda route: route.fulfill(json=said))
    page.goto(f"{server.url}#/compare?a=machine&b=anna")
    page.get_by_text("Mean of the two (dB, of unlike references)").wait_for()
    assert [row[4] for row in answers(page) if row[1] == "threshold"] == ["40 dB nHL", "40 dB SPL"]


def test_before_anyone_corrected_it_says_how_to_begin(page: Any, server: Server) -> None:
    page.route("**/api/v1/raters", lambda route: route.fulfill(json=[]))
    page.goto(f"{server.url}#/compare")
    page.get_by_text("Nobody has corrected anything yet").wait_for()
    page.get_by_role("link", name="To the ears").click()
    page.get_by_role("button", name="Choose files").wait_for()


def test_who_took_everything_back_is_no_reader(
    page: Any, server: Server, ears: Ears, own_series: str
) -> None:
    for act in ({"kind": "threshold", "status": "estimated", "value_db": 40}, {"kind": "undo"}):
        server.correct(own_series, "bert", **act)
    page.goto(f"{server.url}#/compare?a=bert&b=machine")
    page.get_by_role("heading", name="Answers").wait_for()
    readers = page.get_by_label("First reader")
    assert readers.locator("option").all_inner_texts() == ["the machine", "anna"]
    assert readers.input_value() == "anna"  # not the machine beside itself
    page.goto(f"{server.url}#/series/{own_series}?shown=bert")
    page.get_by_role("heading", name="Marked by people").wait_for()
    assert page.get_by_label("Shown").locator("option").all_inner_texts() == ["machine", "anna"]
    assert page.get_by_role("link", name="Compare").count() == 0


def test_text_in_a_csv_is_never_a_formula(page: Any, server: Server) -> None:
    page.goto(server.url)
    made = page.evaluate(
        """async () => {
          const { csv } = await import("/js/compare/csv.js");
          return csv(["a", "b"], [["=1+1", -2.5], ['say "x", y', null], ["-3 dB", NaN]]);
        }"""
    )
    assert made == 'a,b\n\'=1+1,-2.5\n"say ""x"", y",\n\'-3 dB,\n'
