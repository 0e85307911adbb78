"""The figures of the ideal observer, under the names of the evaluation document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.benchmark.evaluation import Figure, figure_of
from evoscope.abr.benchmark.limits.ideal_observer import Observed
from evoscope.abr.benchmark.limits.known_series import KnownSeries
from evoscope.abr.benchmark.protocol.slices import STEPS
from evoscope.abr.simulation.classes import CENSORED, LOSS_CLASSES
from evoscope.measure import auc, macro_f1, mean_absolute_error
from evoscope.measure.measured import Measured

FEW_ESS, FEW_SHARE = 20.0, 0.20
FEW_NOTE = "estimate of the limit, few matching templates"
NOTE = "estimate of the limit, on simulated recordings"


@dataclass(frozen=True, kw_only=True)
class Limits:
    """The best that is possible on a set of simulated series.

    Attributes:
        figures: one per task, metric and slice; ``value`` is the limit.
        median_ess: effective number of ears behind the answer for a series.
        few_share: share of the series with fewer than 20.
    """

    figures: tuple[Figure, ...]
    median_ess: float
    few_share: float

    @property
    def by_name(self) -> dict[tuple[str, str, str], float]:
        """Limits by task, metric and slice, to stand beside the figures of a contestant."""
        return {(f.task, f.metric, f.slice): f.value for f in self.figures if f.value is not None}


def limits_of(series: Sequence[KnownSeries], observed: Observed) -> Limits:
    """Score the ideal observer on the series that it read.

    Classes are decided so that the macro-F1 that the observer expects from its own probabilities
    is largest: the most probable class is not the best answer when rare classes count as much.
    The class of a recording is that of its series. Thresholds are the lowest tested level with a
    response, and in the slice ``truth=true_threshold_db`` the level where the response vanishes.

    Args:
        series: as given to ``observe``.
        observed: what it returned.

    Raises:
        ValueError: beliefs of other series.
    """
    if len(series) != len(observed.series):
        raise ValueError(
            f"observed should hold a belief for each of {len(series)} series. "
            f"Found {len(observed.series)}. Pass the same series to both."
        )
    beliefs = observed.series
    ess = np.array([belief.ess for belief in beliefs])
    few = float(np.mean(ess < FEW_ESS))
    note = FEW_NOTE if few > FEW_SHARE else NOTE

    def figure(measured: Measured, task: str, metric: str, part: str = "all") -> Figure:
        return figure_of(measured, task=task, metric=metric, simulated=True, slice=part, note=note)

    response = auc(
        np.concatenate([b.response for b in beliefs]),
        np.concatenate([s.response for s in series]),
    )
    wave_v = auc(
        np.concatenate([b.wave_v for b in beliefs]), np.concatenate([s.wave_v for s in series])
    )
    found = [figure(response, "detection", "auc"), figure(wave_v, "existence.V", "auc")]
    steps = np.array([level_step_db(s.level_db) for s in series])
    censored = np.array([s.loss in CENSORED for s in series])
    for part, told, true in (
        ("", [b.lowest_db for b in beliefs], [s.lowest_db for s in series]),
        (
            "truth=true_threshold_db",
            [b.threshold_db for b in beliefs],
            [s.threshold_db for s in series],
        ),
    ):
        told_db, true_db = np.array(told), np.array(true)
        known = np.isfinite(true_db) & np.isfinite(told_db) & ~censored
        measured = mean_absolute_error(told_db, true_db, known)
        found.append(figure(measured, "threshold", "mae_db", part or "all"))
        for name, low, high in () if part else STEPS:
            some = known & (steps >= low) & (steps < high)
            if some.any():
                measured = mean_absolute_error(told_db, true_db, some)
                found.append(figure(measured, "threshold", "mae_db", f"step={name}"))
    of_ear = {s.ear_id: s.loss for s in series}
    ears = np.stack([observed.ears[name] for name in of_ear])
    truth = np.array([LOSS_CLASSES.index(loss) for loss in of_ear.values()])
    found.append(figure(macro_f1(decide_classes(ears), truth), "class.ear", "macro_f1"))
    sizes = [s.level_db.size for s in series]
    each = np.repeat(np.stack([b.classes for b in beliefs]), sizes, axis=0)
    truth = np.repeat([LOSS_CLASSES.index(s.loss) for s in series], sizes)
    found.append(figure(macro_f1(decide_classes(each), truth), "class.recording", "macro_f1"))
    return Limits(figures=tuple(found), median_ess=float(np.median(ess)), few_share=few)


def decide_classes(probabilities: NDArray[np.float64]) -> NDArray[np.int64]:
    """Decide classes so that the expected macro-F1 is largest, ``(n,)``.

    Each class's probability is multiplied by a factor; factors are searched one class at a time.
    The truth is not used.

    Args:
        probabilities: ``(n, classes)``.

    Example:
        >>> decide_classes(np.array([[0.9, 0.1], [0.9, 0.1], [0.6, 0.4]])).tolist()
        [0, 0, 1]
    """
    log_p = np.log(np.maximum(probabilities, 1e-12))
    shift = np.zeros(probabilities.shape[1])
    best = _expected_f1(probabilities, log_p.argmax(axis=1))
    for _ in range(3):
        for index in range(shift.size):
            for value in np.linspace(-3.0, 5.0, 33):
                trial = shift.copy()
                trial[index] = value
                score = _expected_f1(probabilities, (log_p + trial).argmax(axis=1))
                if score > best + 1e-12:
                    best, shift = score, trial
    return np.asarray((log_p + shift).argmax(axis=1))


def level_step_db(level_db: NDArray[np.float64]) -> float:
    """Median distance between neighbouring levels; NaN of a single one.

    Example:
        >>> level_step_db(np.array([60.0, 40.0, 20.0, 10.0]))
        20.0
    """
    levels = np.unique(level_db)
    return float(np.median(np.diff(levels))) if levels.size > 1 else float(np.nan)


def _expected_f1(probabilities: NDArray[np.float64], decided: NDArray[np.int64]) -> float:
    k = probabilities.shape[1]
    hit = np.bincount(decided, weights=probabilities[np.arange(decided.size), decided], minlength=k)
    said = np.bincount(decided, minlength=k)
    expected = probabilities.sum(axis=0)
    # A class that nobody has is not averaged in, as in ``measure.macro_f1``.
    there = expected > 0.5
    f1 = 2.0 * hit / np.maximum(said + expected, 1e-12)
    return float(f1[there].mean()) if there.any() else 0.0
