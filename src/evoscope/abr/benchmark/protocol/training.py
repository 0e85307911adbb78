"""What rivals learn from: recordings of training patients beside their clean responses."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.cohort import Cohort
from evoscope.abr.cohort.validation import valid_mask, waveform_matrix

_COLUMNS = ("patient_id", "polarity", "level_db", "waveform", "half_a", "half_b", "clean_waveform")
_SINGLE = ("rarefaction", "condensation")


@dataclass(frozen=True, eq=False)
class Training:
    """Some recordings, uV.

    Attributes:
        level_db: ``(n,)``.
        waveform, clean: ``(n, samples)`` the average, and the response in it.
        half_difference: ``(n, samples)`` noise of the size it has in the average.
    """

    level_db: NDArray[np.float64]
    waveform: NDArray[np.float64]
    clean: NDArray[np.float64]
    half_difference: NDArray[np.float64]


def training_batches(cohort: Cohort, patients: Collection[str]) -> Iterator[Training]:
    """Yield the recordings of some patients that have halves and a known truth.

    Of single polarities beside alternating averages of the same sweeps the latter are taken.
    """
    keep = frozenset(patients)
    for batch in cohort.batches(_COLUMNS, rows=1024):
        usable = np.array([one in keep for one in batch.column("patient_id").to_pylist()])
        for name in ("half_a", "half_b", "clean_waveform"):
            usable &= valid_mask(batch.column(name))
        single = np.isin(np.array(batch.column("polarity").to_pylist(), dtype=object), _SINGLE)
        if (usable & ~single).any():
            usable &= ~single
        if not usable.any():
            continue
        values = {
            name: waveform_matrix(batch.column(name))[usable].astype(np.float64)
            for name in ("waveform", "half_a", "half_b", "clean_waveform")
        }
        level = batch.column("level_db").to_numpy(zero_copy_only=False)[usable]
        yield Training(
            level_db=np.asarray(level, dtype=np.float64),
            waveform=values["waveform"],
            clean=values["clean_waveform"],
            half_difference=(values["half_a"] - values["half_b"]) / 2.0,
        )
