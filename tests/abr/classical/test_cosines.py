"""The coordinates in which noise is independent and responses line up."""

from __future__ import annotations

import numpy as np
import pytest

from evoscope.abr.classical.cosines import HUMAN_CLICK, Band, project, smooth

TIME_MS = np.arange(400) * 0.05
BAND = Band(90.0, 1300.0, (0.0,), 3.0)


def test_white_noise_keeps_its_variance_in_every_coefficient() -> None:
    noise = 0.3 * np.random.default_rng(0).standard_normal((500, TIME_MS.size))
    found = project(noise, time_ms=TIME_MS, start_ms=1.0, stop_ms=15.0, band=BAND)
    assert (found**2).mean() == pytest.approx(0.09, rel=0.05)
    assert np.corrcoef(found[:, 3], found[:, 4])[0, 1] == pytest.approx(0.0, abs=0.15)


def test_what_lies_outside_the_band_is_left_out() -> None:
    for frequency_hz, seen in ((10.0, False), (500.0, True), (4000.0, False)):
        tone = np.sin(2 * np.pi * frequency_hz * TIME_MS / 1000.0)[None, :]
        found = project(tone, time_ms=TIME_MS, start_ms=1.0, stop_ms=15.0, band=BAND)
        assert bool((found**2).sum() > 50.0) is seen


def test_a_constant_offset_is_not_a_response() -> None:
    rows = np.ones((1, TIME_MS.size))
    found = project(rows, time_ms=TIME_MS, start_ms=1.0, stop_ms=15.0, band=HUMAN_CLICK)
    assert np.abs(found).max() < 1e-9


def test_a_later_response_read_later_is_the_same_response() -> None:
    # Soft responses come later: unshifted they would look like another response.
    def wave(at_ms: float) -> np.ndarray:
        return np.exp(-0.5 * ((TIME_MS - at_ms) / 0.4) ** 2)

    rows = np.array([wave(6.0), wave(8.0)])
    window = {"time_ms": TIME_MS, "start_ms": 1.0, "stop_ms": 15.0, "band": BAND}
    aligned = project(rows, shift_ms=np.array([0.0, 2.0]), **window)  # type: ignore[arg-type]
    assert np.allclose(aligned[0], aligned[1], atol=1e-3)
    apart = project(rows, **window)  # type: ignore[arg-type]
    assert np.corrcoef(apart)[0, 1] < 0.5


def test_smoothing_keeps_length_level_and_sign() -> None:
    rng = np.random.default_rng(1)
    spectrum = rng.exponential(2.0, 60)
    smoothed = smooth(spectrum)
    assert smoothed.shape == spectrum.shape
    assert smoothed.min() > 0
    assert smoothed.std() < spectrum.std() / 2
    assert np.allclose(smooth(np.full(5, 3.0)), 3.0)
