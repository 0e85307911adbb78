"""Classes that the model was never asked for, told from what its encoder says: a linear probe."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike, NDArray

from evoscope.measure import Measured, accuracy, auc, bootstrap_interval, crossed_halves
from evoscope.text.benchmark.figures import SEED, Figure, class_figures
from evoscope.text.benchmark.sample import some_of
from evoscope.text.benchmark.states import States
from evoscope.text.benchmark.tfidf import Tfidf, tfidf_classes
from evoscope.text.corpora import Corpus, load
from evoscope.text.corpora.read_intents import OUT_OF_SCOPE

Numbers = NDArray[np.float64]
_C = 10.0
_STEPS = 300


def probe_figures(
    name: str,
    states: States,
    *,
    folder: str | Path | None = None,
    most: int | None = None,
    resamples: int,
    advance: Callable[[int], None] = lambda _texts: None,
) -> dict[str, tuple[Figure, ...]]:
    """Fit a probe on the train part of a corpus with classes of its own, score it on dev.

    Args:
        name: of the corpus.
        states: of the encoder.
        folder: that holds the corpora; default: ``text/`` in ``EVOSCOPE_REALDATA``.
        most: texts of either part that are read.
        resamples: of the groups of dev, for 90 % intervals.
        advance: called with the texts read since the last call.

    Returns:
        Figures of the probe and TF-IDF together ("probe"), of the probe alone ("vectors") and of
        TF-IDF alone ("TF-IDF").

    Raises:
        ImportError: scikit-learn is not installed.
    """
    train, dev = (some_of(load(name, part, folder=folder), most) for part in ("train", "dev"))
    if train.native is None or dev.native is None:
        raise ValueError(f"A probe should have classes to tell. Found none in {name}.")
    names, index = train.native.names, train.native.index
    vectors = states(train.texts, advance), states(dev.texts, advance)
    shares = {
        "vectors": logistic(vectors[0], index, vectors[1], len(names)),
        "TF-IDF": tfidf_classes(Tfidf(train.texts), index, len(names), dev.texts),
    }
    product = np.sqrt(shares["vectors"] * shares["TF-IDF"])
    shares["probe"] = product / product.sum(axis=1, keepdims=True)
    scored = _scope_figures if OUT_OF_SCOPE in names else _class_figures
    return {who: scored(name, share, dev, resamples=resamples) for who, share in shares.items()}


def _class_figures(name: str, share: Numbers, dev: Corpus, *, resamples: int) -> tuple[Figure, ...]:
    assert dev.native is not None
    return class_figures(
        f"{name} classes", share, dev.native.index, groups=dev.groups, resamples=resamples
    )


def _scope_figures(name: str, share: Numbers, dev: Corpus, *, resamples: int) -> tuple[Figure, ...]:
    """In scope, the class; out of scope, that it is none: by a threshold of the other half."""
    assert dev.native is not None
    task, nowhere = f"{name} classes", dev.native.names.index(OUT_OF_SCOPE)
    inside = np.delete(np.arange(share.shape[1]), nowhere)
    chosen = inside[share[:, inside].argmax(axis=1)]
    sure = share[:, inside].max(axis=1) * (1.0 - share[:, nowhere])
    true = dev.native.index
    scope, right = true != nowhere, chosen == true
    first = crossed_halves(np.arange(true.size), seed=SEED)
    limit = np.empty(true.size)
    for half in (first, ~first):
        limit[~half] = scope_threshold(sure[half], scope[half], right[half])
    answered = sure >= limit
    who = np.asarray(dev.groups)

    def over(values: ArrayLike, rows: NDArray[np.bool_]) -> Measured:
        hit = np.asarray(values, dtype=bool)[rows]
        return bootstrap_interval(
            accuracy, who[rows], hit, np.ones_like(hit), n=resamples, seed=SEED
        )

    return (
        Figure(task, "in_scope_accuracy", "all", over(right, scope), 1.0 / inside.size),
        Figure(task, "in_scope_accuracy_rejecting", "all", over(right & answered, scope), 0.0),
        Figure(task, "out_of_scope_recall", "all", over(~answered, ~scope), 1.0),
        Figure(
            task, "out_of_scope_auc", "all",
            bootstrap_interval(auc, who, -sure, ~scope, n=resamples, seed=SEED), 0.5,
        ),
    )  # fmt: skip


def scope_threshold(sure: Numbers, scope: NDArray[np.bool_], right: NDArray[np.bool_]) -> float:
    """Find from where on to answer: the best mean of accuracy in scope and recall out of it.

    Args:
        sure: ``(n,)`` probability of the chosen class.
        scope: ``(n,)`` whether there is a class to choose.
        right: ``(n,)`` whether it is the chosen one.

    Example:
        >>> sure, scope = np.array([0.9, 0.8, 0.2]), np.array([True, True, False])
        >>> round(scope_threshold(sure, scope, scope), 2)
        0.5
    """
    order = np.argsort(sure)
    s, inside, hit = sure[order], scope[order], (right & scope)[order]
    # With the first i left unanswered.
    kept = (hit.sum() - np.concatenate([[0], np.cumsum(hit)])) / max(inside.sum(), 1)
    turned = np.concatenate([[0], np.cumsum(~inside)]) / max((~inside).sum(), 1)
    at = int((kept + turned).argmax())
    ends = np.concatenate([[0.0], (s[:-1] + s[1:]) / 2.0, [np.nextafter(s[-1], 2.0)]])
    return float(ends[at])


def logistic(
    train: NDArray[np.float32], index: NDArray[np.intp], rows: NDArray[np.float32], classes: int
) -> Numbers:
    """Fit one logistic regression of all classes; shares ``(n, classes)``.

    Args:
        train: ``(n train, width)``.
        index: ``(n train,)`` numbers of classes; -1 where there is none.
        rows: ``(n, width)`` to answer.
        classes: how many there are; one that nothing is of gets next to nothing.

    Raises:
        ImportError: scikit-learn is not installed.
    """
    try:
        make = import_module("sklearn.linear_model").LogisticRegression
    except ModuleNotFoundError as missing:
        raise ImportError(
            "A probe should be fitted with scikit-learn. Found it not installed. "
            "Install it: pip install scikit-learn."
        ) from missing
    there = index >= 0
    centre, spread = train[there].mean(0), train[there].std() + 1e-9
    model = make(C=_C, max_iter=_STEPS, tol=1e-3)
    share = np.full((len(rows), classes), 1e-6)
    if np.unique(index[there]).size < 2:  # nothing to tell apart
        share[:, index[there][:1]] = 1.0
        return np.asarray(share / share.sum(axis=1, keepdims=True))
    model.fit((train[there] - centre) / spread, index[there])
    share[:, model.classes_] = model.predict_proba((rows - centre) / spread)
    return np.asarray(share / share.sum(axis=1, keepdims=True))
