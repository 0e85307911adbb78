"""What eight bits cost: headlines of a pack in float32, less those of the same pack in int8."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from evoscope.measure import Measured
from evoscope.text.benchmark.document import TextFigure, row
from evoscope.text.benchmark.figures import Figure
from evoscope.text.benchmark.headlines import HEADLINES, headline
from evoscope.text.corpora import Corpus

Numbers = NDArray[np.float64]
COST = "int8_cost"
"""Metric: how far a headline falls from float32 to int8."""


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
