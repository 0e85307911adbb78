"""Where the artefact of a tone burst is: never at the edge of a trace, wherever that begins."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from evoscope.abr.averaging import find_artefact

RATE_HZ = 24_000.0


def slow_activity(start_ms: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """A trace that begins in the middle of slow activity, as an epoch cut out of an EEG does."""
    time_ms = start_ms + np.arange(600) * 1000.0 / RATE_HZ
    noise = np.random.default_rng(0).normal(0.0, 0.01, time_ms.size)
    return 5.0 + 3.0 * np.cos(2 * np.pi * 0.05 * (time_ms - start_ms)) + noise, time_ms


@pytest.mark.parametrize("frequency_hz", [1000.0, 4000.0, 5656.0])
def test_the_edge_of_a_trace_is_no_artefact(frequency_hz: float) -> None:
    trace, time_ms = slow_activity(-2.0)
    found = find_artefact(trace, time_ms=time_ms, frequency_hz=frequency_hz)
    assert found is None or found.ratio < 4.0 or found.centre_ms > -1.5


@pytest.mark.parametrize(
    ("frequency_hz", "start_ms"), [(1000.0, 0.0), (4000.0, 0.0), (4000.0, -2.0)]
)
def test_a_burst_is_found_beside_the_edge(frequency_hz: float, start_ms: float) -> None:
    trace, time_ms = slow_activity(start_ms)
    burst_ms = 5000.0 / frequency_hz
    sounds = (time_ms >= 0) & (time_ms <= burst_ms)
    shape = np.sin(np.pi * np.clip(time_ms / burst_ms, 0, 1)) ** 2
    trace = trace + 4.0 * sounds * shape * np.sin(2 * np.pi * frequency_hz * time_ms / 1000)
    found = find_artefact(trace, time_ms=time_ms, frequency_hz=frequency_hz)
    assert found is not None
    assert found.centre_ms == pytest.approx(burst_ms / 2, abs=0.6)
    assert found.ratio > 4.0
