"""A hypothesis is as likely as the normal distribution says, whatever its shape and size."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from evoscope.abr.classical.likelihood import log_likelihoods


@pytest.mark.parametrize("n_levels", [1, 3, 8, 9, 20])
def test_the_same_as_the_normal_distribution(n_levels: int) -> None:
    rng = np.random.default_rng(n_levels)
    snr, amplitudes, n = rng.uniform(0.1, 5.0, 6), (0.3, 40.0, 30_000.0), 70
    observed = rng.normal(size=(n_levels, snr.size)) * 20.0
    mixing = rng.normal(size=(n, n_levels, n_levels))
    covariance = mixing @ mixing.transpose(0, 2, 1)
    values, vectors = np.linalg.eigh(covariance)
    power = (vectors.transpose(0, 2, 1) @ observed) ** 2
    found = log_likelihoods(power, values, snr, amplitudes)
    assert found.shape == (3, n)
    for row, amplitude in enumerate(amplitudes):
        for hypothesis in range(0, n, 23):
            expected = sum(
                multivariate_normal.logpdf(
                    observed[:, k],
                    cov=np.eye(n_levels) + amplitude * snr[k] * covariance[hypothesis],
                )
                for k in range(snr.size)
            )
            # What all hypotheses share is left out.
            shared = 0.5 * n_levels * snr.size * np.log(2 * np.pi)
            assert found[row, hypothesis] == pytest.approx(expected + shared, rel=1e-6)


def test_loud_responses_at_many_levels_do_not_overflow() -> None:
    found = log_likelihoods(np.ones((1, 60, 4)), np.full((1, 60), 1e9), np.full(4, 100.0), [3e4])
    assert np.isfinite(found).all()
