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


def test_the_exercise_tells_nothing_before_the_answer(page: Any, server: Server) -> None:
    opened(page, server)
    for right in (True, False):
        with page.expect_response("**/api/v1/simulate") as told:
            page.click(".exercise button >> nth=0")
        page.wait_for_selector("input[name=guess]")
        page.wait_for_selector(SETTLED)
        truth = told.value.json()
        assert not page.is_visible("input[name=threshold]")
        assert "threshold=" not in page.url
        assert "loss=" not in page.url
        assert page.locator("input[name=threshold]").input_value() == "25"
        assert "True threshold" not in page.inner_text(".stage")
        lowest = truth["lowest_response_level_db"]
        others = [one["level_db"] for one in truth["levels"] if one["level_db"] != lowest]
        page.check(f"input[name=guess][value='{lowest if right else others[0]:g}']")
        page.click(".exercise button >> text=Answer")
        verdict = page.inner_text(".exercise [role=status]")
        assert verdict.startswith("Right.") == right
        assert f"True threshold: {truth['true_threshold_db']:g}".replace("-", "\u2212") in verdict
        assert (
            page.locator("input[name=threshold]").input_value() == f"{truth['true_threshold_db']:g}"
        )
        page.wait_for_selector(SETTLED)  # asked for once more, without the secret
    assert "2 ears" in page.inner_text(".exercise")


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
