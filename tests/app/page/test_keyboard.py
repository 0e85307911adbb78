"""Every view by keyboard alone: each stop has a name, is seen, and comes in reading order."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest

from .ears import Ears, three_ears
from .serving import Server

MOST_STOPS = 120
NARROW = 390
A_ROW_PX = 40
VIEWS = {
    "ears": ".subject",
    "table": "tbody tr",
    "series": '.waterfall canvas[style*="height"]',
    "simulate": ".view.simulate[data-state=settled]",
    "generate": ".nothing-yet",
    "generate?mode=quiz": ".quiz form",
    "text": "textarea",
    "compare": ".agreement table",
}
HERE = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const box = one.getBoundingClientRect();
  const style = getComputedStyle(one);
  const inside = box.width > 0 && box.right > 0 && box.left < innerWidth;
  const seen = style.visibility !== "hidden" && inside;
  const ringed = style.outlineStyle !== "none" || style.boxShadow !== "none";
  window.visited ??= [];
  const again = window.visited.includes(one);
  window.visited.push(one);
  const place = `${one.tagName.toLowerCase()}.${one.className} ${one.outerHTML.slice(0, 120)}`;
  const floats = one.closest(".bar, .desk-bar, .picture"); // stays in sight while the rest scrolls
  return { place, seen, ringed, again, y: floats ? null : box.top + scrollY };
}"""


@pytest.fixture(scope="module")
def ears(server: Server) -> Iterator[Ears]:
    with three_ears(server) as ears:
        yield ears


def stops(page: Any) -> list[dict[str, Any]]:
    """Where the tab key leads, until it leaves the page."""
    found = []
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        here = page.evaluate(HERE)
        if here is None or here["again"]:
            return found
        found.append(here)
    return found


@pytest.mark.parametrize("width", [1280, NARROW])
@pytest.mark.parametrize("view", VIEWS)
def test_the_tab_key_goes_through_a_view_in_order(
    page: Any, server: Server, ears: Ears, view: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{server.url}#/{f'series/{ears.series[1]}' if view == 'series' else view}")
    page.locator(VIEWS[view]).first.wait_for()
    found = stops(page)
    assert len(found) > 8
    for one in found:
        assert one["seen"], one
        assert one["ringed"], one
    if width == NARROW:  # one column: the next stop is below, or in the same row
        places = [one for one in found if one["y"] is not None]
        for before, after in pairwise(places):
            assert after["y"] > before["y"] - A_ROW_PX, (before, after)
    unnamed = page.evaluate(UNNAMED)
    assert unnamed == []
    wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wider <= 0  # nothing is beyond the edge


# The name that a reader of the screen says: a label, text, or what stands in its place.
UNNAMED = """() => {
  const text = (one) => one?.textContent.trim();
  const by = (one) => (one.getAttribute("aria-labelledby") ?? "").split(" ");
  const OWN = ["A", "BUTTON", "SUMMARY"];
  const named = (one) => one.getAttribute("aria-label")?.trim()
    || by(one).map((id) => text(document.getElementById(id))).join("")
    || [...(one.labels ?? [])].map(text).join("")
    || (OWN.includes(one.tagName) && text(one));
  const KINDS = "a[href], button, input, select, textarea, summary, [tabindex='0']";
  return [...document.querySelectorAll(KINDS)]
    .filter((one) => !one.closest("[hidden], [aria-hidden=true]") && !named(one))
    .map((one) => one.outerHTML.slice(0, 160));
}"""


def test_the_first_stop_skips_to_the_content_and_stays_in_the_view(
    page: Any, server: Server, ears: Ears
) -> None:
    page.goto(f"{server.url}#/table")
    page.locator("tbody tr").first.wait_for()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    assert page.url.endswith("#/table")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


def test_whoever_follows_a_link_goes_on_inside_the_next_view(
    page: Any, server: Server, ears: Ears
) -> None:
    page.goto(f"{server.url}#/table?upload={ears.upload}")
    page.locator("tbody th a").first.focus()
    page.keyboard.press("Enter")
    page.locator(".waterfall canvas").wait_for()
    page.locator("main:focus").wait_for()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('.view.series') !== null")
