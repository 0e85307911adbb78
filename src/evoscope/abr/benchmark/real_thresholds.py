"""Thresholds against people's readings."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from evoscope.abr.benchmark.evaluation import Figure, figure_of
from evoscope.abr.benchmark.protocol.contestants import Contestant
from evoscope.abr.benchmark.real_sets import Labelled
from evoscope.abr.findings import Findings, Threshold
from evoscope.measure import bootstrap_interval, mean_absolute_error, within

# "Lowest level + 10 dB": recordings often stop near threshold, so even the range leaks it.
TRIVIAL_ABOVE_LOWEST_DB = 10.0


def as_number(threshold: Threshold, levels_db: Sequence[float]) -> float | None:
    """The level a reader would write down; ``None`` when the analyzer does not answer.

    Below range is the lowest level, no response one step above the highest.
    """
    if threshold.status == "estimated":
        return threshold.value_db
    if threshold.status == "below_range":
        return levels_db[0]
    if threshold.status == "no_response":
        step = float(np.median(np.diff(levels_db))) if len(levels_db) > 1 else 5.0
        return levels_db[-1] + step
    return None


def threshold_figures(
    cases: Sequence[Labelled], findings: Sequence[Findings], *, dataset: str, goals: dict[str, str]
) -> list[Figure]:
    """Pool a set of labelled series into MAE, within 5 and 10 dB, interval width and coverage.

    A series without an answer counts as outside every tolerance, and is left out of the MAE, whose
    n says so.
    """
    answers = [
        as_number(f.threshold, c.series.levels_db) for c, f in zip(cases, findings, strict=True)
    ]
    given = np.array([a is not None for a in answers])
    # Far outside every tolerance, and masked from the MAE.
    predicted = np.array([1e3 if a is None else a for a in answers])
    true = np.array([c.threshold_db for c in cases])
    trivial = np.array([c.series.levels_db[0] + TRIVIAL_ABOVE_LOWEST_DB for c in cases])
    groups = np.array([c.animal for c in cases])
    where = f"data={dataset}"
    unanswered = int((~given).sum())
    note = f"{unanswered} of {len(cases)} inconclusive" if unanswered else ""
    figures = [
        figure_of(
            bootstrap_interval(mean_absolute_error, groups, predicted, true, mask=given, seed=0),
            task="threshold",
            metric="mae_db",
            slice=where,
            simulated=False,
            trivial=mean_absolute_error(trivial, true),
            goal=goals.get("mae_db", ""),
            note=note,
        )
    ]
    for tolerance in (5.0, 10.0):
        name = f"within_{tolerance:g}db"

        figures.append(
            figure_of(
                bootstrap_interval(
                    partial(within, tolerance=tolerance), groups, predicted, true, seed=0
                ),
                task="threshold",
                metric=name,
                slice=where,
                simulated=False,
                trivial=within(trivial, true, tolerance=tolerance),
                goal=goals.get(name, ""),
                note=note,
            )
        )
    ends = [
        (f.threshold.low_db, f.threshold.high_db, c.threshold_db)
        for c, f in zip(cases, findings, strict=True)
        if f.threshold.low_db is not None and f.threshold.high_db is not None
    ]
    if ends:
        low, high, label = (np.array(column) for column in zip(*ends, strict=True))
        inside = int(((low <= label) & (label <= high)).sum())
        figures.append(
            Figure(
                task="threshold",
                metric="coverage_90",
                slice=where,
                value=inside / len(ends),
                n=len(ends),
                simulated=False,
                note="of labels on a 5 dB grid; the interval covers readers, not only noise",
            )
        )
        figures.append(
            Figure(
                task="threshold",
                metric="widest_interval_db",
                slice=where,
                value=float((high - low).max()),
                n=len(ends),
                goal=goals.get("widest_interval_db", ""),
                simulated=False,
            )
        )
    return figures


def analyze_all(cases: Sequence[Labelled], who: Contestant) -> list[Findings]:
    """Let an analyzer answer every case."""
    return who.many([case.series for case in cases])
