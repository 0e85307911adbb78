"""A probe tells classes from vectors, and knows when there is none to tell."""

from __future__ import annotations

import numpy as np

from evoscope.text.benchmark.probe import logistic, scope_threshold

RNG = np.random.default_rng(0)


def test_classes_are_told_from_vectors() -> None:
    centres = RNG.normal(0.0, 3.0, (4, 8))
    index = RNG.integers(0, 4, 400)
    vectors = (centres[index] + RNG.normal(0.0, 1.0, (400, 8))).astype(np.float32)
    index[:5] = -1  # rows that are of none are not learned from
    share = logistic(vectors[:200], index[:200], vectors[200:], 5)
    assert np.mean(share.argmax(axis=1) == index[200:]) > 0.95
    assert share[:, 4].max() < 0.01  # a class that nothing was of
    np.testing.assert_allclose(share.sum(axis=1), 1.0)


def test_one_class_alone_is_always_it() -> None:
    vectors = RNG.normal(size=(10, 3)).astype(np.float32)
    assert logistic(vectors, np.zeros(10, dtype=np.intp), vectors, 2)[:, 0].min() > 0.99


def test_the_threshold_trades_answers_for_refusals() -> None:
    scope = np.repeat([True, False], [300, 100])
    sure = np.where(scope, RNG.uniform(0.4, 1.0, 400), RNG.uniform(0.0, 0.6, 400))
    limit = scope_threshold(sure, scope, scope)
    kept, refused = np.mean(sure[scope] >= limit), np.mean(sure[~scope] < limit)
    assert kept + refused > 1.6
    assert scope_threshold(sure[:300], scope[:300], scope[:300]) <= sure[:300].min()
