"""Every noise estimate rests on contrasts that hold the noise and nothing of the response."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from evoscope.abr.averaging import SubAverages, pool


@st.composite
def weights(draw: st.DrawFn) -> NDArray[np.float64]:
    raw = draw(st.lists(st.floats(0.001, 1.0), min_size=2, max_size=16))
    return np.asarray(raw) / sum(raw)


def test_two_halves_give_half_their_difference() -> None:
    halves = np.random.default_rng(0).standard_normal((2, 40))
    (contrast,) = SubAverages(halves, np.array([0.5, 0.5]), "halves").deviations()
    half_difference = (halves[0] - halves[1]) / 2
    np.testing.assert_allclose(np.abs(contrast), np.abs(half_difference), atol=1e-12)
    np.testing.assert_allclose(abs(contrast @ half_difference), half_difference @ half_difference)


@pytest.mark.parametrize(
    "weight", [np.full(2, 0.5), np.full(16, 1 / 16), np.array([0.7, 0.2, 0.06, 0.04])], ids=len
)
def test_contrasts_have_the_variance_of_the_average(weight: NDArray[np.float64]) -> None:
    # A block of weight w has variance s / w; 40,000 independent samples stand for repetitions.
    noise_uv = 0.3
    rng = np.random.default_rng(1)
    values = rng.standard_normal((weight.size, 40_000)) * noise_uv / np.sqrt(weight)[:, None]
    parts = SubAverages(values, weight, "trials")
    assert parts.mean().var() == pytest.approx(noise_uv**2, rel=0.04)
    np.testing.assert_allclose(parts.deviations().var(axis=1), noise_uv**2, rtol=0.04)
    assert parts.noise_variance().mean() == pytest.approx(noise_uv**2, rel=0.04)
    # Independent of the average and of each other: otherwise the F test has no F distribution.
    rows = np.vstack([parts.mean(), parts.deviations()])
    off = np.corrcoef(rows) - np.eye(len(rows))
    assert np.abs(off).max() < 0.03


@given(weight=weights(), size=st.floats(0.01, 1e4), seed=st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_any_common_response_cancels(weight: NDArray[np.float64], size: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    noise, response = rng.standard_normal((weight.size, 20)), size * rng.standard_normal(20)
    silent = SubAverages(noise, weight, "trials").deviations()
    answering = SubAverages(noise + response, weight, "trials").deviations()
    assert silent.shape == (weight.size - 1, 20)
    np.testing.assert_allclose(answering, silent, atol=1e-12 * (1 + size))


@given(weight=weights(), seed=st.integers(0, 2**32 - 1))
@settings(max_examples=60, deadline=None)
def test_noise_does_not_depend_on_the_order_of_blocks(
    weight: NDArray[np.float64], seed: int
) -> None:
    rng = np.random.default_rng(seed)
    values, order = rng.standard_normal((weight.size, 20)), rng.permutation(weight.size)
    one = SubAverages(values, weight, "trials").noise_variance()
    other = SubAverages(values[order], weight[order], "trials").noise_variance()
    np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("empty", [0, 1])
def test_a_block_without_weight_does_not_let_the_response_through(empty: int) -> None:
    weight = np.full(3, 0.5)
    weight[empty] = 0.0
    parts = SubAverages(np.ones((3, 5)) * np.arange(5.0), weight, "trials")
    np.testing.assert_allclose(parts.deviations(), 0.0, atol=1e-12)


def test_one_average_says_nothing_of_its_noise() -> None:
    single = SubAverages(np.ones((1, 5)), np.ones(1), "none")
    assert single.deviations().shape == (0, 5)
    assert np.isnan(single.noise_variance()).all()
    np.testing.assert_array_equal(single.mean(), np.ones(5))


def constant(value: float, n: int = 1) -> SubAverages:
    return SubAverages(np.full((n, 4), value), np.full(n, 1 / n), "halves" if n > 1 else "none")


def test_who_changes_an_average_changes_no_other_answer() -> None:
    pair = SubAverages(np.array([[3.0, 2.0], [1.0, 2.0]]), np.array([0.5, 0.5]), "halves")
    with pytest.raises(ValueError, match="read-only"):
        pair.mean()[0] = 9.0
    assert pair.mean().tolist() == [2.0, 2.0]


def test_pool_weighs_replicates_by_their_sweeps() -> None:
    joined = pool([constant(1.0), constant(4.0)], [3000, 1000])
    np.testing.assert_allclose(joined.weights, [0.75, 0.25])
    np.testing.assert_allclose(joined.mean(), 1.75)


def test_pool_of_unsplit_replicates_makes_them_the_sub_averages() -> None:
    joined = pool([constant(1.0), constant(4.0)], [1, 1])
    assert joined.source == "replicates"
    assert joined.count == 2
    np.testing.assert_allclose(joined.noise_variance(), 2.25)  # ((1 - 4) / 2)^2


def test_pool_of_split_replicates_keeps_their_parts_and_their_source() -> None:
    joined = pool([constant(1.0, 2), constant(4.0, 2)], [3, 1])
    assert joined.source == "halves"
    np.testing.assert_allclose(joined.weights, [0.375, 0.375, 0.125, 0.125])
    np.testing.assert_allclose(joined.mean(), 1.75)


@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
def test_pool_names_its_source_whatever_the_order(order: tuple[int, int]) -> None:
    assert pool([constant(1.0, n) for n in order], [1, 1]).source == "halves"


def test_pool_of_one_is_itself() -> None:
    alone = constant(1.0, 2)
    assert pool([alone], [500]) is alone


def test_pool_refuses_a_share_too_few() -> None:
    with pytest.raises(ValueError, match="zip"):
        pool([constant(1.0), constant(2.0)], [1])
