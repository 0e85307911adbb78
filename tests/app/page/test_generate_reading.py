"""Simulating, generating and reading text: contrast, a narrow screen, names of controls."""

from __future__ import annotations

from typing import Any

import pytest

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
