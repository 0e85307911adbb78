"""Real human click averages, and simulated ones recorded as they were."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.signal import butter, resample_poly, sosfiltfilt

from evoscope.abr.benchmark.real_sets import VARIABLE, human_clicks
from evoscope.abr.recording import Recording
from evoscope.abr.simulation.patients import simulate_patients
from evoscope.abr.simulation.profiles import Profile

RATE_HZ = 20_000.0
WINDOW_MS = (1.0, 12.0)
"""Of every average: after the artefact, before the shortest recording ends."""
SWEEPS = 2000
"""Averages of one number of sweeps are independent replicates; those of others may share sweeps."""
LEVELS_DB = tuple(float(db) for db in range(20, 61, 5))
TOP_HZ = 1400.0
"""One of the two real ears was exported with nothing above 1.5 kHz, whatever its band: everything
is compared below."""
_BAND_HZ = (100.0, 3000.0)
_STIMULI_HZ = 37.1
_ONSET = 40


@dataclass(frozen=True, eq=False)
class Averages:
    """Averages in one window on one clock.

    Attributes:
        waveform, noise: ``(n, samples)`` in uV; ``noise`` is (A - B) / 2.
        level_db, ear: ``(n,)``.
    """

    waveform: NDArray[np.float64]
    noise: NDArray[np.float64]
    level_db: NDArray[np.float64]
    ear: NDArray[np.str_]

    def at(self, rows: NDArray[np.bool_]) -> Averages:
        """Some of them."""
        return Averages(self.waveform[rows], self.noise[rows], self.level_db[rows], self.ear[rows])


def real_recordings() -> Path | str:
    """Folder of the real human recordings, or a sentence why there is none."""
    named = os.environ.get(VARIABLE)
    folder = Path(named or "") / "abr"
    if not named or not (folder / "human_click_ihs").is_dir():
        return (
            f"No real recordings were compared: {VARIABLE} should name the folder that holds "
            "abr/human_click_ihs."
        )
    return folder


def real_averages(folder: Path) -> Averages:
    """Read the averages of 2,000 sweeps of two human ears (Wang et al. 2021)."""
    found = [
        (
            _cut(r, r.waveform),
            _cut(r, (r.halves[0] - r.halves[1]) / 2.0),
            r.stimulus.level_db,
            c.name,
        )
        for c in human_clicks(folder)
        for r in c.series
        if r.sweeps == SWEEPS and r.halves is not None
    ]
    waveform, noise, level_db, ear = zip(*found, strict=True)
    return Averages(np.array(waveform), np.array(noise), np.array(level_db), np.array(ear))


def _cut(recording: Recording, values: NDArray[np.floating]) -> NDArray[np.float64]:
    down = round(recording.sampling_rate_hz / RATE_HZ)
    first = round(recording.onset_sample + WINDOW_MS[0] * 1e-3 * recording.sampling_rate_hz)
    whole = _low_pass(values, recording.sampling_rate_hz)
    if down > 1:
        # From sample ``first`` of the fine clock on: the window must begin on the coarse one.
        whole = resample_poly(whole[first % down :], 1, down)
    return whole[first // down :][: window_samples()]


def _low_pass(values: NDArray[np.floating], sampling_rate_hz: float) -> NDArray[np.float64]:
    """Keep what lies below ``TOP_HZ``, without delay."""
    # Not `averaging.bandpass`, which is of second order: it would leave much of what one export has
    # above the corner and the other has not. Only this comparison needs a cut so steep.
    sections = butter(8, TOP_HZ, fs=sampling_rate_hz, output="sos")
    return np.asarray(sosfiltfilt(sections, np.asarray(values, dtype=np.float64), axis=-1))


def window_samples() -> int:
    """Samples of the window."""
    return round((WINDOW_MS[1] - WINDOW_MS[0]) * 1e-3 * RATE_HZ)


def simulated_averages(profile: Profile, *, patients: int, seed: int) -> Averages:
    """Simulate normal ears of a profile, recorded as the real ones: band, rate, sweeps, levels."""
    alike = replace(
        profile,
        name=f"{profile.name} as IHS",
        sampling_rate_hz=RATE_HZ,
        n_samples=300,
        onset_sample=float(_ONSET),
        fmp_window_ms=(2.0, 12.0),
        class_shares={"normal": 1.0},
        noise=replace(
            profile.noise,
            band_hz=_BAND_HZ,
            sweeps_hundreds=(SWEEPS // 100, SWEEPS // 100),
            stop_fmp=1e9,
        ),
        protocol=replace(
            profile.protocol,
            levels=dict.fromkeys(LEVELS_DB, 1.0),
            rates={_STIMULI_HZ: 1.0},
            tone_ears=0.0,
        ),
    )
    first = _ONSET + round(WINDOW_MS[0] * 1e-3 * RATE_HZ)
    window = slice(first, first + window_samples())
    parts = []
    for one in simulate_patients(alike, patients=patients, seed=seed):
        halves = _low_pass(one["half_a"] - one["half_b"], RATE_HZ)
        parts.append(
            Averages(
                _low_pass(one["waveform"], RATE_HZ)[:, window],
                halves[:, window] / 2.0,
                np.asarray(one["level_db"]),
                np.array(one["series_id"]),
            )
        )
    return Averages(
        np.concatenate([p.waveform for p in parts]),
        np.concatenate([p.noise for p in parts]),
        np.concatenate([p.level_db for p in parts]),
        np.concatenate([p.ear for p in parts]),
    )
