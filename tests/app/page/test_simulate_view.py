"""The simulator: what a slider says is what is drawn, and an exercise hides its truth."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from .looking import drawn
from .serving import Server

SETTLED = ".view.simulate[data-state=settled]"


def opened(page: Any, server: Server, address: str = "#/simulate") -> None:
    page.goto(f"{server.url}{address}")
    page.wait_for_selector(SETTLED)


def pixels(page: Any) -> str:
    drawn(page)
    found: str = page.evaluate("document.querySelector('.waterfall canvas').toDataURL()")
    return found


def slide(page: Any, name: str, value: str) -> dict[str, Any]:
    """Move a slider; return what was simulated for it."""
    with page.expect_response("**/api/v1/simulate") as told:
        page.locator(f"input[name={name}]").fill(value)
    page.wait_for_selector(SETTLED)
    answer: dict[str, Any] = told.value.json()
    return answer


def test_the_words_of_a_threshold_found_are_clear_of_the_true_line(
    page: Any, server: Server
) -> None:
    opened(page, server)
    asked = """async () => {
      const { drawMoving } = await import('/js/plot/layers.js');
      const { layout } = await import('/js/plot/geometry.js');
      const picture = { rows: 3, width: 800, spacing: 40, gain: 1, rowUv: 1, window: [0, 12] };
      const place = layout(picture);
      return [[1.8, 1.5], [1.2, 1.5]].map(([found, gap]) => {
        const said = {};
        const text = (x, y, words) => { said[words] = y; };
        const threshold = { gap, text: "true", beside: [{ gap: found, text: "found" }] };
        drawMoving({ line() {}, shape() {}, text }, { rows: [], threshold }, place, {});
        return { found: said.found, line: place.gapY(found), other: place.gapY(gap) };
      });
    }"""
    for one in page.evaluate(asked):
        assert (one["found"] - one["line"]) * (one["line"] - one["other"]) > 0  # on the far side


@pytest.mark.parametrize("human", [True, False])
def test_the_name_of_a_mark_at_the_top_stays_in_the_picture(
    page: Any, server: Server, human: bool
) -> None:
    page.goto(server.url)
    asked = """async (human) => {
      const { drawMoving } = await import('/js/plot/layers.js');
      const { layout } = await import('/js/plot/geometry.js');
      const picture = { rows: 3, width: 800, spacing: 40, gain: 1, rowUv: 1, window: [0, 12] };
      const place = layout(picture);
      return [0.1, 0.57].map((uv) => {
        const tops = [];
        const pen = {
          line() {}, shape() {}, widthOf: () => 9,
          box: (x, y) => tops.push(y), text: (x, y) => tops.push(y - 7),
        };
        const bold = { start_ms: 0, step_ms: 1, values_uv: [uv, uv] };
        const marks = [{ name: "V", ms: 0.5, shape: "circle", colour: "wave-v", human }];
        drawMoving(pen, { rows: [{ bold, marks }] }, place, {});
        return [Math.min(...tops), place.y(0, uv)];
      });
    }"""
    (low, low_mark), (high, high_mark) = page.evaluate(asked, human)
    assert 0 < low < low_mark  # above its mark where there is room
    assert 0 < high_mark < high


def test_a_slider_changes_the_response_that_is_drawn(page: Any, server: Server) -> None:
    opened(page, server)
    before = pixels(page)
    made = slide(page, "threshold", "60")
    assert made["true_threshold_db"] == 60
    assert made["lowest_response_level_db"] == 70
    assert pixels(page) != before
    assert "lowest level played with a response is 70 dB" in page.inner_text(".told")
    assert "threshold=60" in page.url
    quiet = pixels(page)
    slide(page, "noise", "4")
    assert pixels(page) != quiet
    assert "Noise left in an average: 89 nV" in page.inner_text(".told")  # 4 uV / sqrt(2000)


def test_an_address_brings_back_the_ear(page: Any, server: Server) -> None:
    with page.expect_request("**/api/v1/simulate") as asked:
        opened(
            page, server, "#/simulate?threshold=45&loss=chl&age=13w&highest=90&sweeps=500&rate=no"
        )
    body = asked.value.post_data_json
    assert (body["true_threshold_db"], body["loss"], body["age_weeks"]) == (45, "chl", 13)
    assert (body["levels_db"][0], body["sweeps"], body["rate_hz"]) == (90, 500, 21.1)
    assert page.locator("select[name=loss]").input_value() == "chl"
    assert page.inner_text("[data-control=age] output") == "3 months"


def test_what_the_analysis_finds_stands_beside_the_truth(page: Any, server: Server) -> None:
    opened(page, server, "#/simulate?replicates=2")
    truth = pixels(page)
    with page.expect_response(lambda r: r.url.endswith("/simulate") and bool(r.json()["findings"])):
        page.check("input[name=reads]")
    page.wait_for_selector(SETTLED)
    assert pixels(page) != truth
    assert re.search(r"The analysis finds \d+ dB nHL: (right|\d+ dB too)", page.inner_text(".told"))
    page.click("summary")
    row = (
        page.locator(".beside tbody tr").filter(has_text="V").first.locator("td").all_inner_texts()
    )
    assert row[0] == "80"
    found, true, off = float(row[3]), float(row[2]), float(row[4].replace("\u2212", "-"))
    assert off == pytest.approx(found - true, abs=0.011)
    page.uncheck("input[name=truth]")
    assert "True threshold" not in page.inner_text(".told")


def keys_of(value: Any) -> set[str]:
    """Every name in a JSON value, however deep."""
    if isinstance(value, dict):
        return set(value) | keys_of(list(value.values()))
    if isinstance(value, list):
        return set().union(*(keys_of(one) for one in value))
    return set()


def test_the_exercise_tells_nothing_before_the_answer(page: Any, server: Server) -> None:
    opened(page, server)
    received: list[Any] = []
    page.on("response", lambda one: received.append(one) if "/api/v1/" in one.url else None)
    for right in (True, False):
        received.clear()
        with page.expect_response("**/api/v1/exercises"):
            page.click(".exercise button >> nth=0")
        page.wait_for_selector("input[name=guess]")
        page.wait_for_selector(SETTLED)
        # The same ear, recorded once more.
        with page.expect_response("**/recordings"):
            page.locator("input[name=noise]").fill("2" if right else "1")
        page.wait_for_selector(SETTLED)
        assert [one.url.rsplit("/")[-1] for one in received] == ["exercises", "recordings"]
        for one in received:  # not in what is drawn alone: in nothing that the page was given
            assert keys_of(one.json()) == {
                *("id", "level_reference", "levels"),
                *("level_db", "start_ms", "step_ms", "averages_uv"),
            }
        for name in ("threshold", "seed"):
            assert not page.is_visible(f"input[name={name}]")
        assert "threshold=" not in page.url
        assert "loss=" not in page.url
        assert "True threshold" not in page.inner_text(".stage")
        # Which is right only the server knows: guess, and compare with what it says then.
        page.check(f"input[name=guess][value='{'none' if right else '80'}']")
        with page.expect_response("**/guess") as told:
            page.click(".exercise button >> text=Answer")
        page.wait_for_selector(".exercise [role=status]")
        truth = told.value.json()
        lowest = truth["made"]["lowest_response_level_db"]
        said = None if right else 80
        assert truth["off_db"] == (None if said is None or lowest is None else said - lowest)
        verdict = page.inner_text(".exercise [role=status]")
        assert verdict.startswith("Right") == (said == lowest)
        threshold = truth["made"]["true_threshold_db"]
        assert f"True threshold: {threshold:g}".replace("-", "\u2212") in verdict
        assert page.locator("input[name=threshold]").input_value() == f"{threshold:g}"
        # Asked for once more, without a secret: what was told makes the same ear.
        page.wait_for_selector(SETTLED)
        again = [one for one in received if one.url.endswith("/simulate")][-1].json()
        assert again["levels"] == truth["made"]["levels"]


def test_an_exercise_that_is_left_leaves_the_ear_before(page: Any, server: Server) -> None:
    opened(page, server, "#/simulate?threshold=45")
    before = pixels(page)
    page.click(".exercise button >> nth=0")
    page.wait_for_selector("input[name=guess]")
    page.wait_for_selector(SETTLED)
    assert pixels(page) != before
    page.click("text=End the exercise")
    page.wait_for_selector(SETTLED)
    assert page.locator("input[name=threshold]").input_value() == "45"
    assert pixels(page) == before


def test_what_cannot_be_simulated_is_said_and_the_page_goes_on(page: Any, server: Server) -> None:
    problem = {"error": "Levels should be heard. Found none.", "hint": "Play louder."}
    opened(page, server)
    page.route(
        "**/api/v1/simulate",
        lambda route: route.fulfill(
            status=422, body=json.dumps(problem), content_type="application/json"
        ),
    )
    page.locator("input[name=noise]").fill("2")
    page.wait_for_selector(".stage [role=alert]:not([hidden])")
    assert (
        page.inner_text(".stage [role=alert]") == "Levels should be heard. Found none. Play louder."
    )
    page.unroute("**/api/v1/simulate")
    slide(page, "noise", "1")
    assert page.is_hidden(".stage [role=alert]")
