"""The threshold of ears whose threshold is known."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from evoscope.abr.findings import Threshold

from .ears import analyze, click, ear, plain

QUIET_EARS: dict[str, dict[str, Any]] = {
    "click": {"true_threshold_db": 22.0},
    "tone 1 kHz": {
        "true_threshold_db": 32.0,
        "stimulus": "tone",
        "frequency_hz": 1000.0,
        "sweeps": 4000,
    },
    "tone 4 kHz": {
        "true_threshold_db": 32.0,
        "stimulus": "tone",
        "frequency_hz": 4000.0,
        "sweeps": 4000,
    },
    "mouse": {
        "true_threshold_db": 36.0,
        "species": "mouse",
        "sweeps": 512,
        "noise_uv": 2.4,
        "levels_db": tuple(range(15, 81, 10)),
    },
    "snhl": {"true_threshold_db": 47.0, "loss": "snhl", "levels_db": tuple(range(20, 81, 10))},
    "chl": {"true_threshold_db": 42.0, "loss": "chl", "levels_db": tuple(range(20, 81, 10))},
}


@cache
def found_and_true(name: str, seed: int) -> tuple[Threshold, float]:
    series, truth = ear(seed, **QUIET_EARS[name])
    return analyze(series).threshold, truth.true_threshold_db


@pytest.mark.parametrize("name", QUIET_EARS)
def test_quiet_recordings_give_the_threshold_within_10_db(name: str) -> None:
    errors = []
    for seed in range(4):
        found, truth_db = found_and_true(name, seed)
        assert found.status == "estimated"
        assert found.value_db is not None
        assert found.low_db is not None
        assert found.value_db in {p.level_db for p in found.curve}
        assert found.low_db <= found.value_db
        assert found.high_db is None or found.value_db <= found.high_db
        # 10 dB either way from a true threshold between two levels, 10 dB apart.
        errors.append(found.value_db - truth_db)
    assert np.median(np.abs(errors)) <= 10.0
    assert np.max(np.abs(errors)) <= 15.0


@pytest.mark.parametrize("name", QUIET_EARS)
def test_the_interval_contains_the_true_threshold(name: str) -> None:
    inside, widths = [], []
    for seed in range(4):
        found, truth_db = found_and_true(name, seed)
        low = -np.inf if found.low_db is None else found.low_db
        high = np.inf if found.high_db is None else found.high_db
        inside.append(low - 5.0 <= truth_db <= high + 5.0)
        widths.append(high - low)
    assert sum(inside) >= 3
    assert np.median(widths) <= 45.0


def test_a_silent_ear_in_quiet_recordings_has_no_response() -> None:
    for seed in range(4):
        found = plain(seed, true_threshold_db=120.0).threshold
        assert found.status == "no_response"
        assert (found.value_db, found.low_db) == (None, 70)


def test_a_silent_ear_in_noisy_recordings_is_inconclusive() -> None:
    # 40 nV is the clinic's limit for "absent": a report of deafness must not rest on noise.
    for seed in range(4):
        found = analyze(click(seed, true_threshold_db=120.0, noise_uv=6.0)).threshold
        assert found.status == "inconclusive"
        assert "more sweeps" in found.reason


def test_an_ear_that_hears_every_level_is_below_range() -> None:
    for seed in range(3):
        series = click(seed, true_threshold_db=-10.0, levels_db=tuple(range(40, 81, 10)))
        found = analyze(series).threshold
        assert found.status == "below_range"
        assert (found.value_db, found.high_db) == (None, 40)


def test_one_level_is_inconclusive_and_says_why() -> None:
    findings = analyze(click(levels_db=(60,)))
    assert findings.threshold.status == "inconclusive"
    assert "Found 1" in findings.threshold.reason
    assert any("Only one level" in w for w in findings.warnings)
    # What one level does tell is told.
    wave = findings.levels[0].wave("V")
    assert wave is not None
    assert wave.present


def test_the_loss_type_is_not_guessed() -> None:
    loss = plain().loss_type
    assert loss.name == "cannot tell"
    assert loss.reason
    assert loss.probabilities == {}


def test_the_response_grows_over_the_curve_and_over_the_calls() -> None:
    findings = plain()
    fitted = [p.fitted for p in findings.threshold.curve if p.fitted is not None]
    assert len(fitted) == 7
    assert fitted == sorted(fitted)
    calls = [level.call for level in findings.levels]
    assert calls[-1] == "CR"
    assert calls[0] != "CR"
    probabilities = [level.response_probability or 0.0 for level in findings.levels]
    assert np.diff(probabilities).min() > -1e-9


def test_more_sweeps_narrow_the_intervals() -> None:
    widths = []
    for sweeps in (1000, 8000):
        threshold, latency = [], []
        for seed in range(4):
            findings = analyze(click(seed, sweeps=sweeps))
            one = findings.threshold
            if one.low_db is not None and one.high_db is not None:
                threshold.append(one.high_db - one.low_db)
            wave = findings.levels[-1].wave("V")
            assert wave is not None
            assert wave.latency_ms is not None
            assert wave.latency_ms.high is not None
            assert wave.latency_ms.low is not None
            latency.append(wave.latency_ms.high - wave.latency_ms.low)
        widths.append((np.mean(threshold), np.mean(latency)))
    (few_db, few_ms), (many_db, many_ms) = widths
    assert many_db < few_db
    assert many_ms < 0.6 * few_ms
