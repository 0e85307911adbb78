"""Change the recording in a known way: the findings change in that way, and in no other."""

from __future__ import annotations

from dataclasses import replace

import pytest

from evoscope.abr.findings import Estimate, Findings, RecordingFindings
from evoscope.abr.recording import Series

from .ears import analyze, click, each, moved, plain, scaled

SEEDS = range(3)


def clear_v(findings: Findings) -> dict[float, tuple[Estimate, Estimate]]:
    """Latency and amplitude of wave V at the three loudest levels where it is present."""
    found = {}
    for level in findings.levels[-3:]:
        wave = level.wave("V")
        assert wave is not None
        if wave.latency_ms is not None and wave.amplitude_uv is not None:
            found[level.level_db] = (wave.latency_ms, wave.amplitude_uv)
    return found


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("later_ms", [0.5, -0.3])
def test_a_response_that_comes_later_is_read_later(later_ms: float, seed: int) -> None:
    series = click(seed)
    before, after = clear_v(plain(seed)), clear_v(analyze(moved(series, -later_ms)))
    assert len(before) == len(after) == 3
    for level, (latency, amplitude) in after.items():
        assert latency.value - before[level][0].value == pytest.approx(later_ms, abs=0.03)
        assert amplitude.value == pytest.approx(before[level][1].value, rel=0.05)


@pytest.mark.parametrize("seed", SEEDS)
def test_twice_the_gain_is_twice_the_amplitude_and_the_same_latency(seed: int) -> None:
    series = click(seed)
    one, two = plain(seed), analyze(each(series, lambda r: scaled(r, 2.0)))
    before, after = clear_v(one), clear_v(two)
    assert len(before) == len(after) == 3
    for level, (latency, amplitude) in after.items():
        assert amplitude.value == pytest.approx(2 * before[level][1].value, rel=1e-3)
        assert latency.value == pytest.approx(before[level][0].value, abs=1e-3)
    assert two.threshold.value_db == one.threshold.value_db
    for a, b in zip(one.levels, two.levels, strict=True):
        assert b.residual_noise_nv == pytest.approx(2 * (a.residual_noise_nv or 0.0), rel=1e-3)


@pytest.mark.parametrize("seed", SEEDS)
def test_swapped_electrodes_have_no_wave_v_where_it_was(seed: int) -> None:
    series = click(seed)
    before = clear_v(plain(seed))
    after = clear_v(analyze(each(series, lambda r: scaled(r, -1.0))))
    for level, (latency, _) in after.items():
        assert abs(latency.value - before[level][0].value) > 0.3


def test_the_same_offset_on_every_sample_changes_nothing() -> None:
    series = click()
    lifted = each(
        series,
        lambda r: replace(
            r, waveform=r.waveform + 5.0, halves=None if r.halves is None else r.halves + 5.0
        ),
    )
    one, two = plain(), analyze(lifted)
    assert two.threshold.value_db == one.threshold.value_db
    for level, (latency, amplitude) in clear_v(two).items():
        assert latency.value == pytest.approx(clear_v(one)[level][0].value, abs=0.02)
        assert amplitude.value == pytest.approx(clear_v(one)[level][1].value, rel=0.05)


def test_which_half_is_a_and_which_is_b_does_not_matter() -> None:
    series = click()
    swapped = each(
        series, lambda r: replace(r, halves=None if r.halves is None else r.halves[::-1])
    )
    one, two = plain(), analyze(swapped)
    assert two.threshold.value_db == one.threshold.value_db
    for a, b in zip(one.levels, two.levels, strict=True):
        assert b.residual_noise_nv == pytest.approx(a.residual_noise_nv or 0.0, rel=1e-6)
        assert b.p_value == pytest.approx(a.p_value or 0.0, rel=1e-6)


def test_a_soft_level_more_does_not_change_what_loud_levels_show() -> None:
    series = click()
    shorter = Series(series.recordings[1:])
    for level, (latency, _) in clear_v(analyze(shorter)).items():
        assert latency.value == pytest.approx(clear_v(plain())[level][0].value, abs=0.02)


def noise_nv(level: RecordingFindings) -> float:
    assert level.residual_noise_nv is not None
    return level.residual_noise_nv


def test_residual_noise_falls_with_the_root_of_the_sweeps() -> None:
    few, many = analyze(click(sweeps=1000)), analyze(click(sweeps=4000))
    ratio = sum(map(noise_nv, few.levels)) / sum(map(noise_nv, many.levels))
    assert ratio == pytest.approx(2.0, rel=0.15)


def test_the_trace_keeps_the_clock_of_the_recording() -> None:
    series = click()
    trace = analyze(series).levels[-1].trace
    assert trace.start_ms == pytest.approx(-1.0)
    assert trace.step_ms == pytest.approx(0.05)
    assert len(trace.values_uv) == series.recordings[0].n_samples
