"""The filters are those of the field: what another program filters alike, looks alike."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pytest
from scipy.signal import butter, sosfiltfilt

from evoscope.abr.averaging.butterworth import both_ways, section

Kind = Literal["highpass", "lowpass"]


@pytest.mark.parametrize(
    ("kind", "corner_hz", "rate_hz"),
    [
        ("highpass", 30.0, 40_000.0),
        ("highpass", 100.0, 20_000.0),
        ("highpass", 300.0, 195_312.5),
        ("highpass", 300.0, 700.0),
        ("lowpass", 1500.0, 20_000.0),
        ("lowpass", 1500.0, 3_400.0),
        ("lowpass", 3000.0, 195_312.5),
    ],
)
# Below, at and above what is taken in one step, and more rows than pass through together.
@pytest.mark.parametrize("shape", [(3, 31), (3, 32), (130, 65), (2, 3, 700)])
def test_the_same_as_scipy_to_rounding(
    kind: Kind, corner_hz: float, rate_hz: float, shape: tuple[int, ...]
) -> None:
    # A drift is what a high-pass must cancel: the hardest case for rounding.
    values = np.random.default_rng(0).standard_normal(shape).cumsum(axis=-1)
    pad = min(shape[-1] - 1, int(np.ceil(rate_hz / corner_hz)))
    sos = butter(2, corner_hz, kind, fs=rate_hz, output="sos")
    expected = sosfiltfilt(sos, values, axis=-1, padlen=pad)
    found = both_ways(section(kind, corner_hz, rate_hz), values, pad=pad)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-11 * np.abs(values).max())


def test_what_never_changes_is_no_response() -> None:
    # A high-pass far below the sampling rate: errors of the sums must not grow along the recording.
    out = both_ways(section("highpass", 30.0, 200_000.0), np.full((1, 20_000), 7.0), pad=6_667)
    assert np.abs(out).max() < 1e-11


@pytest.mark.parametrize(("kind", "corner_hz"), [("highpass", 30.0), ("lowpass", 3000.0)])
def test_single_precision_costs_millionths(kind: Kind, corner_hz: float) -> None:
    values = np.random.default_rng(1).standard_normal((200, 1_500)).cumsum(axis=-1)
    rate_hz, pad = 100_000.0, 1_000
    expected = both_ways(section(kind, corner_hz, rate_hz), values, pad=pad)
    single = section(kind, corner_hz, rate_hz, "single")
    found = both_ways(single, values.astype(np.float32), pad=pad)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, rtol=0, atol=2e-6 * np.abs(values).max())
