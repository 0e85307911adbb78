"""What leaves the page is what it shows."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

from .looking import open_series, pick, saved
from .serving import Server


def download(page: Any, role: str, name: str) -> bytes:
    with page.expect_download() as waiting:
        page.get_by_role(role, name=name, exact=True).click()
    return Path(waiting.value.path()).read_bytes()


def test_exports_hold_the_numbers_of_the_screen(page: Any, server: Server, own_series: str) -> None:
    open_series(page, server, own_series)
    pick(page, 80, "V").fill("6.11")
    pick(page, 80, "V").press("Tab")
    pick(page, 60, "I").fill("")
    pick(page, 60, "I").press("Tab")
    page.get_by_label("Threshold: choose").select_option("40")
    saved(page)

    screen = {
        (float(one.get_attribute("data-level")), one.get_attribute("data-wave")): one.input_value()
        for one in page.locator(".picks input").all()
    }
    (findings,) = json.loads(download(page, "link", "findings.json"))["series"]
    exported = {
        (level["level_db"], wave["name"]): f"{wave['latency_ms']['value']:.2f}"
        if wave["present"]
        else ""
        for level in findings["levels"]
        for wave in level["waves"]
    }
    assert exported == {key: screen[key] for key in exported}
    assert findings["threshold"]["value_db"] == 40
    assert page.locator(".answer").first.inner_text().startswith("40 dB")

    table = csv.DictReader(io.StringIO(download(page, "link", "waves.csv").decode()))
    rows = {(float(one["level_db"]), one["wave"]): one for one in table}
    assert float(rows[80, "V"]["latency_ms"]) == 6.11
    # Intervals of corrected waves are those of the export, too.
    made = csv.DictReader(io.StringIO(download(page, "link", "intervals.csv").decode()))
    (value,) = [
        float(one["value"]) for one in made if (one["name"], one["level_db"]) == ("I-V", "80")
    ]
    shown = f"{value:.2f}".rstrip("0").rstrip(".")
    page.locator(".intervals tbody tr").first.get_by_text(shown).wait_for()


def test_what_is_taken_back_is_exported_as_analyzed(
    page: Any, server: Server, own_series: str
) -> None:
    open_series(page, server, own_series)
    page.get_by_text("As the analysis has it").wait_for()
    page.get_by_label("Threshold: choose").select_option("40")
    page.get_by_text("As anna corrected it").wait_for()
    saved(page)
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("As the analysis has it").wait_for()
    assert page.get_by_role("link", name="Compare machine and anna").count() == 0


def test_pictures_are_what_is_seen(page: Any, server: Server, own_series: str) -> None:
    open_series(page, server, own_series)
    pick(page, 80, "V").fill("6.11")
    pick(page, 80, "V").press("Tab")
    saved(page)
    drawing = download(page, "button", "Picture (SVG)").decode()
    assert drawing.startswith("<svg")
    for word in ("P3", "80", "Time after stimulus onset (ms)", ">V<", "Threshold 20 dB"):
        assert word in drawing, word
    assert "var(" not in drawing  # other programs know none of this page's colours
    assert download(page, "button", "Picture (PNG)").startswith(b"\x89PNG")
