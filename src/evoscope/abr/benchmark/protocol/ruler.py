"""Measures one metric the same way everywhere: masked, pooled, with a patient interval."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from evoscope.abr.benchmark.evaluation import Figure, figure_of
from evoscope.measure import Measured, Metric, bootstrap_interval

RESAMPLES, SLICE_RESAMPLES = 1000, 200
"""Resampled clinics per interval, of everything and of a slice."""

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Ruler:
    """What all figures of an evaluation share.

    Attributes:
        simulated: whether the cohort is.
        seed: of the resampling.
    """

    simulated: bool
    seed: int

    def figure(
        self,
        metric: Metric,
        frame: pd.DataFrame,
        *arrays: ArrayLike,
        mask: ArrayLike | None,
        task: str,
        name: str,
        where: str,
        trivial: Measured | float | None = None,
        note: str = "",
    ) -> Figure:
        """Measure and write down one figure; its 90 % interval resamples patients.

        Args:
            metric: called as ``metric(*arrays, mask)``.
            frame: the rows that ``arrays`` and ``mask`` follow; its patients are resampled.
            arrays: ``(rows, ...)`` each.
            mask: of the arrays' shape.
            task: of the figure.
            name: its metric.
            where: its slice.
            trivial: the same metric for a guess that knows nothing of the case.
            note: what the reader must know.
        """
        measured = bootstrap_interval(
            metric,
            frame["patient_id"].to_numpy(dtype=str),
            *arrays,
            mask=mask,
            n=RESAMPLES if where == "all" else SLICE_RESAMPLES,
            seed=self.seed,
        )
        reasons = "; ".join(text for text in (measured.reason, note) if text)
        return figure_of(
            measured,
            task=task,
            metric=name,
            slice=where,
            simulated=self.simulated,
            trivial=trivial,
            note=reasons,
        )


def numbers(frame: pd.DataFrame, name: str) -> Numbers:
    """Return a column of numbers, NaN where there is none."""
    return frame[name].to_numpy(dtype=np.float64, na_value=np.nan)


def flags(frame: pd.DataFrame, name: str) -> tuple[Flags, Flags]:
    """Return a column of flags, and where it is known."""
    known = frame[name].notna().to_numpy(dtype=bool)
    return frame[name].fillna(False).to_numpy(dtype=bool), known


def words(frame: pd.DataFrame, name: str) -> tuple[NDArray[Any], Flags]:
    """Return a column of words, and where it is known."""
    known = frame[name].notna().to_numpy(dtype=bool)
    return frame[name].fillna("").to_numpy(dtype=str), known
