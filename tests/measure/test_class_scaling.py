"""Probabilities for another population: what was learned stays, how frequent a class is moves."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from evoscope.measure import fit_class_scaling, fit_temperature, log_loss, softmax


def population(prior: np.ndarray, n: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Log likelihoods of three classes given a reading, and the class, drawn by its prior."""
    rng = np.random.default_rng(seed)
    true = rng.choice(3, size=n, p=prior)
    centres = np.array([[0.0, 0.0], [2.0, 0.0], [0.0, 2.0]])
    x = centres[true] + rng.normal(size=(n, 2))
    return -0.5 * ((x[:, None] - centres) ** 2).sum(2), true


def test_a_model_of_one_population_is_right_in_another() -> None:
    common, rare = np.array([0.9, 0.08, 0.02]), np.array([0.2, 0.4, 0.4])
    likelihood, true = population(rare, 20_000, 0)
    logits = 2.0 * (likelihood + np.log(common))  # too sure by two, for patients as they come
    scaling = fit_class_scaling(logits, true)
    assert scaling.temperature == pytest.approx(2.0, rel=0.05)
    expected = np.log(rare / common)
    assert np.allclose(scaling.bias, expected - expected.mean(), atol=0.12)
    bayes = softmax(likelihood + np.log(rare))
    assert np.abs(scaling(logits) - bayes).mean() < 0.01
    alone = fit_temperature(logits, true).value
    assert alone is not None
    assert (scaling(logits).argmax(1) == true).mean() > (logits.argmax(1) == true).mean() + 0.05
    by_scaling = log_loss(scaling(logits), true).value
    by_temperature = log_loss(softmax(logits, alone), true).value
    assert by_scaling is not None
    assert by_temperature is not None
    assert by_scaling < by_temperature - 0.05


def test_it_is_a_logistic_regression_of_one_slope() -> None:
    likelihood, true = population(np.array([0.5, 0.5, 0.0]), 400, 1)
    two = likelihood[:, :2]
    oracle = LogisticRegression(C=1e6).fit((two[:, 1] - two[:, 0])[:, None], true)
    found = fit_class_scaling(two, true)
    assert 1.0 / found.temperature == pytest.approx(float(oracle.coef_[0, 0]), rel=0.02)
    assert found.bias[1] - found.bias[0] == pytest.approx(float(oracle.intercept_[0]), abs=0.05)


def test_classes_and_cases_that_are_not_there_are_no_matter() -> None:
    likelihood, true = population(np.array([0.5, 0.5, 0.0]), 400, 1)
    with_nobody = fit_class_scaling(likelihood, true)
    assert np.isfinite(with_nobody.bias).all()
    half = np.arange(400) < 200
    wrong = np.where(half, true, 0)
    assert fit_class_scaling(likelihood, wrong, half) == fit_class_scaling(
        likelihood[half], true[half]
    )
    none = fit_class_scaling(likelihood, true, np.zeros(400, dtype=bool))
    assert (none.temperature, none.bias, none.n) == (1.0, (0.0, 0.0, 0.0), 0)


def test_balanced_it_holds_where_classes_are_equally_frequent() -> None:
    common, equal = np.array([0.9, 0.07, 0.03]), np.full(3, 1.0 / 3.0)
    likelihood, true = population(common, 20_000, 2)
    scaling = fit_class_scaling(2.0 * (likelihood + np.log(common)), true, balanced=True)
    new, of_new = population(equal, 5_000, 3)
    bayes = softmax(new)
    found = scaling(2.0 * (new + np.log(common)))
    assert np.abs(found - bayes).mean() < 0.03
    as_they_come = fit_class_scaling(2.0 * (likelihood + np.log(common)), true)
    assert (found.argmax(1) == of_new).mean() > (
        as_they_come(2.0 * (new + np.log(common))).argmax(1) == of_new
    ).mean() + 0.1
