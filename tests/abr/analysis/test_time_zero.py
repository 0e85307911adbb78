"""A clock that is wrong is corrected or said, never believed."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from evoscope.abr.analysis import analyze
from evoscope.abr.findings import Findings
from evoscope.abr.recording import OnsetSource, Recording, Series

from .ears import click, each, ear, moved

FREQUENCY_HZ = 2000.0
CLOCK = "time zero is probably wrong"


def with_artefact(recording: Recording, burst_begins_ms: float = 0.0) -> Recording:
    """Add what a tone burst of five cycles couples into the electrodes while it sounds."""
    t = recording.time_ms - burst_begins_ms
    burst_ms = 5000.0 / FREQUENCY_HZ
    sounds = (t >= 0) & (t <= burst_ms)
    shape = np.sin(np.pi * np.clip(t / burst_ms, 0, 1)) ** 2
    wave = 2.0 * sounds * shape * np.sin(2 * np.pi * FREQUENCY_HZ * t / 1000.0)
    halves = None if recording.halves is None else recording.halves + wave
    return replace(recording, waveform=recording.waveform + wave, halves=halves)


def tone(onset_source: OnsetSource, *, off_by_ms: float) -> Series:
    """A tone series whose onset is stated or assumed this much too early."""
    series, _ = ear(
        1,
        true_threshold_db=30.0,
        levels_db=(50, 60, 70, 80),
        stimulus="tone",
        frequency_hz=FREQUENCY_HZ,
    )
    clean = each(series, with_artefact)
    return each(moved(clean, -off_by_ms), lambda r: replace(r, onset_source=onset_source))


def wave_v_ms(findings: Findings) -> float:
    wave = findings.levels[-1].wave("V")
    assert wave is not None
    assert wave.latency_ms is not None
    return wave.latency_ms.value


def said(findings: Findings, *words: str) -> bool:
    return any(all(word in w for word in words) for w in findings.warnings)


def test_an_assumed_onset_is_moved_to_the_artefact_of_the_tone() -> None:
    right = analyze(tone("file", off_by_ms=0.0))
    moved_back = analyze(tone("assumed", off_by_ms=5.0))
    assert said(moved_back, "+5.0 ms", "time zero was moved")
    assert any("Time zero moved by +5.0 ms" in step for step in moved_back.processing)
    assert wave_v_ms(moved_back) == pytest.approx(wave_v_ms(right), abs=0.3)


def test_a_stated_onset_is_doubted_but_kept() -> None:
    findings = analyze(tone("file", off_by_ms=5.0))
    assert said(findings, "+5.0 ms", "It was kept")
    assert not any("moved" in step for step in findings.processing)


@pytest.mark.parametrize("onset_source", ["file", "assumed"])
def test_an_onset_that_agrees_with_the_artefact_is_confirmed(onset_source: OnsetSource) -> None:
    findings = analyze(tone(onset_source, off_by_ms=0.0))
    assert any("agrees with the artefact" in step for step in findings.processing)
    assert not said(findings, "time zero")
    assert not said(findings, "onset")


def test_the_artefact_of_a_tone_is_not_taken_for_early_waves() -> None:
    assert not said(analyze(tone("file", off_by_ms=0.0)), CLOCK)


def test_an_assumed_onset_of_a_click_is_said() -> None:
    findings = analyze(each(click(), lambda r: replace(r, onset_source="assumed")))
    assert said(findings, "does not state when the stimulus began")


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("off_by_ms", [5.0, 4.0, -4.0, -5.0])
def test_a_stated_click_onset_that_is_wrong_is_said(off_by_ms: float, seed: int) -> None:
    # Named near the norm, wave I would pass for V, with an interval and a normal latency.
    warnings = " ".join(analyze(moved(click(seed), off_by_ms)).warnings)
    assert CLOCK in warnings
    found = re.search(r"about ([\d.]+) ms (earlier|later) than the norm", warnings)
    assert found is not None
    assert float(found[1]) == pytest.approx(abs(off_by_ms), abs=0.5)
    assert found[2] == ("earlier" if off_by_ms > 0 else "later")


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"loss": "snhl", "true_threshold_db": 45.0},
        {"loss": "chl", "true_threshold_db": 42.0},
        {"age_weeks": 4.0},
        {"species": "mouse", "sweeps": 512, "noise_uv": 2.4},
        {"stimulus": "tone", "frequency_hz": 500.0},
        {"stimulus": "tone", "frequency_hz": 4000.0},
        {"true_threshold_db": 120.0},
    ],
    ids=["normal", "snhl", "chl", "infant", "mouse", "500 Hz", "4 kHz", "silent"],
)
def test_a_right_clock_is_not_doubted(settings: dict[str, object]) -> None:
    # A hearing loss, a newborn and a low tone come late: that is the finding.
    for seed in range(3):
        findings = analyze(click(seed, **({"levels_db": tuple(range(20, 81, 10))} | settings)))
        assert not said(findings, CLOCK)


def test_an_onset_its_artefact_confirms_is_not_doubted_for_the_pattern_of_the_waves() -> None:
    # All waves 5 ms late, with the artefact where the onset says: the clock is not to blame.
    def late(r: Recording) -> Recording:
        stimulus = replace(r.stimulus, kind="tone", frequency_hz=FREQUENCY_HZ)
        by = round(5.0 * r.sampling_rate_hz / 1000.0)
        return replace(r, stimulus=stimulus, waveform=np.roll(r.waveform, by), halves=None)

    series = each(click(1, true_threshold_db=30.0, levels_db=(50, 60, 70, 80)), late)
    assert said(analyze(series), CLOCK)
    assert not said(analyze(each(series, with_artefact)), CLOCK)
