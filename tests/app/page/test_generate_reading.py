"""Simulating, generating and reading text: contrast, a narrow screen, names of controls."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image

from .serving import Server
from .test_ears_reading import CONTRASTS

NAME = "(node) => node.ariaLabel || node.labels?.[0]?.textContent || node.textContent"
DRAWN = {
    "#/simulate?clean=1": ".view.simulate[data-state=settled]",
    "#/generate": ".draw-form",
    "#/generate?mode=quiz": ".quiz form",
    "#/text": ".reading",
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_contrast_fits_a_phone_and_controls_have_names(
    page: Any, server: Server, scheme: str
) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 390, "height": 800})
    for address, there in DRAWN.items():
        page.goto(f"{server.url}{address}")
        page.locator(there).first.wait_for()
        for folded in page.locator("main details summary").all():
            folded.click()
        assert page.evaluate(CONTRASTS) == [], address
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, address
        controls = page.locator("main :is(button, a, input, select, textarea):visible")
        for control in controls.all():
            assert control.evaluate(NAME).strip(), (address, control.evaluate("n => n.outerHTML"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_is_still_to_do_does_not_look_done(page: Any, server: Server, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{server.url}#/generate?mode=quiz")
    page.fill("input[name=n]", "4")
    page.click("text=Begin")
    bar = page.locator(".quiz progress")
    bar.wait_for()
    bar.evaluate("(bar) => { bar.value = bar.max / 2; }")
    with Image.open(io.BytesIO(bar.screenshot())) as picture:
        middle = np.asarray(picture.convert("L"), dtype=float)[picture.height // 2]
    ground = 255.0 if scheme == "light" else 0.0
    done, left = (abs(part.mean() - ground) for part in np.split(middle, [middle.size // 2]))
    assert left < 90 < done  # what is left is near the ground, what is done stands out
