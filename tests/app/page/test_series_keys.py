"""Correcting without a mouse: keys on the waterfall, and numbers typed into the table."""

from __future__ import annotations

from typing import Any

import pytest

from .looking import open_series, pick, saved
from .serving import Server


@pytest.fixture
def opened(page: Any, server: Server, own_series: str) -> Any:
    open_series(page, server, own_series)
    page.locator(".waterfall canvas").focus()
    return page


def marks(server: Server, series: str) -> list[tuple[float, str, float | None]]:
    (reading,) = server.series(series)["readings"]
    return [(one["level_db"], one["wave"], one["latency_ms"]) for one in reading["waves"]]


def press(page: Any, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def test_arrows_move_the_chosen_wave_and_come_to_one_act(
    opened: Any, server: Server, own_series: str
) -> None:
    before = float(pick(opened, 60, "V").input_value())
    press(opened, "ArrowDown", "5", "ArrowRight", "ArrowRight", "Shift+ArrowRight")
    saved(opened)
    after = pick(opened, 60, "V").input_value()
    assert float(after) == pytest.approx(before + 0.14, abs=0.011)
    ((level, wave, latency),) = marks(server, own_series)
    assert (level, wave, f"{latency:.2f}") == (60, "V", after)
    # Keys that follow each other are one correction: one undo takes them back.
    assert server.series(own_series)["readings"][0]["acts"] == 1
    press(opened, "Control+z")
    saved(opened)
    assert float(pick(opened, 60, "V").input_value()) == before


def test_a_wave_can_be_called_absent_added_and_released(
    opened: Any, server: Server, own_series: str
) -> None:
    before = pick(opened, 80, "V").input_value()
    press(opened, "5", "Delete")
    saved(opened)
    assert pick(opened, 80, "V").input_value() == ""
    assert marks(server, own_series) == [(80, "V", None)]
    press(opened, "5")  # it is chosen already: once more adds it
    saved(opened)
    assert float(pick(opened, 80, "V").input_value()) == pytest.approx(float(before), abs=1.0)
    press(opened, "r")
    saved(opened)
    assert pick(opened, 80, "V").input_value() == before
    assert marks(server, own_series) == []


def test_a_latency_can_be_typed_and_emptied(opened: Any, server: Server, own_series: str) -> None:
    field = pick(opened, 60, "III")
    field.fill("4,21")  # as half of Europe writes it
    field.press("Tab")
    saved(opened)
    assert field.input_value() == "4.21"
    assert marks(server, own_series) == [(60, "III", 4.21)]
    field.fill("")
    field.press("Enter")
    saved(opened)
    assert marks(server, own_series) == [(60, "III", None)]
    assert field.get_attribute("data-human") == "anna"
    field.fill("soon")
    field.press("Enter")
    assert field.get_attribute("aria-invalid") == "true"
    assert server.series(own_series)["readings"][0]["acts"] == 2


def test_what_is_chosen_is_spoken(opened: Any) -> None:
    press(opened, "ArrowDown", "5")
    latency = pick(opened, 60, "V").input_value()
    spoken = opened.locator('.stage [aria-live="polite"]').inner_text()
    assert spoken.startswith("V at 60 dB")
    assert f"{latency} ms" in spoken


def test_question_mark_names_the_keys(opened: Any) -> None:
    press(opened, "?")
    opened.get_by_role("dialog").get_by_text("undo, redo").wait_for()


def test_without_a_name_nothing_is_changed(page: Any, server: Server, own_series: str) -> None:
    page.add_init_script("localStorage.removeItem('evoscope.rater')")
    open_series(page, server, own_series)
    before = pick(page, 80, "V").input_value()
    page.locator(".waterfall canvas").focus()
    press(page, "5", "Delete")
    page.get_by_text("Enter your name").wait_for()
    assert pick(page, 80, "V").input_value() == before
    assert server.series(own_series)["readings"] == []
