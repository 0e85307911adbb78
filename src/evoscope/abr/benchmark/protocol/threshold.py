"""Threshold of an ear and a stimulus, against the lowest level with a response, and others."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from evoscope.abr.benchmark.evaluation import Figure
from evoscope.abr.benchmark.protocol.ruler import Flags, Numbers, Ruler, numbers, words
from evoscope.abr.benchmark.protocol.scores import beyond, share
from evoscope.abr.benchmark.protocol.slices import OF_SERIES, PAIR, slices
from evoscope.abr.benchmark.real_thresholds import TRIVIAL_ABOVE_LOWEST_DB
from evoscope.abr.cohort import CENSORED
from evoscope.measure import (
    Measured,
    Metric,
    accuracy,
    bias,
    constant_baseline,
    correlation,
    coverage,
    limit_of_agreement,
    majority_baseline,
    mean_absolute_error,
    r2,
    within,
)

GRID_TRUTH = "lowest_response_level_db"
"""Lowest tested level with a response: what the question "which level?" asks for."""
TRUE_THRESHOLD = "true_threshold_db"
"""The ear's own, which lies between levels: what the question "how well does it hear?" asks for."""
MARKED = "marked_threshold_db"
_LEVEL, _FITTED = "found_threshold_db", "found_fitted_db"
_BETWEEN = (
    "where it lies within the tested levels; the estimate between levels, where there is one, "
    "not the level above it"
)
FAR_DB = 10.0
# Beyond every tolerance: an answer that was not given. And an open end of an interval.
_NO_ANSWER_DB, _OPEN_DB = 1e3, 1e6


def threshold_figures(series: pd.DataFrame, ruler: Ruler) -> list[Figure]:
    """Figures of ``threshold``.

    Slices but those named ``truth=`` are against the lowest tested level with a response. Ears
    whose class is censored, and series without a response at any level, have no such number: they
    count in ``status_accuracy``. The true threshold is asked for where it lies within the tested
    levels, by size of the step, too: there an analyzer may answer between levels.
    """
    both_views, series = series, series[series["main"]]
    figures: list[Figure] = []
    for where, part in slices(series, OF_SERIES):
        figures += against(part, GRID_TRUTH, where, ruler)
        figures.append(status_accuracy(part, where, ruler))
    for where, part in slices(series, ("step",)):
        figures += against(part, TRUE_THRESHOLD, of_truth(where), ruler, answer=_FITTED)
    figures += against(series, MARKED, f"truth={MARKED}", ruler)
    pairs = both_views[both_views["view"] == "pair"]
    if len(pairs):
        figures += against(pairs, GRID_TRUTH, PAIR, ruler)
        figures.append(status_accuracy(pairs, PAIR, ruler))
    guess = numbers(series, "lowest_level_db") + TRIVIAL_ABOVE_LOWEST_DB
    lowest = series.assign(found_threshold_db=guess, found_low_db=np.nan, found_high_db=np.nan)
    figures += against(lowest, GRID_TRUTH, "model=lowest_level_plus_10", ruler)[:-2]
    censored = series["loss_type"].isin(CENSORED).fillna(False).to_numpy(dtype=bool)
    for where, rows in (("censored=yes", censored), ("censored=no", ~censored)):
        figures.append(status_accuracy(series[rows], where, ruler))
    return figures


def of_truth(where: str) -> str:
    """Slice of the figures against the true threshold.

    Example:
        >>> of_truth("all"), of_truth("step=5")
        ('truth=true_threshold_db', 'truth=true_threshold_db step=5')
    """
    return f"truth={TRUE_THRESHOLD}" if where == "all" else f"truth={TRUE_THRESHOLD} {where}"


def within_levels(frame: pd.DataFrame) -> Flags:
    """Where some tested levels have a response and some do not."""
    return np.asarray((frame["truth_status"] == "estimated").to_numpy(dtype=bool))


def against(
    frame: pd.DataFrame, truth: str, where: str, ruler: Ruler, *, answer: str = _LEVEL
) -> list[Figure]:
    """Figures against one truth, coverages last; trivial is its median (its mean for R2).

    "No response" is one step above the highest level, "below range" the lowest. No answer at all
    is outside of every tolerance, on neither side; errors leave it out, and their n says so.
    Coverage is of every interval that is stated, whether or not the truth lies within the tested
    levels: who reads one does not know, and the promise is made for all.
    """
    true, found = numbers(frame, truth), numbers(frame, answer)
    held = known = np.isfinite(true) & ~_censored(frame)
    if answer == _FITTED:
        known = known & within_levels(frame)
    given = known & np.isfinite(found)
    far = np.where(np.isfinite(found), found, _NO_ANSWER_DB)
    missing = int((known & ~given).sum())
    note = "; ".join(
        text
        for text, said in (
            (f"{missing} of {int(known.sum())} inconclusive", missing),
            (_BETWEEN, answer == _FITTED),
        )
        if said
    )

    def one(
        name: str, metric: Metric, values: Numbers, mask: Flags, trivial: Measured | float | None
    ) -> Figure:
        return ruler.figure(
            metric,
            frame,
            values,
            true,
            mask=mask,
            task="threshold",
            name=name,
            where=where,
            trivial=trivial,
            note=note,
        )

    def by_median(metric: Metric, mask: Flags = known) -> Measured:
        return constant_baseline(metric, true, mask)

    over = partial(beyond, tolerance=FAR_DB, side="over")
    under = partial(beyond, tolerance=FAR_DB, side="under")
    # Neither over nor under: the share is of all, those without an answer included.
    silent = np.where(np.isfinite(found), found, true)
    return [
        one("mae_db", mean_absolute_error, found, given, by_median(mean_absolute_error, given)),
        one("bias_db", bias, found, given, by_median(bias, given)),
        *(
            one(f"within_{tolerance:g}db", near, far, known, by_median(near))
            for tolerance in (5.0, FAR_DB)
            if (near := partial(within, tolerance=tolerance))
        ),
        one("r2", r2, found, given, constant_baseline(r2, true, given, centre="mean")),
        one("correlation", correlation, found, given, None),
        *(
            one(f"loa_{side}_db", limit, found, given, by_median(limit, given))
            for side in ("low", "high")
            if (limit := partial(limit_of_agreement, side=side))
        ),
        one("over_rate", over, silent, known, by_median(over)),
        one("under_rate", under, silent, known, by_median(under)),
        one("inconclusive_rate", _unanswered, found, known, 0.0),
        *_coverages(frame, true, held, where, ruler),
    ]


def status_accuracy(frame: pd.DataFrame, where: str, ruler: Ruler) -> Figure:
    """Share of series whose status is the true one; trivial is the most frequent status.

    True is ``no_response`` without a response at any tested level, ``below_range`` with one at
    every level, ``estimated`` between; only the truth knows, so marks take no part.
    """
    true, _ = words(frame, "truth_status")
    found, _ = words(frame, "found_status")
    known = true != ""
    return ruler.figure(
        accuracy,
        frame,
        found,
        true,
        mask=known,
        task="threshold",
        name="status_accuracy",
        where=where,
        trivial=majority_baseline(accuracy, true, known),
    )


def _coverages(
    frame: pd.DataFrame, true: Numbers, known: Flags, where: str, ruler: Ruler
) -> list[Figure]:
    """Coverage of intervals with two ends, which promise a share, and of those with one.

    Of an ear that responds at no level, or at every level, an interval says on which side of them
    its threshold lies: it is to hold nearly always.
    """
    low, high = numbers(frame, "found_low_db"), numbers(frame, "found_high_db")
    ends = np.isfinite(low).astype(int) + np.isfinite(high).astype(int)
    missing = int((known & (ends == 0)).sum())
    return [
        ruler.figure(
            coverage,
            frame,
            np.where(np.isfinite(low), low, -_OPEN_DB),
            np.where(np.isfinite(high), high, _OPEN_DB),
            true,
            mask=known & (ends == count),
            task="threshold",
            name=name,
            where=where,
            note=f"{missing} without an interval left out" if missing else "",
        )
        for name, count in (("coverage_90", 2), ("coverage_one_sided", 1))
    ]


def _unanswered(found: Numbers, _true: Numbers, mask: Flags) -> Measured:
    return share(~np.isfinite(found), mask)


def _censored(frame: pd.DataFrame) -> Flags:
    return np.asarray(frame["loss_type"].isin(CENSORED).fillna(False).to_numpy(dtype=bool))
