"""TF-IDF with a linear model: the baseline that a network has to beat (scikit-learn).

Words, pairs of words and pieces of 2 to 4 letters, weighted by how rare they are, and one logistic
or ridge regression a label. On several of the corpora it beats a frozen encoder.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import hstack

from evoscope.measure import crossed_halves

_C = 5.0
_RIDGE = 3.0
_FEATURES = 100_000


def _sklearn(module: str) -> Any:
    try:
        return import_module(f"sklearn.{module}")
    except ModuleNotFoundError as missing:
        raise ImportError(
            "The TF-IDF baseline should be fitted with scikit-learn. Found it not installed. "
            "Install it: pip install scikit-learn."
        ) from missing


class Tfidf:
    """Features of texts, fitted on the train part.

    Args:
        texts: cleaned, of the train part.

    Raises:
        ImportError: scikit-learn is not installed.

    Example:
        >>> Tfidf(["a good day", "a bad day"] * 3)(["good"]).shape[0]
        1
    """

    def __init__(self, texts: Sequence[str]) -> None:
        make = _sklearn("feature_extraction.text").TfidfVectorizer
        shared = {"min_df": 2, "sublinear_tf": True, "max_features": _FEATURES, "dtype": np.float32}
        self._vectorizers = (
            # Marks and emoji speak, too; and so do words of one letter.
            make(ngram_range=(1, 2), token_pattern=r"(?u)\b\w+(?:'\w+)?\b|[^\w\s]", **shared),
            make(ngram_range=(2, 4), analyzer="char_wb", lowercase=False, **shared),
        )
        for vectorizer in self._vectorizers:
            vectorizer.fit(texts)
        self._fitted = self(texts)

    @property
    def fitted(self) -> Any:
        """Features of the train part, a sparse matrix."""
        return self._fitted

    def __call__(self, texts: Sequence[str]) -> Any:
        """Return the features of texts, a sparse matrix with a row for each."""
        return hstack([vectorizer.transform(texts) for vectorizer in self._vectorizers]).tocsr()


def tfidf_labels(
    features: Tfidf, true: ArrayLike, known: ArrayLike, texts: Sequence[str]
) -> NDArray[np.float64]:
    """Fit a logistic regression a label, and give its probabilities, ``(n texts, labels)``.

    A label whose truths are shares gets a ridge regression, cut at 0 and 1. A label without both
    answers gets the share of its yes, or .5 where nothing is known.

    Args:
        features: fitted on the train part.
        true: ``(n train, labels)``.
        known: ``(n train, labels)``.
        texts: to answer.
    """
    t, k = np.asarray(true, dtype=np.float64), np.asarray(known, dtype=bool)
    rows = features(texts)
    answer = np.empty((len(texts), t.shape[1]))
    for j in range(t.shape[1]):
        inside = np.flatnonzero(k[:, j])
        values = t[inside, j]
        if np.unique(values).size < 2:
            answer[:, j] = values.mean() if values.size else 0.5
        elif np.isin(values, (0.0, 1.0)).all():
            model = _sklearn("linear_model").LogisticRegression(solver="liblinear", C=_C)
            model.fit(features.fitted[inside], values.astype(int))
            answer[:, j] = model.predict_proba(rows)[:, 1]
        else:
            answer[:, j] = np.clip(_ridge(features.fitted[inside], values, rows), 0.0, 1.0)
    return answer


def tfidf_numbers(features: Tfidf, true: ArrayLike, texts: Sequence[str]) -> NDArray[np.float64]:
    """Fit a ridge regression a column of ``(n train, columns)``; answer ``(n texts, columns)``."""
    t = np.asarray(true, dtype=np.float64)
    rows = features(texts)
    return np.column_stack([_ridge(features.fitted, column, rows) for column in t.T])


def _ridge(train: Any, values: NDArray[np.float64], rows: Any) -> NDArray[np.float64]:
    model = _sklearn("linear_model").Ridge(alpha=_RIDGE, solver="sparse_cg")
    return np.asarray(model.fit(train, values).predict(rows), dtype=np.float64)


def tfidf_classes(
    features: Tfidf, true: ArrayLike, classes: int, texts: Sequence[str]
) -> NDArray[np.float64]:
    """Fit one logistic regression a class against the rest, and give shares ``(n texts, classes)``.

    Args:
        features: fitted on the train part.
        true: ``(n train,)`` numbers of classes; -1 where there is none.
        classes: how many there are.
        texts: to answer.
    """
    t = np.asarray(true)
    yes = t[:, None] == np.arange(classes)
    known = np.broadcast_to(t[:, None] >= 0, yes.shape)
    shares = tfidf_labels(features, yes, known, texts)
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))


def crossed_tfidf_labels(
    texts: Sequence[str], true: ArrayLike, known: ArrayLike, groups: ArrayLike, *, seed: int = 0
) -> NDArray[np.float64]:
    """Answer each half of a corpus by what was fitted on the other: where there is no train part.

    A baseline on a corpus that is for evaluation only; nothing that is fitted is kept.
    """
    t, k = np.asarray(true), np.asarray(known)
    first = crossed_halves(groups, seed=seed)
    answer = np.empty(t.shape)
    for half in (first, ~first):
        here, there = np.flatnonzero(half).tolist(), np.flatnonzero(~half).tolist()
        features = Tfidf([texts[i] for i in here])
        answer[there] = tfidf_labels(features, t[here], k[here], [texts[i] for i in there])
    return answer
