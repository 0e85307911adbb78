"""What happens to work that cannot be saved: it is shown as such, kept, and sent again."""

from __future__ import annotations

from typing import Any

from .looking import open_series, pick, saved
from .serving import Server


def say(page: Any, level: float, wave: str, text: str) -> None:
    pick(page, level, wave).fill(text)
    pick(page, level, wave).press("Tab")


def test_work_survives_a_server_that_does_not_answer(
    page: Any, server: Server, own_series: str
) -> None:
    open_series(page, server, own_series)
    page.context.set_offline(True)
    say(page, 80, "V", "6.30")
    unsaved = page.locator('.saved[data-state="unsaved"]')
    unsaved.wait_for()
    assert "Not saved" in unsaved.inner_text()
    say(page, 60, "V", "")
    say(page, 60, "III", "4.44")
    unsaved.wait_for()  # while it is being sent, an undo would follow it to the server
    page.get_by_role("button", name="Undo").click()  # it never left, and never will
    assert pick(page, 80, "V").input_value() == "6.30"
    page.context.set_offline(False)
    assert server.series(own_series)["readings"] == []
    page.get_by_role("button", name="Retry").click()
    saved(page)
    (reading,) = server.series(own_series)["readings"]
    found = {(one["level_db"], one["wave"]): one["latency_ms"] for one in reading["waves"]}
    assert found == {(80, "V"): 6.3, (60, "V"): None}
    assert reading["acts"] == 2


def test_what_nobody_signed_does_not_stay_on_the_screen(
    page: Any, server: Server, own_series: str
) -> None:
    page.add_init_script("localStorage.removeItem('evoscope.rater')")
    open_series(page, server, own_series)
    before = pick(page, 80, "V").input_value()
    say(page, 80, "V", "9.99")
    page.get_by_text("Enter your name at the top first").first.wait_for()
    assert pick(page, 80, "V").input_value() == before
    choice = page.get_by_label("Threshold: choose")
    choice.select_option("40")
    assert choice.input_value() == "20"
    assert server.series(own_series)["readings"] == []


def test_unsaved_work_is_still_there_after_another_view(
    page: Any, server: Server, own_series: str
) -> None:
    open_series(page, server, own_series)
    page.route("**/corrections", lambda route: route.abort())
    say(page, 80, "V", "6.30")
    page.locator('.saved[data-state="unsaved"]').wait_for()
    page.evaluate("location.hash = '#/table'")
    page.locator(".view.table").wait_for()
    page.go_back()
    page.locator('.saved[data-state="unsaved"]').wait_for()
    assert pick(page, 80, "V").input_value() == "6.30"
    page.unroute("**/corrections")
    page.get_by_role("button", name="Retry").click()
    saved(page)
    (reading,) = server.series(own_series)["readings"]
    assert [one["latency_ms"] for one in reading["waves"]] == [6.3]


def test_what_the_server_refuses_is_said_and_taken_back(
    page: Any, server: Server, own_series: str
) -> None:
    open_series(page, server, own_series)
    before = pick(page, 80, "V").input_value()
    refusal = {"error": "latency_ms should be within the recording.", "hint": "Move it."}
    page.route("**/corrections", lambda route: route.fulfill(status=422, json=refusal))
    say(page, 80, "V", "9.99")
    page.locator(".message.error", has_text="within the recording").wait_for()
    assert pick(page, 80, "V").input_value() == before
