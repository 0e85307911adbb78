"""Everyone can read and reach it: contrast in light and dark, a narrow screen, the keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from .ears import Ears, three_ears
from .serving import Server

# Every visible text against the first opaque ground behind it (WCAG 2.2, 1.4.3): its ratio.
CONTRASTS = """() => {
  const parse = (colour) => (colour.match(/[\\d.]+/g) ?? [0, 0, 0, 0]).map(Number);
  const light = ([r, g, b]) => [r, g, b]
    .map((part) => part / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
    .reduce((sum, part, i) => sum + part * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const [r, g, b, alpha = 1] = parse(getComputedStyle(at).backgroundColor);
      if (alpha === 1) return [r, g, b];
    }
    return [255, 255, 255];
  };
  const poor = [];
  for (const node of document.querySelectorAll("body *")) {
    const own = [...node.childNodes].some((one) => one.nodeType === 3 && one.data.trim());
    const style = getComputedStyle(node);
    const isSeen = node.checkVisibility() && !node.closest("svg, .visually-hidden");
    if (!own || node.disabled || !isSeen) continue;
    const [one, other] = [light(parse(style.color)), light(ground(node))];
    const ratio = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    const large = parseFloat(style.fontSize) >= 24;
    const said = node.textContent.trim().slice(0, 40);
    if (ratio < (large ? 3 : 4.5)) poor.push(`${said}: ${ratio.toFixed(2)}`);
  }
  return poor;
}"""


@pytest.fixture(scope="module")
def ears(server: Server) -> Iterator[Ears]:
    with three_ears(server) as ears:
        yield ears


VIEWS = {"ears": ".subject", "table": "tbody tr", "compare": ".plots"}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_contrast_and_nothing_is_wider_than_a_phone(
    page: Any, server: Server, ears: Ears, scheme: str
) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 390, "height": 800})
    for view, there in VIEWS.items():
        page.goto(f"{server.url}#/{view}")
        page.locator(there).first.wait_for()
        for folded in page.locator("main details summary").all():
            folded.click()
        assert page.evaluate(CONTRASTS) == []
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= 390, view


def test_the_keyboard_reaches_an_ear_and_every_control_has_a_name(
    page: Any, server: Server, ears: Ears
) -> None:
    page.goto(server.url)
    page.locator(".subject").first.wait_for()
    reached = []
    for _ in range(40):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.getAttribute('href') ?? ''"))
        if reached[-1].startswith("#/series/"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/#/series/*")
    for view, there in VIEWS.items():
        page.goto(f"{server.url}#/{view}")
        page.locator(there).first.wait_for()
        for control in page.locator(
            "main :is(button, a, input:not([aria-hidden]), select):visible"
        ).all():
            name = control.evaluate(
                "(node) => node.ariaLabel || node.labels?.[0]?.textContent || node.textContent"
            )
            assert name.strip(), (view, control.evaluate("(node) => node.outerHTML"))


def test_modules_of_the_first_view_are_fetched_at_once_not_one_after_another(
    page: Any, server: Server
) -> None:
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url) if one.url.endswith(".js") else None)
    page.goto(server.url)
    page.get_by_role("button", name="Choose files").wait_for()
    named = page.locator("link[rel=modulepreload], script").all()
    assert set(asked) == {one.evaluate("(node) => node.href || node.src") for one in named}
