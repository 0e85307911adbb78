"""What leaves the table is what is on the screen, and a report opens where it can be printed."""

from __future__ import annotations

import csv
import io
import json
import zipfile
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
def table(page: Any, server: Server, ears: Ears) -> Any:
    """The table of the three ears, thresholds upwards."""
    page.goto(f"{server.url}#/table?upload={ears.upload}&sort=threshold_db&order=up")
    page.locator("tbody tr").nth(2).wait_for()
    return page


def download(page: Any, what: str, whose: str = "as people corrected it") -> bytes:
    page.get_by_label("What to export").select_option(what)
    page.get_by_label("Whose reading").select_option(whose)
    # A cohort and a report load much before they begin; on a busy machine that takes its time.
    with page.expect_download(timeout=90_000) as expected:
        page.get_by_role("button", name="Download").click()
    return Path(expected.value.path()).read_bytes()


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8"))))


def on_screen(page: Any) -> list[tuple[str, str]]:
    """Subject and threshold of every row, as they are read."""
    cells = page.locator('tbody tr th, tbody td[data-column="threshold"]').all_inner_texts()
    pairs = zip(cells[::2], cells[1::2], strict=True)
    return [(subject, level.split(" dB nHL")[0]) for subject, level in pairs]


def test_an_export_holds_the_rows_of_the_screen_in_their_order(table: Any) -> None:
    exported = rows(download(table, "Thresholds (CSV)"))
    assert [(one["subject"], one["threshold_db"]) for one in exported] == on_screen(table)
    table.get_by_label("Search").fill("TAB-C")
    table.get_by_text("1 series found").wait_for()
    exported = rows(download(table, "Thresholds (CSV)"))
    assert [(one["subject"], one["threshold_db"]) for one in exported] == on_screen(table)
    assert len(exported) == 1


def test_the_screen_and_its_exports_say_what_people_said_unless_asked(
    table: Any, ears: Ears
) -> None:
    marked = f'tr[data-id="{ears.series[1]}"] td[data-column="threshold"]'
    cell = table.locator(marked)
    assert cell.inner_text() == f"{MARKED_DB:g} dB nHL \N{MIDDLE DOT} anna"
    assert "marked by anna" in cell.locator("[title]").get_attribute("title")
    # Sorted by what is shown.
    assert [level for _, level in on_screen(table)] == [
        f"{level:g}" for level in sorted([ears.thresholds[0], MARKED_DB, ears.thresholds[2]])
    ]
    exported = rows(download(table, "Thresholds (CSV)"))
    assert [(one["subject"], one["threshold_db"]) for one in exported] == on_screen(table)
    (warned,) = [one["warnings"] for one in exported if one["subject"] == "TAB-B"]
    assert "Corrected by anna" in warned
    found = json.loads(download(table, "Everything found (JSON)"))
    shown = [f"{one['threshold']['value_db']:g}" for one in found["series"]]
    assert shown == [level for _, level in on_screen(table)]
    table.get_by_label("Whose reading").select_option("as analyzed")
    table.locator(marked, has_text=f"{ears.thresholds[1]:g} dB nHL").wait_for()
    exported = rows(download(table, "Thresholds (CSV)", "as analyzed"))
    assert [(one["subject"], one["threshold_db"]) for one in exported] == on_screen(table)
    assert "rater=machine" in table.url  # a bookmark shows the same


def test_chosen_rows_are_exported_alone(table: Any, ears: Ears) -> None:
    last, first = (table.locator("tbody input").nth(i) for i in (2, 0))
    last.check()
    first.check()
    found = json.loads(download(table, "Everything found (JSON)"))
    named = [subject for subject, _ in on_screen(table)]
    assert [one["info"]["subject"] for one in found["series"]] == [named[0], named[2]]
    waves = rows(download(table, "Waves (CSV)"))
    assert {one["series"].split()[0] for one in waves} == {named[0], named[2]}


def test_an_export_may_be_as_a_rater_corrected_it(table: Any) -> None:
    machine = {
        one["subject"]: one for one in rows(download(table, "Thresholds (CSV)", "as analyzed"))
    }
    anna = {
        one["subject"]: one
        for one in rows(download(table, "Thresholds (CSV)", "as corrected by anna"))
    }
    assert anna["TAB-B"]["threshold_db"] == "40" != machine["TAB-B"]["threshold_db"]
    assert anna["TAB-A"]["threshold_db"] == machine["TAB-A"]["threshold_db"]
    marks = rows(download(table, "Corrections (CSV)"))
    assert {one["rater"] for one in marks} == {"anna"}


def test_a_cohort_needs_a_rater_and_holds_what_was_marked(table: Any) -> None:
    table.get_by_label("What to export").select_option("Cohort to train on (ZIP)")
    table.get_by_label("Whose reading").select_option("as analyzed")
    table.get_by_role("button", name="Download").click()
    table.locator(".message.error", has_text="what a rater marked").wait_for()
    table.get_by_label("counts as agreed").check()
    packed = download(table, "Cohort to train on (ZIP)", "as corrected by anna")
    with zipfile.ZipFile(io.BytesIO(packed)) as cohort:
        assert "cohort.parquet" in {Path(one).name for one in cohort.namelist()}


def test_the_report_opens_in_a_tab_and_is_printed(table: Any, ears: Ears) -> None:
    table.context.add_init_script("window.print = () => { document.title += ' (printed)'; }")
    table.locator("tbody input").first.check()
    with table.expect_popup() as opened:
        table.get_by_role("button", name="Print or save as PDF").click()
    report = opened.value
    report.get_by_role("heading", level=1).wait_for(timeout=90_000)
    subject, _ = on_screen(table)[0]
    assert subject in report.locator("body").inner_text()
    table.get_by_role("button", name="Open the report").wait_for()
    table.locator('.exports [role="status"]:empty').wait_for(state="attached")
    assert report.title().endswith("(printed)")


def test_what_cannot_be_exported_is_said_with_what_to_do(table: Any) -> None:
    table.route("**/export", lambda route: route.fulfill(
        status=413, json={"error": "An export should hold at most 1000 series.", "hint": "Fewer."}
    ))  # fmt: skip
    table.get_by_role("button", name="Download").click()
    message = table.locator(".message.error")
    message.wait_for()
    assert "at most 1000 series" in message.inner_text()
    assert "Fewer." in message.inner_text()
    # A tab that was opened for a report goes, too.
    with table.expect_popup() as opened:
        table.get_by_role("button", name="Open the report").click()
    if not opened.value.is_closed():
        opened.value.wait_for_event("close")
