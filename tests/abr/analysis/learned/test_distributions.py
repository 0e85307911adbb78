"""Quantiles and the order of waves, against definitions and against counting."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evoscope.abr.analysis.learned.distributions import (
    LEAST_GAP,
    cell_edges,
    fitting,
    in_order,
    places,
    quantiles,
)


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 2**32 - 1), st.floats(0.01, 0.99))
def test_a_quantile_has_its_share_below_it(seed: int, share: float) -> None:
    rng = np.random.default_rng(seed)
    probability = rng.dirichlet(np.full(12, 0.5))
    edges = cell_edges(np.arange(12.0))
    found = float(quantiles(probability, edges, (share,))[0])
    cumulative = np.concatenate([[0.0], np.cumsum(probability)])
    assert np.interp(found, edges, cumulative) == pytest.approx(share, abs=1e-6)


def test_what_lies_beyond_the_last_edge_is_infinite() -> None:
    found = quantiles(np.array([[0.3, 0.2], [0.9, 0.1]]), np.arange(3.0), (0.2, 0.6))
    assert np.isinf(found[0, 1])
    assert np.isfinite(found[1]).all()


@pytest.mark.parametrize("present", list(itertools.product([True, False], repeat=3)))
def test_the_order_is_what_counting_every_combination_gives(present: tuple[bool, ...]) -> None:
    rng = np.random.default_rng(1)
    waves, samples = 3, 9
    place = rng.dirichlet(np.ones(samples), size=(1, waves))
    there = [w for w in range(waves) if present[w]]
    expected, chance = np.zeros((waves, samples)), 0.0
    for at in itertools.product(range(samples), repeat=len(there)):
        if any(b - a < LEAST_GAP for a, b in itertools.pairwise(at)):
            continue
        weight = float(np.prod([place[0, w, t] for w, t in zip(there, at, strict=True)]))
        chance += weight
        for w, t in zip(there, at, strict=True):
            expected[w, t] += weight
    given_order, found = in_order(place, np.array([present]))
    assert found[0] == pytest.approx(chance)
    for w in range(waves):
        wanted = expected[w] / chance if present[w] else place[0, w]
        np.testing.assert_allclose(given_order[0, w], wanted, atol=1e-12)


def test_of_waves_that_cannot_all_be_there_the_least_probable_goes() -> None:
    place = np.zeros((1, 3, 30))
    place[0, 0, 20] = place[0, 1, 10] = place[0, 2, 25] = 1.0
    kept, given_order = fitting(np.array([[0.7, 0.9, 0.99]]), place, np.ones((1, 3), dtype=bool))
    assert kept.tolist() == [[False, True, True]]
    assert given_order[0, 1].argmax() == 10


def test_no_wave_is_where_there_is_no_data() -> None:
    covered = np.array([[True, True, False, False]])
    found = places(np.array([[[0.0, 0.0, 50.0, 50.0]]]), covered)
    np.testing.assert_allclose(found, [[[0.5, 0.5, 0.0, 0.0]]])
