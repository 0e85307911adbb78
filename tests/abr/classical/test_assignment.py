"""The naming of waves weighs every possible naming: checked by enumerating them all."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from evoscope.abr.classical.assignment import (
    JUMP_SHARE,
    N_WAVES,
    Assignment,
    Expectation,
    assign,
    assign_each,
    evidence_of_shifts,
    log_odds,
)
from evoscope.abr.classical.candidates import Candidates

NORM_MS = np.array([1.6, 2.7, 3.8, 5.0, 5.7])


def peaks(latency_ms: list[float], amplitude_uv: list[float], noise_uv: float = 0.03) -> Candidates:
    at = np.asarray(latency_ms, dtype=float)
    size = np.asarray(amplitude_uv, dtype=float)
    return Candidates(at, size, np.full(at.size, 0.05), at + 1.0, noise_uv)


def expectation(**changes: NDArray[np.float64] | float) -> Expectation:
    fields: dict[str, NDArray[np.float64] | float] = {
        "latency_ms": NORM_MS,
        "latency_sd_ms": np.full(5, 0.3),
        "amplitude_uv": np.full(5, 0.25),
        "presence": np.array([0.7, 0.4, 0.7, 0.4, 0.9]),
        "gap_sd_ms": 0.22,
        "noise_peaks_per_ms": 0.6,
    }
    return Expectation(**(fields | changes))  # type: ignore[arg-type]


def closeness(distance_ms: float, norm_ms: float, sd_ms: float) -> float:
    """How well a distance between two named waves fits, as the model states it."""
    z = (distance_ms - norm_ms) / sd_ms
    near, jumped = np.exp(-0.5 * z**2), np.exp(-0.5 * (z / 2.5) ** 2)
    return float((1 - JUMP_SHARE) * near + JUMP_SHARE * jumped)


def enumerated(found: Candidates, expected: Expectation) -> tuple[NDArray[np.float64], float]:
    """Sum over every naming in order of time, one by one."""
    odds = np.exp(log_odds(found, expected))
    probability, total = np.zeros((N_WAVES, found.count)), 0.0
    for size in range(N_WAVES + 1):
        for waves in itertools.combinations(range(N_WAVES), size):
            for chosen in itertools.combinations(range(found.count), size):
                weight = float(np.prod([odds[w, c] for w, c in zip(waves, chosen, strict=True)]))
                for (w1, w2), (c1, c2) in zip(
                    itertools.pairwise(waves), itertools.pairwise(chosen), strict=True
                ):
                    weight *= closeness(
                        found.latency_ms[c2] - found.latency_ms[c1],
                        expected.latency_ms[w2] - expected.latency_ms[w1],
                        expected.gap_sd_ms * np.sqrt(w2 - w1),
                    )
                total += weight
                for w, c in zip(waves, chosen, strict=True):
                    probability[w, c] += weight
    return probability / total, float(np.log(total))


@pytest.mark.parametrize("count", [0, 1, 6])
def test_delays_weighed_together_are_weighed_as_each_alone(count: int) -> None:
    rng = np.random.default_rng(count)
    found = peaks(np.sort(rng.uniform(1.0, 9.0, count)).tolist(), [0.2] * count)
    delays = np.linspace(-7.0, 7.0, 9)
    alone = [assign(found, expectation().delayed(d, 0.0)).log_evidence for d in delays]
    np.testing.assert_allclose(evidence_of_shifts(found, expectation(), delays), alone, atol=1e-12)


def test_delays_weighed_together_are_weighed_as_alone() -> None:
    found = peaks((NORM_MS + 0.4).tolist(), [0.25] * 5)
    delays, sds = np.array([-0.5, 0.0, 0.4, 1.5]), np.array([0.1, 0.2, 0.3, 0.4])
    together = assign_each(found, expectation().delayed(delays, sds))
    assert len(together) == delays.size
    for one, delay, sd in zip(together, delays, sds, strict=True):
        alone = assign(found, expectation().delayed(float(delay), float(sd)))
        np.testing.assert_allclose(one.probability, alone.probability, atol=1e-12)
        assert one.log_evidence == pytest.approx(alone.log_evidence, abs=1e-12)


def test_delays_of_a_trace_without_peaks() -> None:
    delayed = expectation().delayed(np.zeros(3), np.ones(3))
    assert [one.naming() for one in assign_each(peaks([], []), delayed)] == [{}, {}, {}]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.floats(1.0, 8.0), min_size=1, max_size=5, unique=True),
    st.lists(st.floats(0.02, 1.0), min_size=5, max_size=5),
    st.floats(0.005, 0.2),
)
def test_every_ordered_naming_is_weighed_once(
    times: list[float], sizes: list[float], noise_uv: float
) -> None:
    found = peaks(sorted(times), sizes[: len(times)], noise_uv)
    expected = expectation()
    probability, log_evidence = enumerated(found, expected)
    result = assign(found, expected)
    assert np.allclose(result.probability, probability, rtol=1e-6, atol=1e-9)
    assert result.log_evidence == pytest.approx(log_evidence, rel=1e-6, abs=1e-9)


def test_five_clear_peaks_at_the_norm_are_the_five_waves() -> None:
    result = assign(peaks(NORM_MS.tolist(), [0.25] * 5), expectation())
    assert result.naming() == {0: 0, 1: 1, 2: 2, 3: 3, 4: 4}
    assert result.presence().min() > 0.9


def test_no_peak_is_no_wave() -> None:
    result = assign(peaks([], []), expectation())
    assert result.naming() == {}
    assert result.presence().tolist() == [0.0] * 5


@pytest.mark.parametrize("late_ms", [2.5, 6.0])
def test_a_peak_where_no_wave_belongs_is_not_named(late_ms: float) -> None:
    # A clinician leaves it alone; forcing a name on it would be a false wave V.
    result = assign(peaks([5.7 + late_ms], [0.25]), expectation())
    assert result.naming() == {}


def test_a_peak_of_the_size_of_the_noise_is_not_named() -> None:
    in_noise = assign(peaks([5.7], [0.1], noise_uv=0.1), expectation()).presence()[4]
    in_quiet = assign(peaks([5.7], [0.1], noise_uv=0.01), expectation()).presence()[4]
    assert in_noise < in_quiet
    assert in_quiet > 0.5


def test_a_delayed_ear_is_named_by_the_distances_between_its_waves() -> None:
    # Waves I-V 1 ms late. Picked one by one at the norm, II would be called III.
    result = assign(peaks((NORM_MS + 1.0).tolist(), [0.25] * 5), expectation().delayed(1.0, 0.1))
    assert result.naming() == {0: 0, 1: 1, 2: 2, 3: 3, 4: 4}


def test_two_waves_never_share_a_peak_and_never_swap() -> None:
    shared = Assignment(np.array([[0.9, 0.05], [0.0, 0.0], [0.8, 0.1], [0, 0], [0.1, 0.85]]), 0.0)
    naming = shared.naming()
    assert len(set(naming.values())) == len(naming) == 2
    assert list(naming.values()) == sorted(naming.values())
    assert naming[0] == 0  # III, the least probable of three for two peaks, goes
    assert naming[4] == 1


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.floats(0.0, 12.0), min_size=0, max_size=12, unique=True),
    st.floats(1e-6, 10.0),
    st.floats(0.0, 1.0),
)
def test_any_peaks_give_probabilities_and_a_naming_in_order(
    times: list[float], size_uv: float, presence: float
) -> None:
    found = peaks(sorted(times), [size_uv] * len(times))
    result = assign(found, expectation(presence=np.full(5, presence)))
    assert np.isfinite(result.probability).all()
    assert ((result.presence() >= 0) & (result.presence() <= 1)).all()
    waves, columns = list(result.naming()), list(result.naming().values())
    assert waves == sorted(waves)
    assert columns == sorted(set(columns))
