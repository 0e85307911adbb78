"""Averages as most devices export them: less is known of the noise, and the report says so."""

from __future__ import annotations

import numpy as np
import pytest

from evoscope.abr.findings import Findings, Wave
from evoscope.abr.recording import Series

from .ears import analyze, click, ear, plain, without_halves

MOUSE = {
    "true_threshold_db": 36.0,
    "species": "mouse",
    "sweeps": 512,
    "noise_uv": 2.4,
    "levels_db": tuple(range(15, 81, 10)),
}


def width(wave: Wave | None) -> float:
    assert wave is not None
    assert wave.latency_ms is not None
    assert wave.latency_ms.high is not None
    assert wave.latency_ms.low is not None
    return wave.latency_ms.high - wave.latency_ms.low


def said(findings: Findings, text: str) -> bool:
    return any(text in w for w in findings.warnings)


def test_noise_is_modelled_there_is_no_p_value_and_the_report_says_so() -> None:
    findings = analyze(without_halves(click()))
    for level in findings.levels:
        assert level.noise_source == "model"
        assert level.residual_noise_nv is not None
        assert (level.p_value, level.fmp, level.half_f) == (None, None, None)
        assert level.stopping == "residual noise not measured: no advice"
    assert said(findings, "noise is modelled")
    assert not said(plain(), "noise is modelled")


def test_modelled_noise_is_near_the_measured_one() -> None:
    ratios = []
    for seed in range(4):
        measured, modelled = plain(seed), analyze(without_halves(click(seed)))
        for one, other in zip(measured.levels, modelled.levels, strict=True):
            assert one.residual_noise_nv is not None
            assert other.residual_noise_nv is not None
            ratios.append(other.residual_noise_nv / one.residual_noise_nv)
    assert 0.4 < np.median(ratios) < 2.0


def test_latency_intervals_are_wider_than_with_halves() -> None:
    with_halves, without = [], []
    for seed in range(4):
        one, other = plain(seed), analyze(without_halves(click(seed)))
        for a, b in zip(one.levels[-3:], other.levels[-3:], strict=True):
            with_halves.append(width(a.wave("V")))
            without.append(width(b.wave("V")))
    assert np.mean(without) > 1.1 * np.mean(with_halves)


def test_a_mouse_without_halves_still_has_its_threshold() -> None:
    errors = []
    for seed in range(4):
        series, truth = ear(seed, **MOUSE)
        found = analyze(without_halves(series)).threshold
        assert found.status == "estimated"
        assert found.value_db is not None
        errors.append(abs(found.value_db - truth.true_threshold_db))
    assert np.median(errors) <= 10.0


def test_two_levels_without_halves_are_inconclusive_and_say_why() -> None:
    findings = analyze(without_halves(click(levels_db=(60, 70))))
    assert findings.threshold.status == "inconclusive"
    assert "two levels with measured noise, or three without" in findings.threshold.reason
    assert "Found 2" in findings.threshold.reason
    assert {level.noise_source for level in findings.levels} == {"none"}


def test_replicates_measure_the_noise_that_halves_would_have() -> None:
    series, _ = ear(1, replicates=2)
    findings = analyze(without_halves(series))
    for level in findings.levels:
        assert level.noise_source == "replicates"
        assert (level.pooled, level.record, level.path) == (2, 0, series.file)
        assert level.p_value is not None
        assert level.fmp is not None
        assert level.half_f is None
        assert level.sweeps == 4000
    assert len(findings.recordings) == 14
    assert all(r.pooled == 1 for r in findings.recordings)
    assert {r.record for r in findings.recordings} == set(range(14))
    assert not said(findings, "noise is modelled")
    assert findings.threshold.status == "estimated"


def test_a_single_recording_per_level_keeps_its_own_record_and_path() -> None:
    findings = plain()
    assert [level.record for level in findings.levels] == list(range(7))
    assert {level.pooled for level in findings.levels} == {1}


def test_a_statistic_from_halves_is_not_called_fmp() -> None:
    for level in plain().levels:
        assert level.noise_source == "halves"
        assert level.fmp is None
        assert level.half_f is not None
        assert level.p_value is not None


@pytest.mark.parametrize("repeated", [20, 50])
def test_one_repeated_level_does_not_hide_that_the_rest_is_modelled(repeated: int) -> None:
    series, _ = ear(1, replicates=2)
    kept = [r for r in series if r.source.record % 2 == 0 or r.level_db == repeated]
    findings = analyze(without_halves(Series(tuple(kept))))
    sources = {level.level_db: level.noise_source for level in findings.levels}
    assert sources.pop(repeated) == "replicates"
    assert set(sources.values()) == {"model"}
    assert said(findings, "at 6 of 7 levels: noise is modelled")
    assert "Noise known from: replicates." in findings.processing
