"""Other ways to point: a finger on a phone, Alt for the nearest peak, a click that places."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from .conftest import PATIENCE_MS, RATER
from .looking import drag, drawn, open_series, pick, saved, topmost
from .serving import Server


@pytest.fixture
def phone(browser: Any) -> Iterator[Any]:
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    context.add_init_script(f"localStorage.setItem('evoscope.rater', '{RATER}')")
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    yield page
    context.close()


def touch(page: Any, start: tuple[float, float], by_x: float, by_y: float) -> None:
    session = page.context.new_cdp_session(page)

    def tell(kind: str, *points: dict[str, float]) -> None:
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})

    tell("touchStart", {"x": start[0], "y": start[1]})
    for step in range(1, 9):
        x, y = start[0] + by_x * step / 8, start[1] + by_y * step / 8
        tell("touchMove", {"x": x, "y": y})
    tell("touchEnd")


def test_a_finger_drags_a_mark_and_beside_it_scrolls(
    phone: Any, server: Server, own_series: str
) -> None:
    open_series(phone, server, own_series)
    assert phone.evaluate("document.documentElement.scrollWidth") == 390
    phone.locator(".waterfall").scroll_into_view_if_needed()
    before = float(pick(phone, 80, "V").input_value())
    touch(phone, topmost(phone, "wave-v"), 30, 12)
    saved(phone)
    assert float(pick(phone, 80, "V").input_value()) > before + 0.3
    box = phone.locator(".waterfall canvas").bounding_box()
    top = phone.evaluate("scrollY")
    touch(phone, (box["x"] + 60, box["y"] + 0.6 * box["height"]), 0, -150)
    phone.wait_for_function("(top) => scrollY > top + 50", arg=top)
    drawn(phone)
    assert server.series(own_series)["readings"][0]["acts"] == 1


def test_alt_takes_the_nearest_peak(page: Any, server: Server, own_series: str) -> None:
    machine = next(
        wave["latency_ms"]["value"]
        for level in server.series(own_series)["findings"]["levels"]
        for wave in level["waves"]
        if (level["level_db"], wave["name"]) == (80, "V")
    )
    open_series(page, server, own_series)
    x, y = topmost(page, "wave-v")
    drag(page, (x, y), 30)
    saved(page)
    away = float(pick(page, 80, "V").input_value())
    x, y = topmost(page, "human", wide=9)  # its tag; the mark hangs below
    page.keyboard.down("Alt")
    drag(page, (x, y + 24), -24)
    page.keyboard.up("Alt")
    saved(page)
    back = float(pick(page, 80, "V").input_value())
    assert abs(back - machine) < abs(away - machine)
    assert back == pytest.approx(machine, abs=0.15)


def test_a_click_places_the_wave_that_is_armed(page: Any, server: Server, own_series: str) -> None:
    open_series(page, server, own_series)
    was_absent = next(one for one in ("I", "II", "IV") if pick(page, 10, one).input_value() == "")
    page.get_by_role("button", name=was_absent, exact=True).click()
    canvas = page.locator(".waterfall canvas")
    box = canvas.bounding_box()
    softest = {"x": box["width"] / 2, "y": box["height"] - 75}
    canvas.click(position=softest)
    saved(page)
    assert 3 < float(pick(page, 10, was_absent).input_value()) < 8
    page.keyboard.press("Escape")
    canvas.click(position={**softest, "x": box["width"] / 3})
    drawn(page)
    assert server.series(own_series)["readings"][0]["acts"] == 1


def test_choosing_a_wave_moves_nothing_under_the_pointer(
    page: Any, server: Server, own_series: str
) -> None:
    open_series(page, server, own_series)
    canvas, field = page.locator(".waterfall canvas"), pick(page, 80, "V")
    before = [canvas.bounding_box(), field.bounding_box()]
    page.mouse.click(*topmost(page, "wave-v"))
    page.locator(".picks input.chosen").wait_for()
    assert page.locator("output.chosen").inner_text().startswith("V at 80 dB nHL: ")
    drawn(page)
    assert [canvas.bounding_box(), field.bounding_box()] == before
