"""The F test is only as honest as its degrees of freedom."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.linalg import toeplitz

from evoscope.abr.averaging import autocovariance, degrees_of_freedom
from evoscope.abr.simulation import coloured_noise

RATE_HZ = 8_000.0


def autocov_of_band(low_hz: float, high_hz: float, n: int) -> NDArray[np.float64]:
    """Autocovariance of noise that is flat between two corners and absent outside."""
    t = np.arange(n) / RATE_HZ
    band = 2 * high_hz * np.sinc(2 * high_hz * t) - 2 * low_hz * np.sinc(2 * low_hz * t)
    return np.asarray(band / band[0])


@pytest.mark.parametrize("n", [2, 10, 200])
def test_white_noise_loses_only_its_mean(n: int) -> None:
    white = np.zeros(n)
    white[0] = 3.7
    assert degrees_of_freedom(white, n) == pytest.approx(n - 1)


@pytest.mark.parametrize(("low_hz", "high_hz"), [(100, 1500), (300, 3000), (500, 1000)])
def test_band_passed_noise_has_twice_bandwidth_times_duration(
    low_hz: float, high_hz: float
) -> None:
    n = 400
    expected = 2 * (high_hz - low_hz) * n / RATE_HZ
    found = degrees_of_freedom(autocov_of_band(low_hz, high_hz, n), n)
    assert found == pytest.approx(expected, rel=0.1)


@pytest.mark.parametrize("band_hz", [(50.0, 500.0), (100.0, 1500.0), (300.0, 3000.0)])
def test_agrees_with_how_much_the_variance_of_real_windows_scatters(
    band_hz: tuple[float, float],
) -> None:
    # The meaning of the number: variance of a window ~ chi2(v) / v, so v = 2 mean^2 / var.
    n = 100
    noise = coloured_noise(
        shape=(6_000, n),
        rms_uv=1.0,
        sampling_rate_hz=RATE_HZ,
        band_hz=band_hz,
        rng=np.random.default_rng(3),
    )
    spread = noise.var(axis=1)
    observed = 2 * spread.mean() ** 2 / spread.var()
    # True autocovariance: of traces so long that their mean and ends hardly count.
    autocov = np.array([(noise[:, : n - k] * noise[:, k:]).mean() for k in range(n)])
    assert degrees_of_freedom(autocov, n) == pytest.approx(observed, rel=0.1)


@given(
    st.lists(st.floats(-3, 3), min_size=2, max_size=12),
    st.integers(2, 40),
    st.floats(1e-6, 1e6),
)
@settings(max_examples=60, deadline=None)
def test_oracle_and_bounds(taps: list[float], n: int, scale: float) -> None:
    # A moving average of white noise has a valid autocovariance whatever its taps.
    kernel = np.array([1.0, *taps])
    autocov = np.correlate(kernel, kernel, "full")[kernel.size - 1 :]
    found = degrees_of_freedom(scale * autocov, n)
    column = np.zeros(n)
    column[: min(n, autocov.size)] = autocov[:n]
    centring = np.eye(n) - 1 / n
    eigenvalues = np.linalg.eigvalsh(centring @ toeplitz(column) @ centring)
    expected = eigenvalues.sum() ** 2 / (eigenvalues**2).sum()
    assert found == pytest.approx(max(1.0, expected), rel=1e-6)
    assert 1.0 <= found <= n - 1 + 1e-9


def test_no_noise_has_one_degree() -> None:
    assert degrees_of_freedom(np.zeros(20), 20) == 1.0


def test_autocovariance_starts_at_the_variance_and_follows_the_colour() -> None:
    rng = np.random.default_rng(4)
    white = rng.standard_normal((400, 301))
    noise = white[:, 1:] + 0.8 * white[:, :-1]
    found = autocovariance(noise)
    assert found.shape == (300,)
    assert found[0] == pytest.approx(noise.var(axis=1).mean())
    assert found[1] / found[0] == pytest.approx(0.8 / 1.64, abs=0.02)
    assert np.abs(found[2:] / found[0]).max() < 0.03


def test_autocovariance_ignores_offsets_and_scales_with_power() -> None:
    noise = np.random.default_rng(5).standard_normal((3, 100))
    moved = noise + np.array([[5.0], [-200.0], [0.1]])
    np.testing.assert_allclose(autocovariance(moved), autocovariance(noise), atol=1e-9)
    np.testing.assert_allclose(autocovariance(3 * noise), 9 * autocovariance(noise))


def test_one_trace_is_enough() -> None:
    trace = np.random.default_rng(6).standard_normal(100)
    np.testing.assert_array_equal(autocovariance(trace), autocovariance(trace[None, :]))
