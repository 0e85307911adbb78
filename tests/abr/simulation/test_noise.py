"""Noise in an average: the size asked for, the colour of EEG, no memory across the ends."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from evoscope.abr.simulation import coloured_noise


def many(n: int = 3000, samples: int = 300, rate_hz: float = 20_000.0) -> NDArray[np.float64]:
    return coloured_noise(
        shape=(n, samples),
        rms_uv=0.03,
        sampling_rate_hz=rate_hz,
        band_hz=(100.0, 3000.0),
        rng=np.random.default_rng(8),
    )


@pytest.mark.parametrize(("samples", "rate_hz"), [(300, 20_000.0), (201, 15_000.0), (77, 8000.0)])
def test_rms_is_what_was_asked_for_at_every_sample(samples: int, rate_hz: float) -> None:
    noise = many(samples=samples, rate_hz=rate_hz)
    assert noise.std() == pytest.approx(0.03, rel=0.02)
    assert noise.std(axis=0) == pytest.approx(np.full(samples, 0.03), rel=0.08)


def test_most_power_lies_between_the_high_pass_and_one_kilohertz() -> None:
    noise = many(samples=2000)
    power = np.mean(np.abs(np.fft.rfft(noise * np.hanning(2000))) ** 2, axis=0)
    frequency_hz = np.fft.rfftfreq(2000, 1 / 20_000.0)
    share = power / power.sum()
    assert share[(frequency_hz >= 80) & (frequency_hz <= 1000)].sum() > 0.75
    assert share[frequency_hz < 50].sum() < 0.05
    assert share[frequency_hz > 4000].sum() < 0.01


def test_the_end_does_not_know_the_beginning() -> None:
    noise = many()
    neighbours = np.corrcoef(noise[:, 0], noise[:, 1])[0, 1]
    ends = np.corrcoef(noise[:, 0], noise[:, -1])[0, 1]
    assert neighbours > 0.8
    assert abs(ends) < 0.08
