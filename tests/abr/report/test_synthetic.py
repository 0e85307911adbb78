"""The picture of a synthetic cohort."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import evoscope
from evoscope.abr.report import synthetic


def test_no_trace_leaves_the_picture_and_its_size_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cohort = evoscope.simulate(tmp_path / "c.parquet", patients=4, seed=3, processes=1)
    seen: list[tuple[float, float]] = []
    inches: set[float] = set()

    def look(figure: Any, name: str, alt: str) -> str:
        for axes in figure.axes:
            traces = [line.get_ydata() for line in axes.lines if len(line.get_ydata()) > 2]
            low, high = axes.get_ylim()
            tall = axes.get_position().height * figure.get_size_inches()[1]
            inches.add(round(tall / (high - low), 6))
            seen.append((low, min(float(np.min(trace)) for trace in traces)))
        return alt

    waveforms = type(cohort).waveforms

    def deep(self: Any, rows: Any) -> Any:
        found = waveforms(self, rows).copy()
        found[0, -20:] = -5 * np.abs(found).max()  # a trough below every row
        return found

    monkeypatch.setattr(type(cohort), "waveforms", deep)
    monkeypatch.setattr(synthetic, "finish", look)
    alt = synthetic.synthetic_waterfall(cohort)
    assert seen
    assert all(trough > low for low, trough in seen)
    assert len(inches) == 1  # a row is as many microvolts in every panel
    assert "\N{MICRO SIGN}V" in str(alt)
