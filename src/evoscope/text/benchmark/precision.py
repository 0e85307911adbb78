"""What eight bits cost: headlines of a pack in float32, less those of the same pack in int8."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from evoscope.measure import Measured
from evoscope.text.benchmark.document import TextFigure, row
from evoscope.text.benchmark.engine_figures import Scorer
from evoscope.text.benchmark.figures import Figure
from evoscope.text.benchmark.headlines import HEADLINES, headline
from evoscope.text.corpora import Corpus

Numbers = NDArray[np.float64]
COST = "int8_cost"
"""Metric: how far a headline falls from float32 to int8."""
COMPANY = "moved_by_company"
"""Metric: how far the score of a text that is read alone lies from the one that it has among
others, in 99 of 100 cases. What is between layers is rounded by the largest number of all texts
that are read together."""
ALONE = 100
"""Texts of a corpus that are read one by one."""


def precision_figures(
    corpus: Corpus,
    exact: Mapping[str, Numbers],
    quantized: Mapping[str, Numbers],
    thresholds: Mapping[str, Mapping[str, float]],
    *,
    resamples: int,
) -> tuple[TextFigure, ...]:
    """Compare two readings of a corpus.

    Args:
        corpus: whose headlines they are.
        exact: scores ``(n, labels)`` by task, in float32.
        quantized: of the same texts, in int8.
        thresholds: task -> label -> from which probability on it is called.
        resamples: of the groups of the corpus, texts paired, for 90 % intervals.
    """
    name = corpus.source.name
    found = [
        row(
            name,
            Figure(
                one.name.split(": ")[1],
                COST,
                "all",
                headline(one, corpus, exact, thresholds, other=quantized, resamples=resamples),
                0.0,
            ),
            weak=corpus.weak,
        )
        for one in HEADLINES
        if one.corpus == name
    ]
    for task, values in exact.items():
        apart = np.abs(values - quantized[task])
        n = values.shape[0]
        for metric, value in (
            ("int8_mean_difference", apart.mean()),
            ("int8_99_percent_within", np.quantile(apart, 0.99)),
        ):
            found.append(row(name, Figure(task, metric, "all", Measured(float(value), n), 0.0)))
    return tuple(found)


def company_figures(
    engine: Scorer, corpus: Corpus, together: Mapping[str, Numbers]
) -> tuple[TextFigure, ...]:
    """Measure how far scores depend on which texts are read together.

    Args:
        engine: in int8.
        corpus: whose first texts are read one by one.
        together: scores ``(n, labels)`` by task, of many texts at a time.
    """
    alone = [engine.scores([text]).tasks for text in corpus.texts[:ALONE]]
    found = []
    for task, values in together.items():
        apart = np.abs(np.concatenate([one[task] for one in alone]) - values[: len(alone)])
        value = Measured(float(np.quantile(apart, 0.99)), len(alone))
        found.append(row(corpus.source.name, Figure(task, COMPANY, "all", value, 0.0)))
    return tuple(found)
