"""The view of a series can be read by everyone: contrast, a narrow screen, names of controls."""

from __future__ import annotations

from typing import Any

import pytest

from .looking import open_series
from .serving import Server
from .test_ears_reading import CONTRASTS
from .test_generate_reading import NAME

# Text of the charts, and what the waterfall writes and draws with, against the card behind them.
INKS = """() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const light = (colour) => {
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3).map((part) => part / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
      .reduce((sum, part, i) => sum + part * [0.2126, 0.7152, 0.0722][i], 0);
  };
  const named = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  const card = light(named("card"));
  const ratio = (colour) => (Math.max(card, light(colour)) + 0.05) / (Math.min(card, light(colour)) + 0.05);
  const words = ["ink", "quiet", "human", "link", "wave-i", "wave-ii", "wave-iii", "wave-iv", "wave-v"];
  const lines = ["trace", "denoised", "replicate", "accent"];
  const texts = [...document.querySelectorAll("main svg text")].map((one) => [one.textContent, getComputedStyle(one).fill, 4.5]);
  const all = [...words.map((name) => [name, named(name), 4.5]), ...lines.map((name) => [name, named(name), 3]), ...texts];
  return { texts: texts.length, poor: all.filter(([, colour, least]) => ratio(colour) < least).map(([what, colour]) => `${what} ${colour}: ${ratio(colour).toFixed(2)}`) };
}"""  # noqa: E501


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_series_has_contrast_fits_a_phone_and_its_controls_have_names(
    page: Any, server: Server, own_series: str, scheme: str
) -> None:
    act = {"kind": "wave", "level_db": 60, "wave": "V", "present": True, "latency_ms": 6.5}
    server.correct(own_series, "anna", **act)
    server.correct(own_series, "bert", kind="threshold", status="estimated", value_db=40)
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 390, "height": 800})
    open_series(page, server, own_series, "?beside=bert")
    for folded in page.locator("main details:not([open]) > summary").all():
        folded.click()
    assert page.evaluate(CONTRASTS) == []
    inks = page.evaluate(INKS)
    assert inks["texts"] > 10
    assert inks["poor"] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    for control in page.locator("main :is(button, a, input, select, canvas):visible").all():
        assert control.evaluate(NAME).strip(), control.evaluate("(node) => node.outerHTML")
