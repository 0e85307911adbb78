"""Threshold and loss type: dragged or chosen, kept, and never overwritten by an analysis."""

from __future__ import annotations

from typing import Any

from .looking import drag, open_series, pick, saved, topmost
from .serving import Server


def threshold(server: Server, series: str) -> tuple[str, float | None]:
    (reading,) = server.series(series)["readings"]
    return reading["threshold"]["status"], reading["threshold"]["value_db"]


def shown(page: Any, which: int) -> str:
    return str(page.locator(".answer").nth(which).inner_text())


def grip(page: Any, colour: str) -> tuple[float, float]:
    """The knob at the right end of the line."""
    canvas = page.locator(".waterfall canvas").bounding_box()
    x, y = topmost(page, colour, wide=9, below=canvas["height"] / 2)
    assert x > canvas["x"] + 0.6 * canvas["width"]
    return x, y


def test_the_line_can_be_dragged_between_levels(page: Any, server: Server, own_series: str) -> None:
    open_series(page, server, own_series)
    assert shown(page, 0).startswith("20 dB")
    rows = page.evaluate("import('/js/plot/geometry.js').then((g) => g.fittingSpacing(6))")
    drag(page, grip(page, "link"), -40, -2 * rows)  # 10 20 | 30 40 60 80: two levels up
    saved(page)
    assert threshold(server, own_series) == ("estimated", 40)
    page.reload()
    open_series(page, server, own_series)
    assert shown(page, 0).startswith("40 dB")
    assert "human" in page.locator(".answer").first.get_attribute("class")
    assert "anna" in page.locator(".one-answer").first.inner_text()
    page.locator(".one-answer").first.get_by_role("button", name="Release").click()
    saved(page)
    assert shown(page, 0).startswith("20 dB")


def test_no_response_and_cannot_tell_are_answers(
    page: Any, server: Server, own_series: str
) -> None:
    open_series(page, server, own_series)
    page.get_by_label("Threshold: choose").select_option("no_response")
    page.get_by_label("Loss type: choose").select_option("chl")
    saved(page)
    assert shown(page, 0) == "No response: above 80 dB nHL"  # as the report says it
    assert shown(page, 1) == "Conductive loss"
    assert threshold(server, own_series) == ("no_response", None)
    page.get_by_label("Loss type: choose").select_option("cannot_tell")
    saved(page)
    assert shown(page, 1) == "Cannot tell"
    (reading,) = server.series(own_series)["readings"]
    assert reading["loss_type"]["value"] == "cannot tell"


def test_analyzing_again_leaves_what_people_marked(
    page: Any, server: Server, own_series: str
) -> None:
    server.correct(own_series, "ben", kind="threshold", status="estimated", value_db=60)
    open_series(page, server, own_series)
    pick(page, 80, "V").fill("6.60")
    pick(page, 80, "V").press("Tab")
    saved(page)
    page.get_by_label("Filter").select_option("smooth")
    page.get_by_role("button", name="Analyze again").click()
    page.get_by_text("Version 2 is shown").wait_for()
    after = server.series(own_series)
    assert [one["version"] for one in after["versions"]] == [1, 2]
    assert pick(page, 80, "V").input_value() == "6.60"
    assert pick(page, 80, "V").get_attribute("data-human") == "anna"
    marked = {one["rater"]: (one["waves"], one["threshold"]) for one in after["readings"]}
    assert marked["anna"][0][0]["latency_ms"] == 6.6
    assert marked["ben"][1]["value_db"] == 60
    # The earlier version can be looked at again.
    page.get_by_label("Version").select_option("1")
    assert pick(page, 80, "V").input_value() == "6.60"


def test_another_raters_reading_can_be_shown_and_is_not_ones_own(
    page: Any, server: Server, own_series: str
) -> None:
    server.correct(own_series, "ben", kind="threshold", status="estimated", value_db=60)
    open_series(page, server, own_series)
    assert shown(page, 0).startswith("20 dB")
    page.get_by_label("Shown").select_option("ben")
    assert shown(page, 0).startswith("60 dB")
    assert page.get_by_role("button", name="Undo").is_disabled()
    # What is changed while looking at it is one's own, and is shown from then on.
    page.get_by_label("Loss type: choose").select_option("chl")
    saved(page)
    assert page.get_by_label("Shown").input_value() == "anna"
    assert shown(page, 0).startswith("20 dB")
    readings = {one["rater"]: one for one in server.series(own_series)["readings"]}
    assert readings["ben"]["loss_type"] is None
    assert readings["anna"]["threshold"] is None


def test_two_readers_are_compared_and_seen_side_by_side(
    page: Any, server: Server, own_series: str
) -> None:
    server.correct(own_series, "anna", kind="threshold", status="estimated", value_db=40)
    server.correct(own_series, "ben", kind="threshold", status="estimated", value_db=60)
    open_series(page, server, own_series)
    page.get_by_role("link", name="Compare anna and ben").click()
    page.get_by_role("rowheader").get_by_role("link").first.click()
    page.locator(".picks input").first.wait_for()
    assert page.get_by_label("Shown").input_value() == "ben"
    assert page.get_by_label("beside").input_value() == "anna"
    assert shown(page, 0).startswith("60 dB")


def test_a_warning_names_the_field_that_settles_it(
    page: Any, server: Server, unreferenced: str
) -> None:
    """Who has no terminal has no option of a command."""
    open_series(page, server, unreferenced)
    warning = page.locator(".warnings li", has_text="level reference is not stated")
    warning.get_by_text("“Level reference” under Analysis").wait_for()
    assert "--" not in warning.inner_text()
    field = page.locator(".settings").get_by_label("Level reference")
    assert field.locator("option").count() > 1


def test_an_age_makes_a_further_version_and_stands_there_for_the_next(
    page: Any, server: Server, own_series: str
) -> None:
    open_series(page, server, own_series)
    page.get_by_text("Quality and processing").click()
    page.get_by_text("adult norms were used (“Age” under Analysis sets it)").wait_for()
    page.locator(".settings").get_by_label("Age", exact=True).fill("6")
    page.get_by_label("Age in").select_option("weeks")
    page.get_by_role("button", name="Analyze again").click()
    page.get_by_text("Version 2 is shown").wait_for()
    after = server.series(own_series)
    assert after["findings"]["info"]["age_weeks"] == 6
    assert page.locator(".versions option").last.inner_text().endswith("(6 weeks)")
    page.reload()
    page.locator(".settings").wait_for()
    assert page.get_by_label("Age", exact=True).input_value() == "6"
    assert page.get_by_label("Age in").input_value() == "weeks"
    page.get_by_label("Age", exact=True).fill("-30")
    page.get_by_role("button", name="Analyze again").click()
    assert page.get_by_label("Age", exact=True).evaluate("(field) => field.validity.rangeUnderflow")
    assert len(server.series(own_series)["versions"]) == 2
