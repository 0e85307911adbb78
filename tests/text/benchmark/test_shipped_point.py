"""Hits, misses and false alarms at the thresholds that a model ships."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from evoscope.text.benchmark.shipped_point import (
    FALSE_ALARMS,
    alarm_figures,
    calls_of,
    kind_figures,
    request_figures,
    shipped_figures,
)
from evoscope.text.corpora import Corpus, Source
from evoscope.text.taxonomy import SAFETY

LIMITS = {"safety": dict.fromkeys(SAFETY, 0.5)}


def corpus(toxic: list[float], *, known: bool = True, domains: tuple[str, ...] = ()) -> Corpus:
    n = len(toxic)
    targets, there = np.full((n, 5), np.nan, dtype=np.float32), np.zeros((n, 5), dtype=bool)
    targets[:, 0], there[:, 0] = toxic, known
    return Corpus(
        source=Source(FALSE_ALARMS, "CC0", True, True, "this test"),
        split="dev",
        texts=tuple(f"text {i}" for i in range(n)),
        targets={"safety": targets},
        known={"safety": there},
        domains=domains or ("",) * n,
        groups=tuple(str(i) for i in range(n)),
    )


def scores(toxic: list[float]) -> dict[str, np.ndarray]:
    table = np.zeros((len(toxic), 5))
    table[:, 0] = toxic
    return {"safety": table}


def test_misses_and_false_alarms_are_counted_apart() -> None:
    true, stated = [1.0, 1.0, 1.0, 1.0, 0.0, 0.0], [0.9, 0.9, 0.9, 0.1, 0.9, 0.2]
    found = {
        (one.metric, one.slice): one.found.value
        for one in shipped_figures(calls_of(scores(stated), LIMITS), corpus(true), resamples=20)
    }
    assert found["recall_shipped", "label=toxic"] == 0.75
    assert found["false_alarm_rate_shipped", "label=toxic"] == 0.5
    assert found["support", "label=toxic"] == 4.0
    assert found["f1_shipped", "label=toxic"] == found["macro_f1_shipped", "all"] == 0.75
    assert ("f1_shipped", "label=profane") not in found


def test_a_false_alarm_of_any_label_makes_a_text_unsafe() -> None:
    stated = scores([0.1, 0.1, 0.9, 0.1])
    stated["safety"][0, 3] = 0.8
    (found,) = alarm_figures(calls_of(stated, LIMITS), corpus([0.0, 0.0, 1.0, 0.0]), resamples=20)
    assert found.found.value == pytest.approx(1 / 3)
    assert found.found.n == 3


def test_requests_that_nobody_rated_should_not_be_called() -> None:
    stated = scores([0.1, 0.9, 0.1, 0.1])
    stated["safety"][2:, SAFETY.index("self_harm")] = 0.8, 0.2
    unrated = corpus([np.nan] * 4, known=False)
    found = {
        one.slice: (one.found.value, one.found.n)
        for one in request_figures(calls_of(stated, LIMITS), unrated, resamples=20)
    }
    assert found == {"label=any": (0.5, 4), "label=self_harm": (0.25, 4)}


def test_hard_negatives_are_counted_kind_by_kind() -> None:
    domains = ("self_harm/present", "self_harm/present", "self_harm/sadness", "self_harm/sadness")
    stated = scores([0.0] * 4)
    stated["safety"][:, SAFETY.index("self_harm")] = [0.9, 0.9, 0.9, 0.1]
    one = replace(corpus([0.0] * 4, domains=domains), weak=True)
    found = {
        figure.slice: (figure.metric, figure.found.value)
        for figure in kind_figures(calls_of(stated, LIMITS), one, resamples=20)
    }
    assert found["kind=self_harm/present"] == ("recall_shipped", 1.0)
    assert found["kind=self_harm/sadness"] == ("false_alarm_rate_shipped", 0.5)
