"""The waves of ears whose waves are known, and of ears that have none."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from evoscope.abr.findings import WAVES, Estimate, Findings, Wave
from evoscope.abr.simulation import TrueWave, Truth, simulate_series

from .ears import analyze, click, each, ear, plain, without_halves

LOUD_DB = (40, 50, 60, 70, 80)
SEEDS = range(20)


@cache
def analyzed(seed: int) -> tuple[Findings, Truth]:
    series, truth = ear(seed, true_threshold_db=15.0, levels_db=(10, 20, 30, *LOUD_DB), sweeps=4000)
    return analyze(series), truth


def pairs(name: str) -> Iterator[tuple[Wave, TrueWave]]:
    for seed in SEEDS:
        findings, truth = analyzed(seed)
        for level in findings.levels:
            if level.level_db in LOUD_DB:
                wave = level.wave(name)  # type: ignore[arg-type]
                assert wave is not None
                yield wave, truth.levels[level.level_db].wave(name)


def inside(estimate: Estimate, truth: float) -> bool:
    assert estimate.low is not None
    assert estimate.high is not None
    return estimate.low <= truth <= estimate.high


def test_wave_v_is_found_at_every_loud_level_where_it_is() -> None:
    found = [(w, t) for w, t in pairs("V")]
    assert len(found) == 100
    assert all(t.present for _, t in found)
    assert sum(w.present for w, _ in found) >= 98
    errors = [
        w.latency_ms.value - t.latency_ms
        for w, t in found
        if w.latency_ms is not None and t.latency_ms is not None
    ]
    assert np.quantile(np.abs(errors), 0.98) < 0.2
    assert abs(np.mean(errors)) < 0.05


@pytest.mark.parametrize("name", ["I", "III"])
def test_waves_i_and_iii_are_where_they_are_when_named(name: str) -> None:
    errors = [
        w.latency_ms.value - t.latency_ms
        for w, t in pairs(name)
        if w.latency_ms is not None and t.latency_ms is not None
    ]
    assert len(errors) > 20
    assert np.quantile(np.abs(errors), 0.9) < 0.2


def test_latency_intervals_contain_the_truth_and_are_not_the_whole_window() -> None:
    for name in ("I", "III", "V"):
        covered, widths = [], []
        for w, t in pairs(name):
            if w.latency_ms is None or t.latency_ms is None:
                continue
            covered.append(inside(w.latency_ms, t.latency_ms))
            assert w.latency_ms.high is not None
            assert w.latency_ms.low is not None
            widths.append(w.latency_ms.high - w.latency_ms.low)
        assert np.mean(covered) >= 0.75, name
        assert np.median(widths) < 0.4, name


def test_amplitude_of_wave_v_is_right_within_a_quarter() -> None:
    ratios = [
        w.amplitude_uv.value / t.amplitude_uv
        for w, t in pairs("V")
        if w.amplitude_uv is not None and t.amplitude_uv is not None
    ]
    assert 0.85 < np.median(ratios) < 1.1
    assert np.mean([0.75 < r < 1.25 for r in ratios]) > 0.9


def test_waves_come_in_order() -> None:
    for seed in SEEDS:
        for level in analyzed(seed)[0].levels:
            assert tuple(w.name for w in level.waves) == WAVES
            latencies = [w.latency_ms.value for w in level.waves if w.latency_ms is not None]
            assert all(b > a for a, b in itertools.pairwise(latencies))


def test_wave_v_comes_later_at_softer_levels() -> None:
    for seed in range(5):
        latencies = [
            level.wave("V").latency_ms.value  # type: ignore[union-attr]
            for level in analyzed(seed)[0].levels
            if level.level_db in LOUD_DB
        ]
        assert latencies[0] - latencies[-1] > 0.8


def test_a_wave_that_is_absent_has_no_numbers_and_one_that_is_present_has_all() -> None:
    for seed in range(5):
        for level in analyzed(seed)[0].levels:
            for wave in level.waves:
                assert wave.present is (wave.probability > 0.5)
                assert wave.present is (wave.latency_ms is not None)
                assert wave.present is (wave.amplitude_uv is not None)


def test_intervals_are_of_the_waves_that_are_there_and_lie_beside_norms() -> None:
    findings, _ = analyzed(0)
    names = {w.name for w in findings.levels[-1].waves if w.present}
    found = {i.name: i for i in findings.levels[-1].intervals}
    assert {"I", "III", "V"} <= names
    assert set(found) == {"I-III", "III-V", "I-V", "V/I"}
    assert found["I-V"].estimate.value == pytest.approx(4.0, abs=0.3)
    assert found["I-V"].flag == "within"
    assert findings.levels[0].intervals == ()


def test_wave_v_is_not_named_in_single_recordings_of_noise() -> None:
    # Peers name waves in every noise trace: a latency without this control proves nothing.
    named = 0
    for seed in range(60):
        series, _ = simulate_series(true_threshold_db=120, levels_db=(60,), seed=seed)
        wave = analyze(series).levels[0].wave("V")
        assert wave is not None
        named += wave.present
    assert named < 6


@pytest.mark.parametrize("with_halves", [True, False])
def test_wave_v_is_not_named_in_series_of_noise(with_halves: bool) -> None:
    named = total = 0
    for seed in range(12):
        series, _ = ear(seed, true_threshold_db=120.0, levels_db=tuple(range(20, 81, 10)))
        findings = analyze(series if with_halves else without_halves(series))
        assert findings.threshold.status != "estimated"
        named += sum(w.present for level in findings.levels for w in level.waves if w.name == "V")
        total += len(findings.levels)
    assert named < 0.1 * total


def test_all_waves_of_a_mouse_are_named_at_loud_levels() -> None:
    hits = total = 0
    for seed in range(3):
        series, truth = ear(
            seed,
            true_threshold_db=34.0,
            levels_db=(40, 60, 80),
            species="mouse",
            sweeps=512,
            noise_uv=2.4,
        )
        level = analyze(series).levels[-1]
        for wave in level.waves:
            true = truth.levels[80].wave(wave.name)
            total += true.present
            if wave.latency_ms is not None and true.latency_ms is not None:
                hits += abs(wave.latency_ms.value - true.latency_ms) < 0.15
    assert hits >= 0.8 * total


def test_replicates_are_named_after_their_level() -> None:
    series, _ = ear(2, levels_db=(20, 40, 60), replicates=3)
    findings = analyze(series)
    assert len(findings.recordings) == 9
    level = findings.levels[-1].wave("V")
    assert level is not None
    assert level.latency_ms is not None
    for one in findings.recordings[-3:]:
        wave = one.wave("V")
        assert wave is not None
        assert wave.latency_ms is not None
        assert wave.latency_ms.value == pytest.approx(level.latency_ms.value, abs=0.3)


def test_a_compound_action_potential_gets_a_threshold_and_no_waves() -> None:
    cap = analyze(each(click(), lambda r: replace(r, response="CAP")))
    assert cap.threshold == plain().threshold
    assert all(not one.waves and not one.intervals for one in (*cap.levels, *cap.recordings))
    assert any("no waves I to V" in w for w in cap.warnings)
    assert not any("norm" in w for w in cap.warnings)
