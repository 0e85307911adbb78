"""From an enriched cohort back to a clinic's mix of patients."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from evoscope.abr.benchmark.protocol.predict import Predictions

CLINIC_MIX = "mix=clinic"
"""Slice of the figures of a clinic's mix, measured on an enriched cohort."""


def is_enriched(predictions: Predictions) -> bool:
    """Tell whether some patients stand for more than others."""
    weight = predictions.recordings["weight"].to_numpy(dtype=np.float64)
    return bool(weight.size and weight.min() < weight.max())


def clinic_mix(predictions: Predictions, *, seed: int) -> Predictions:
    """Draw as many patients as there are, each as often as the weight says, on average.

    Systematic resampling (Kitagawa 1996): a patient is there the whole number of times below or
    above what the weight asks for. Copies keep their patient's name, so that intervals, which
    resample patients, know that they are one. Every metric, trivial guess and limit is then that
    of the mix, at the price of rare patients left out.
    """
    of_patient = predictions.recordings.groupby("patient_id", sort=True)["weight"].first()
    weight = of_patient.to_numpy(dtype=np.float64)
    drawn = copies(weight, np.random.default_rng(seed))
    number = dict(zip(of_patient.index, drawn.tolist(), strict=True))

    def of(frame: pd.DataFrame) -> pd.DataFrame:
        times = frame["patient_id"].map(number).to_numpy(dtype=np.intp)
        return frame.iloc[np.repeat(np.arange(len(frame)), times)].reset_index(drop=True)

    return replace(
        predictions,
        recordings=of(predictions.recordings),
        series=of(predictions.series),
        ears=of(predictions.ears),
    )


def copies(weight: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.intp]:
    """How often to take each of n, ``(n,)``, n in all, in proportion to weights.

    Example:
        >>> copies(np.array([3.0, 1.0, 0.0, 0.0]), np.random.default_rng(0)).tolist()
        [3, 1, 0, 0]
    """
    order = rng.permutation(weight.size)
    # Equal weights, which are those of a class, side by side: shares come out right to a patient.
    order = order[np.argsort(weight[order], kind="stable")]
    ends = np.cumsum(weight[order]) * (weight.size / weight.sum())
    # A comb of n teeth, one apart, shifted at random: those that fall into each one's part.
    teeth = np.arange(weight.size) + rng.random()
    owner = np.minimum(np.searchsorted(ends, teeth, side="right"), weight.size - 1)
    return np.bincount(order[owner], minlength=weight.size)
