"""The noise a network is told must be the noise there is, however it is known."""

from __future__ import annotations

import numpy as np
import pytest

from evoscope.abr.averaging import SubAverages
from evoscope.abr.encoding.noise import half_difference, measured_nv

ALL = np.ones(400, dtype=bool)


def parts_of(rng, weights, *, response=0.0):
    """Independent parts whose variance is 1 / weight, as sweeps would have it."""
    weights = np.array(weights) / np.sum(weights)
    noise = rng.standard_normal((weights.size, 400)) / np.sqrt(weights)[:, None]
    return SubAverages(noise + response, weights, "trials")


@pytest.mark.parametrize("weights", [[1, 1], [1, 3], [1, 1, 1], [5, 1, 2, 1, 1, 3, 2]])
def test_half_the_difference_is_as_loud_as_the_noise_of_the_average(weights):
    rng = np.random.default_rng(3)
    made = [parts_of(rng, weights) for _ in range(200)]
    noise = np.array([half_difference(one) for one in made])
    mean = np.array([one.mean() for one in made])
    assert noise.var() == pytest.approx(mean.var(), rel=0.03)
    assert abs(np.mean(noise * mean)) < 0.02 * mean.var()


def test_a_response_is_not_noise():
    rng = np.random.default_rng(4)
    loud = parts_of(rng, [1, 2, 1], response=50.0 * np.sin(np.arange(400) / 7))
    assert measured_nv(loud, ALL) == pytest.approx(1000.0, rel=0.1)
    assert half_difference(loud).std() == pytest.approx(1.0, rel=0.15)


def test_more_parts_know_the_noise_better():
    rng = np.random.default_rng(5)
    spread = {
        m: np.std([measured_nv(parts_of(rng, [1] * m), ALL) for _ in range(200)]) for m in (2, 9)
    }
    assert spread[9] < 0.6 * spread[2]


def test_a_buffer_written_twice_is_not_silence():
    same = SubAverages(np.ones((2, 400)), np.array([0.5, 0.5]), "halves")
    assert np.isnan(measured_nv(same, ALL))
    whole = SubAverages(np.ones((1, 400)), np.array([1.0]), "none")
    assert np.isnan(measured_nv(whole, ALL))
    assert not half_difference(whole).any()
