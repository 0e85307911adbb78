"""Faults of files and amplifiers: said in plain words, and kept out of the threshold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from evoscope.abr.analysis import analyze
from evoscope.abr.analysis.faults import fault_warnings, without_outliers
from evoscope.abr.findings import Findings
from evoscope.abr.recording import Recording, Series

from .ears import click, each, only, plain, renumbered, scaled, without_halves

FAULTS = (
    "left out",
    "upside down",
    "sampling rate of",
    "not plausible",
    "exchanged",
    "clipped",
    "halves differs",
)


def said(findings: Findings, *words: str) -> bool:
    return any(all(word in w for word in words) for w in findings.warnings)


def with_burst(recording: Recording, size_uv: float) -> Recording:
    """A burst of muscle in half A."""
    time_ms = recording.time_ms
    inside = (time_ms > 4) & (time_ms < 7)
    burst = size_uv * inside * np.sin(2 * np.pi * 0.6 * (time_ms - 4))
    halves = recording.halves
    if halves is not None:
        halves = halves + np.stack([2 * burst, np.zeros_like(burst)])
    return replace(recording, waveform=recording.waveform + burst, halves=halves)


def clipped(recording: Recording, at_uv: float) -> Recording:
    def clip(x: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.clip(x, -at_uv, at_uv)

    halves = None if recording.halves is None else clip(recording.halves)
    return replace(recording, waveform=clip(recording.waveform), halves=halves)


@pytest.mark.parametrize("halves", [True, False])
@pytest.mark.parametrize("factor", [1000.0, 0.001, 20.0])
def test_a_level_with_another_gain_is_left_out_and_moves_no_threshold(
    factor: float, halves: bool
) -> None:
    series = click(levels_db=range(0, 91, 10))
    series = series if halves else without_halves(series)
    findings = analyze(only(series, 4, lambda r: scaled(r, factor)))
    how = "larger" if factor > 1 else "smaller"
    assert said(findings, "Record 4 at 40 dB", how, "left out", "gain")
    assert 40 not in [level.level_db for level in findings.levels]
    assert findings.threshold.value_db == analyze(series).threshold.value_db


@pytest.mark.parametrize("halves", [True, False])
def test_a_burst_at_a_soft_level_is_left_out_and_named(halves: bool) -> None:
    series = click(true_threshold_db=42.0, levels_db=range(0, 91, 10))
    series = series if halves else without_halves(series)
    findings = analyze(only(series, 2, lambda r: with_burst(r, 3.0)))
    assert said(findings, "Record 2 at 20 dB", "left out", "artefact")
    others = Series(tuple(r for r in series if r.level_db != 20))
    assert findings.threshold.value_db == analyze(others).threshold.value_db


def test_a_burst_hidden_in_one_half_is_found_by_the_halves() -> None:
    # The average alone would pass: it is no larger than the loud levels beside it.
    series = click(levels_db=range(0, 91, 10))
    kept, warnings = without_outliers(only(series, 6, lambda r: with_burst(r, 1.0)).recordings)
    assert len(kept) == len(series) - 1
    assert "Record 6 at 60 dB" in warnings[0]
    assert "halves" in warnings[0]


def test_fewer_sweeps_are_noisier_and_no_fault() -> None:
    loud, soft = click(true_threshold_db=120.0, sweeps=20000), click(2, sweeps=100)
    mixed = tuple(r if r.source.record != 3 else renumbered(soft.recordings[3], 3) for r in loud)
    assert without_outliers(mixed) == (mixed, ())


def test_exchanged_levels_are_said() -> None:
    def exchange(r: Recording) -> Recording:
        level = {10.0: 90.0, 90.0: 10.0}.get(r.level_db, r.level_db)
        return replace(r, stimulus=replace(r.stimulus, level_db=level))

    findings = analyze(each(click(levels_db=range(0, 91, 10)), exchange))
    assert said(findings, "90 dB shows no response where 10 dB", "exchanged")


@pytest.mark.parametrize("seed", range(3))
def test_swapped_electrodes_are_said(seed: int) -> None:
    series = click(seed, levels_db=range(10, 91, 10))
    assert said(analyze(each(series, lambda r: scaled(r, -1.0))), "upside down", "inverted")


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("factor", "what"), [(2.0, "half"), (0.5, "twice")])
def test_a_wrong_sampling_rate_is_said(factor: float, what: str, seed: int) -> None:
    wrong = each(
        click(seed, levels_db=range(10, 91, 10)),
        lambda r: replace(
            r,
            sampling_rate_hz=r.sampling_rate_hz * factor,
            onset_sample=r.onset_sample,
        ),
    )
    findings = analyze(wrong)
    assert said(findings, f"normal at {what} the stated sampling rate", f"{20000 * factor:g} Hz")


def test_a_gain_no_ear_has_is_said() -> None:
    findings = analyze(each(click(), lambda r: scaled(r, 30.0)))
    assert said(findings, "not plausible", "check unit and gain")
    assert not said(plain(), "not plausible")


def test_a_clipped_recording_is_said() -> None:
    at_uv = 0.3 * max(float(np.abs(r.waveform).max()) for r in click())
    findings = analyze(each(without_halves(click()), lambda r: clipped(r, at_uv)))
    assert said(findings, "Record 6 at 70 dB", "clipped", "gain")


def test_halves_of_another_average_are_said() -> None:
    def other(r: Recording) -> Recording:
        assert r.halves is not None
        return replace(r, halves=2 * r.halves)

    assert said(analyze(only(click(), 5, other)), "Record 5 at 60 dB", "halves differs", "100%")


SOUND: list[dict[str, object]] = [
    {},
    {"loss": "snhl", "true_threshold_db": 45.0},
    {"loss": "chl", "true_threshold_db": 42.0},
    {"age_weeks": 4.0},
    {"true_threshold_db": 120.0},
    {"stimulus": "tone", "frequency_hz": 500.0},
    {"levels_db": (20, 50, 80)},
    *({"species": s, "sweeps": 512, "noise_uv": 2.4} for s in ("mouse", "rat", "gerbil")),
    *({"species": s, "sweeps": 512, "noise_uv": 2.4} for s in ("guinea pig", "chinchilla")),
]


@pytest.mark.parametrize("settings", SOUND, ids=str)
def test_sound_recordings_raise_no_alarm(settings: dict[str, object]) -> None:
    for seed in range(2):
        series = click(seed, **({"levels_db": range(10, 91, 10)} | settings))
        for one in (series, without_halves(series)):
            warnings = " ".join(analyze(one).warnings)
            assert not [fault for fault in FAULTS if fault in warnings]


@pytest.mark.parametrize("change", [lambda x: x, lambda x: x[::-1]], ids=["as is", "reversed"])
def test_coarse_digits_are_not_clipping(
    change: Callable[[NDArray[np.float32]], NDArray[np.float32]],
) -> None:
    coarse: Series = each(click(), lambda r: replace(r, waveform=change(r.waveform).round(2)))
    assert not any("clipped" in w for w in fault_warnings(without_halves(coarse).recordings))
