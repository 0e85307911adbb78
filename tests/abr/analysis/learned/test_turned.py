"""A series that is upside down or backwards is told from one that is not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from evoscope.abr.analysis import analyze
from evoscope.abr.analysis.learned.turned import COPIES, LOUDEST, copies_of
from evoscope.abr.classical.prepare import prepare
from evoscope.abr.encoding import encode
from evoscope.abr.findings import Findings
from evoscope.abr.recording import Series
from evoscope.abr.simulation import simulate_series

LEVELS_DB = (20, 40, 60, 80)


def ear(seed: int = 1, true_threshold_db: float = 25.0) -> Series:
    return simulate_series(true_threshold_db=true_threshold_db, levels_db=LEVELS_DB, seed=seed)[0]


def turned(series: Series, how: str) -> Series:
    step = slice(None, None, -1 if how == "backwards" else 1)
    sign = -1.0 if how == "upside down" else 1.0
    made = []
    for r in series:
        assert r.halves is not None
        halves = (sign * r.halves)[:, step].copy()
        made.append(replace(r, waveform=(sign * r.waveform)[step].copy(), halves=halves))
    return series.with_recordings(tuple(made))


def told(findings: Findings, word: str) -> bool:
    return any(word in warning for warning in findings.warnings)


@pytest.mark.parametrize("how", ["upside down", "backwards"])
def test_a_reader_is_told(how: str) -> None:
    for seed in (1, 2):
        findings = analyze(turned(ear(seed), how))
        assert told(findings, how)
        assert findings.loss_type.name == "cannot tell"


def test_an_ear_as_it_should_be_and_one_without_a_response_are_not_doubted() -> None:
    for series in (ear(1), ear(2), ear(3, true_threshold_db=110.0)):
        findings = analyze(series)
        assert not told(findings, "upside down")
        assert not told(findings, "backwards")


def test_copies_are_of_the_loudest_levels_and_keep_what_is_covered() -> None:
    levels = encode(prepare(ear(), human=True))
    as_is, upside_down, backwards = copies_of(levels)
    assert len(COPIES) == 3
    assert len(as_is) == len(backwards) == LOUDEST
    assert np.array_equal(as_is.waveforms, levels.waveforms[-LOUDEST:])
    assert np.array_equal(upside_down.waveforms, -as_is.waveforms)
    assert np.array_equal(backwards.covered, as_is.covered)
    there = as_is.covered[0]
    assert np.array_equal(backwards.waveforms[0, there], as_is.waveforms[0, there][::-1])
    assert not backwards.waveforms[0, ~there].any()
