"""What is called at the thresholds that a model ships: hits, misses and false alarms."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

from evoscope.measure import (
    Measured,
    bootstrap_interval,
    f1,
    macro_f1,
    undefined,
)
from evoscope.text.benchmark.figures import SEED, Figure
from evoscope.text.benchmark.metrics import label_macro_f1
from evoscope.text.corpora import Corpus
from evoscope.text.taxonomy import TAXONOMY

Numbers = NDArray[np.float64]
Calls = NDArray[np.bool_]
FALSE_ALARMS = "wiki_context_toxicity"
"""The corpus that false alarms are counted on: talk of which about 1 in 100 is toxic."""
REQUESTS = ("clinc150", "banking77")
"""Corpora of what people ask an assistant or a bank for: none of it is known to be unsafe."""


def calls_of(
    tasks: Mapping[str, Numbers], thresholds: Mapping[str, Mapping[str, float]]
) -> dict[str, Calls]:
    """Call every label that reaches its threshold, ``(n, labels)`` by task."""
    return {
        task: tasks[task] >= np.array([limits[label] for label in TAXONOMY[task].labels])
        for task, limits in thresholds.items()
    }


def shipped_figures(
    calls: Mapping[str, Calls], corpus: Corpus, *, resamples: int
) -> tuple[Figure, ...]:
    """Score what is called: F1 of the labels, and how many of those without one are called.

    Args:
        calls: as `calls_of` returns them.
        corpus: one part of it.
        resamples: of its groups, for 90 % intervals.
    """
    who = np.asarray(corpus.groups)
    figures: list[Figure] = []
    for task, called in calls.items():
        if task not in corpus.known or not corpus.known[task].any():
            continue
        known = corpus.known[task]
        true = np.where(known, corpus.targets[task], 0.0) >= 0.5
        there = known & (true & known).any(axis=0)
        every = np.ones(true.shape, dtype=bool)
        figures.append(
            Figure(
                task,
                "macro_f1_shipped",
                "all",
                bootstrap_interval(
                    label_macro_f1, who, called, true, mask=there, n=resamples, seed=SEED
                ),
                label_macro_f1(every, true, there).value,
            )
        )
        for j, label in enumerate(TAXONOMY[task].labels):
            inside = known[:, j]
            if not inside.any():
                continue
            yes, one = int((true[:, j] & inside).sum()), f"label={label}"
            figures.append(Figure(task, "support", one, Measured(float(yes), int(inside.sum()))))
            if not 0 < yes < inside.sum():
                continue
            of = (called[inside, j], true[inside, j])
            for name, metric, trivial in (
                ("f1_shipped", f1, f1(every[inside, j], of[1]).value),
                ("yes_no_macro_f1_shipped", macro_f1,
                 macro_f1(np.full(of[1].shape, 2 * yes > inside.sum()), of[1]).value),
                ("recall_shipped", recall, 1.0),
                ("false_alarm_rate_shipped", false_alarm_rate, 1.0),
            ):  # fmt: skip
                found = bootstrap_interval(metric, who[inside], *of, n=resamples, seed=SEED)
                figures.append(Figure(task, name, one, found, trivial))
    return tuple(figures)


def alarm_figures(
    calls: Mapping[str, Calls], corpus: Corpus, *, resamples: int
) -> tuple[Figure, ...]:
    """Count how often a text that raters found harmless is not called safe, by any label."""
    harmless = np.array(corpus.known["safety"]).any(axis=1) & ~(
        np.where(corpus.known["safety"], corpus.targets["safety"], 0.0) >= 0.5
    ).any(axis=1)
    unsafe = calls["safety"].any(axis=1)
    found = bootstrap_interval(
        false_alarm_rate, corpus.groups, unsafe, ~harmless, n=resamples, seed=SEED
    )
    return (Figure("safety", "false_alarm_rate_shipped", "label=any", found, 1.0),)


def request_figures(
    calls: Mapping[str, Calls], corpus: Corpus, *, resamples: int
) -> tuple[Figure, ...]:
    """Count how often a request of a customer is called unsafe: nobody rated them, none should be.

    Args:
        calls: as `calls_of` returns them.
        corpus: of requests to a bank or to an assistant.
        resamples: of its texts.
    """
    safety = calls["safety"]
    called = {
        "label=any": safety.any(axis=1),
        "label=self_harm": safety[:, TAXONOMY["safety"].index("self_harm")],
    }
    return tuple(
        Figure(
            "safety",
            "false_alarm_rate_shipped",
            slice_,
            bootstrap_interval(_share, corpus.groups, one, one, n=resamples, seed=SEED),
            1.0,
        )
        for slice_, one in called.items()
    )


def kind_figures(
    calls: Mapping[str, Calls], corpus: Corpus, *, resamples: int
) -> tuple[Figure, ...]:
    """Count calls of each written label by kind of sentence: grief, idioms, quotations.

    Args:
        calls: as `calls_of` returns them.
        corpus: the authored one, whose domains are label and kind.
        resamples: of its templates.
    """
    figures: list[Figure] = []
    domains, who = np.asarray(corpus.domains), np.asarray(corpus.groups)
    for domain in sorted(set(corpus.domains)):
        label, kind = domain.split("/")
        task = next((name for name in calls if label in TAXONOMY[name].labels), None)
        if task is None:
            continue
        inside = domains == domain
        called = calls[task][inside, TAXONOMY[task].index(label)]
        found = bootstrap_interval(_share, who[inside], called, called, n=resamples, seed=SEED)
        name = "recall_shipped" if kind == "present" else "false_alarm_rate_shipped"
        figures.append(Figure(task, name, f"kind={label}/{kind}", found, 1.0))
    return tuple(figures)


def recall(called: ArrayLike, true: ArrayLike, mask: ArrayLike | None = None) -> Measured:
    """Share of the true cases that are called.

    Example:
        >>> recall([True, False, True], [True, True, False]).value
        0.5
    """
    return _share_of(called, np.asarray(true, dtype=bool), mask)


def false_alarm_rate(called: ArrayLike, true: ArrayLike, mask: ArrayLike | None = None) -> Measured:
    """Share of the cases that are not true and yet called.

    Example:
        >>> false_alarm_rate([True, False, True], [True, False, False]).value
        0.5
    """
    return _share_of(called, ~np.asarray(true, dtype=bool), mask)


def _share_of(called: ArrayLike, among: Calls, mask: ArrayLike | None) -> Measured:
    inside = among if mask is None else among & np.asarray(mask, dtype=bool)
    n = int(inside.sum())
    if not n:
        return undefined(0, "no such case")
    return Measured(float(np.asarray(called, dtype=bool)[inside].mean()), n)


def _share(called: ArrayLike, _true: ArrayLike, _mask: ArrayLike | None = None) -> Measured:
    found = np.asarray(called, dtype=bool)
    return Measured(float(found.mean()), found.size) if found.size else undefined(0, "no such case")
