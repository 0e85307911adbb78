import numpy as np
import pytest
import scipy.linalg
import scipy.optimize

from evoscope.abr.benchmark.limits import (
    autocovariance_of_halves,
    information,
    latency_bound_ms,
    marginal_sd,
    pooled_bound,
    van_trees_sd,
)

TIME_MS = np.arange(0.0, 13.0, 1 / 15)


def wave(latency_ms: float, size_uv: float, width_ms: float) -> np.ndarray:
    z = (TIME_MS - latency_ms) / width_ms
    return size_uv * np.exp(-0.5 * z**2) - 0.6 * size_uv * np.exp(-0.5 * (z - 2.5) ** 2)


def response(theta: np.ndarray) -> np.ndarray:
    """Two waves, a baseline and a slope: what a reader has to tell apart."""
    v_ms, v_uv, i_ms, i_uv, base_uv, slope_uv = theta
    slope = (TIME_MS - TIME_MS.mean()) / 13.0
    return wave(v_ms, v_uv, 0.35) + wave(i_ms, i_uv, 0.2) + base_uv + slope_uv * slope


def jacobian(theta: np.ndarray) -> np.ndarray:
    steps = 1e-4 * np.eye(theta.size)
    return np.stack([(response(theta + h) - response(theta - h)) / 2e-4 for h in steps], axis=-1)


MEAN = np.array([6.0, 0.3, 1.7, 0.1, 0.0, 0.0])
PRIOR = np.diag(np.array([0.25, 0.08, 0.15, 0.03, 0.1, 0.1]) ** 2)


def noise_covariance(rms_uv: float) -> np.ndarray:
    # Coloured: neighbours are alike for a third of a millisecond.
    lags = TIME_MS - TIME_MS[0]
    return scipy.linalg.toeplitz(rms_uv**2 * (np.exp(-lags / 0.3) + 1e-3 * (lags == 0)))


def test_the_best_estimator_reaches_the_bound_and_never_beats_it() -> None:
    rng = np.random.default_rng(5)
    covariance = noise_covariance(0.02)
    lower = np.linalg.cholesky(covariance)
    white, prior = np.linalg.inv(lower), np.linalg.inv(np.linalg.cholesky(PRIOR))
    errors, found = [], []
    for _ in range(300):
        theta = rng.multivariate_normal(MEAN, PRIOR)
        seen = response(theta) + lower @ rng.standard_normal(TIME_MS.size)

        # Started at the truth: a wrong local minimum is the optimiser's fault, not the bound's.
        guess = scipy.optimize.least_squares(
            lambda x, y=seen: np.concatenate([white @ (y - response(x)), prior @ (x - MEAN)]),
            theta,
            jac=lambda x: np.concatenate([-white @ jacobian(x), prior]),
            method="lm",
        ).x
        errors.append(guess[:2] - theta[:2])
        found.append(information(jacobian(theta), covariance, np.linalg.inv(PRIOR)))
    rmse = np.sqrt(np.mean(np.square(errors), axis=0))
    local = np.array([pooled_bound(marginal_sd(np.array(found))[:, k]) for k in range(2)])
    # 300 trials know an rmse to 4 %: three of those.
    assert (rmse > 0.88 * van_trees_sd(np.array(found))[:2]).all()
    assert (rmse < 1.2 * local).all()


def test_the_strict_bound_lies_below_the_local_one() -> None:
    rng = np.random.default_rng(6)
    thetas = rng.multivariate_normal(MEAN, PRIOR, size=50)
    found = np.array(
        [information(jacobian(t), noise_covariance(0.03), np.linalg.inv(PRIOR)) for t in thetas]
    )
    assert van_trees_sd(found)[0] < pooled_bound(marginal_sd(found)[:, 0])


def test_not_knowing_more_never_helps() -> None:
    full = information(jacobian(MEAN), noise_covariance(0.05), np.linalg.inv(PRIOR))
    assert marginal_sd(full)[0] > 1.0 / np.sqrt(full[0, 0])


def test_without_a_recording_worth_the_name_the_prior_is_all_there_is() -> None:
    full = information(jacobian(MEAN), noise_covariance(50.0), np.linalg.inv(PRIOR))
    assert marginal_sd(full)[0] == pytest.approx(0.25, rel=1e-3)


def test_a_function_of_the_parameters_is_bounded_by_its_gradient() -> None:
    matrix = np.array([[4.0, 1.0], [1.0, 9.0]])
    assert marginal_sd(matrix, np.array([0.0, 1.0])) == pytest.approx(marginal_sd(matrix)[1])


def test_slow_noise_hides_latency_less_than_noise_that_looks_like_the_wave() -> None:
    clean = wave(6.0, 0.3, 0.35)
    lags = TIME_MS - TIME_MS[0]
    slow = 0.05**2 * (np.exp(-0.5 * (lags / 4.0) ** 2) + 1e-4 * (lags == 0))
    alike = 0.05**2 * (np.exp(-0.5 * (lags / 0.4) ** 2) + 1e-4 * (lags == 0))
    bounds = [latency_bound_ms(clean, c, TIME_MS, prior_sd_ms=0.3) for c in (slow, alike)]
    assert bounds[0] < 0.5 * bounds[1]


def test_many_recordings_are_bounded_at_once_as_one_by_one() -> None:
    clean = np.stack([wave(6.0, 0.3, 0.35), wave(7.0, 0.1, 0.5)])
    white = np.where(np.arange(TIME_MS.size) == 0, 0.04**2, 0.0)
    together = latency_bound_ms(clean, white, TIME_MS, prior_sd_ms=0.3)
    single = [latency_bound_ms(row, white, TIME_MS, prior_sd_ms=0.3) for row in clean]
    np.testing.assert_allclose(together, single)


def test_noise_is_measured_from_halves_whatever_the_response() -> None:
    rng = np.random.default_rng(2)
    covariance = noise_covariance(0.05)
    noise = rng.multivariate_normal(np.zeros(TIME_MS.size), covariance, size=(2, 400))
    clean = wave(6.0, 0.5, 0.35)
    found = autocovariance_of_halves(
        clean + noise[0] * np.sqrt(2.0), clean + noise[1] * np.sqrt(2.0)
    )
    # The lags that matter: the estimate shrinks by the share of the samples that a lag costs.
    np.testing.assert_allclose(found[:8], covariance[0, :8], rtol=0.1)
    assert np.linalg.eigvalsh(scipy.linalg.toeplitz(found))[0] > 0.0


def test_a_noise_that_cannot_be_is_refused_with_what_to_do() -> None:
    with pytest.raises(ValueError, match="positive definite"):
        information(jacobian(MEAN), np.zeros((TIME_MS.size,) * 2), np.linalg.inv(PRIOR))
