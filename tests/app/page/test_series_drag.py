"""A hand on the waterfall: what it moves is kept, and is said to be a person's."""

from __future__ import annotations

from typing import Any

import pytest

from .looking import drag, open_series, pick, saved, topmost
from .serving import Server


def latency(page: Any, level: float, wave: str) -> float:
    return float(pick(page, level, wave).input_value())


def test_a_dragged_wave_is_there_after_a_reload_and_marked_human(
    page: Any, server: Server, own_series: str
) -> None:
    open_series(page, server, own_series)
    before = latency(page, 80, "V")
    at = topmost(page, "wave-v")
    other = topmost(page, "wave-i")
    ms_of_px = (before - latency(page, 80, "I")) / (at[0] - other[0])
    drag(page, at, 40)
    saved(page)
    after = latency(page, 80, "V")
    assert after == pytest.approx(before + 40 * ms_of_px, abs=0.05)
    (mark,) = server.series(own_series)["readings"][0]["waves"]
    assert (mark["rater"], mark["level_db"], mark["wave"], mark["present"]) == (
        ("anna", 80, "V", True)
    )
    assert mark["latency_ms"] == pytest.approx(after, abs=0.005)

    page.reload()
    open_series(page, server, own_series)
    assert latency(page, 80, "V") == after
    assert pick(page, 80, "V").get_attribute("data-human") == "anna"
    # It is where it was dropped, and looks like a person's.
    x, _ = topmost(page, "human")
    assert x == pytest.approx(at[0] + 40, abs=2)


def test_a_drag_can_be_undone_and_done_again(page: Any, server: Server, own_series: str) -> None:
    open_series(page, server, own_series)
    before = latency(page, 80, "V")
    drag(page, topmost(page, "wave-v"), -30)
    saved(page)
    moved = latency(page, 80, "V")
    assert moved < before
    page.locator(".waterfall canvas").focus()
    page.keyboard.press("Control+z")
    saved(page)
    assert latency(page, 80, "V") == before
    assert server.series(own_series)["readings"][0]["waves"] == []
    page.keyboard.press("Control+Shift+z")
    saved(page)
    assert latency(page, 80, "V") == moved


def test_a_drag_that_is_called_off_changes_nothing(
    page: Any, server: Server, own_series: str
) -> None:
    open_series(page, server, own_series)
    before = latency(page, 80, "V")
    x, y = topmost(page, "wave-v")
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 50, y, steps=4)
    page.keyboard.press("Escape")
    page.mouse.up()
    assert latency(page, 80, "V") == before
    assert server.series(own_series)["readings"] == []
