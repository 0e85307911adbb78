"""What a threshold is called, in the tables of the terminal and in the report."""

from __future__ import annotations

from typing import Any

from evoscope.abr.findings import CurvePoint, Threshold
from evoscope.abr.report.words import threshold_answer

LEVELS = (45.0, 60.0, 80.0)


def answer(**found: Any) -> str:
    curve = tuple(CurvePoint(level_db=level, evidence=0.9, fitted=0.9) for level in LEVELS)
    base = {"level_reference": "nHL", "method": "m", "criterion": 0.5, "evidence_name": "p"}
    return threshold_answer(Threshold(**base, curve=curve, **found))


def test_the_softest_level_is_named_and_the_interval_beside_it_where_it_reaches_further() -> None:
    said = "Response at every level: threshold at or below 45 dB nHL"
    assert answer(status="below_range", high_db=45.0) == said
    assert answer(status="below_range", high_db=46.71) == f"{said} (90 % interval to 46.7)"


def test_the_loudest_level_is_named_and_the_interval_beside_it_where_it_reaches_further() -> None:
    said = "No response: threshold above 80 dB nHL"
    assert answer(status="no_response", low_db=80.0) == said
    assert answer(status="no_response", low_db=77.3) == f"{said} (90 % interval from 77.3)"
