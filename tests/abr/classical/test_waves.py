"""Intervals of waves: they hold what they claim where noise chose the peak."""

from __future__ import annotations

import numpy as np
import pytest

from evoscope.abr.averaging import PRESETS, SubAverages, bandpass
from evoscope.abr.classical.candidates import find_candidates
from evoscope.abr.classical.waves import Z90, sd_of_chosen_peak, trace_noise

RATE_HZ = 15_000.0
TIME_MS = np.arange(200) * 1e3 / RATE_HZ
AT_MS = 9.0


@pytest.mark.parametrize("noise_uv", [0.03, 0.06])
def test_nine_in_ten_intervals_of_a_broad_peak_hold_its_time(noise_uv: float) -> None:
    rng = np.random.default_rng(4)
    preset = PRESETS["infant"]
    clean = 0.3 * np.exp(-0.5 * ((TIME_MS - AT_MS) / 0.6) ** 2)
    narrow, honest = [], []
    for _ in range(200):
        halves = clean + bandpass(
            noise_uv * np.sqrt(2.0) * rng.standard_normal((2, TIME_MS.size)),
            sampling_rate_hz=RATE_HZ,
            preset=preset,
        )
        parts = SubAverages(halves, np.array([0.5, 0.5]), "halves")
        window = slice(30, 290)
        noise = trace_noise(parts, window=window, step_ms=1e3 / RATE_HZ, modelled_rms_uv=None)
        found = find_candidates(
            parts.mean(),
            time_ms=TIME_MS,
            window=window,
            noise_uv=noise.rms_uv,
            slope_noise_uv_ms=noise.slope_uv_ms,
            trough_within_ms=3.5,
        )
        near = np.flatnonzero(np.abs(found.latency_ms - AT_MS) < 0.9)
        if near.size == 0:
            continue
        best = near[np.argmax(found.amplitude_uv[near])]
        off, sd = abs(found.latency_ms[best] - AT_MS), float(found.latency_sd_ms[best])
        narrow.append(off < Z90 * sd)
        honest.append(off < Z90 * sd_of_chosen_peak(sd, noise.peaks_per_ms))
    assert len(honest) > 150
    assert 0.85 < np.mean(honest) <= 0.97
    assert np.mean(honest) > np.mean(narrow) + 0.05


def test_the_least_curvature_believed_is_half_of_that_seen() -> None:
    assert sd_of_chosen_peak(0.5, 1.0) == pytest.approx(1.0)
    assert sd_of_chosen_peak(0.01, 0.0) == pytest.approx(0.01)
