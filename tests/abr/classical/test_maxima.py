"""A wave that stands out must be a candidate, whatever the trace around it looks like."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.signal import find_peaks

from evoscope.abr.classical.maxima import prominent_maxima

# Few different values: flat tops, equal neighbours and ends as high as the tops.
COARSE = st.lists(st.integers(-3, 3), min_size=1, max_size=60)
FINE = st.lists(st.floats(-5, 5, width=32), min_size=1, max_size=60)


@given(values=COARSE | FINE, least=st.sampled_from([1e-9, 0.5, 1.0, 2.0, 4.0]))
def test_the_same_as_scipy(values: list[float], least: float) -> None:
    trace = np.array(values, dtype=np.float64)
    expected, _ = find_peaks(trace, prominence=least)
    assert prominent_maxima(trace, least=least) == expected.tolist()


@pytest.mark.parametrize("n", [1, 2, 3, 50])
def test_a_flat_trace_has_none(n: int) -> None:
    assert prominent_maxima(np.ones(n), least=0.0) == []
