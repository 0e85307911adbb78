"""Real recordings, as devices exported them: read, shown, corrected."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from .looking import drag, open_series, pick, saved, topmost
from .serving import Server

REALDATA = os.environ.get("EVOSCOPE_REALDATA")
pytestmark = [
    pytest.mark.realdata,
    pytest.mark.skipif(REALDATA is None, reason="EVOSCOPE_REALDATA names no recordings"),
]
KINDS = {
    "human_click_ihs/txt": ("P3_*", "wave-v", "V"),
    "mouse_epl": ("ABR-52-3", "wave-i", "I"),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_real_series_is_shown_as_found_and_can_be_corrected(
    page: Any, server: Server, kind: str
) -> None:
    pattern, colour, wave = KINDS[kind]
    files = sorted((Path(REALDATA or "") / "abr" / kind).glob(pattern))
    (series,) = server.analyze(*[(one.name, one.read_bytes()) for one in files])
    levels = {one["level_db"]: one for one in server.series(series)["findings"]["levels"]}
    open_series(page, server, series)
    for level_db, level in levels.items():
        for found in level["waves"]:
            text = f"{found['latency_ms']['value']:.2f}" if found["present"] else ""
            assert pick(page, level_db, found["name"]).input_value() == text
    loudest = max(levels)
    before = float(pick(page, loudest, wave).input_value())
    drag(page, topmost(page, colour), 25)
    saved(page)
    assert float(pick(page, loudest, wave).input_value()) > before
    (mark,) = server.series(series)["readings"][0]["waves"]
    assert (mark["level_db"], mark["wave"]) == (loudest, wave)
    assert mark["amplitude_uv"] is not None
    with server.asking() as client:
        client.delete(f"/uploads/{server.series(series)['summary']['upload']}")
