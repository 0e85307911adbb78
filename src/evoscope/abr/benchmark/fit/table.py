"""The scalar columns of a cohort, read once; waveforms only as their sums."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from evoscope.abr.cohort import Cohort
from evoscope.abr.formats.errors import FormatError
from evoscope.abr.simulation.marginals import weighted_sums

MARKED = ("I", "III", "V")
_TEXT = ("patient_id", "ear", "series_id", "stimulus", "sex", "species", "polarity", "loss_type")
_NUMBERS = (
    "level_db", "rate_hz", "age_years", "age_weeks", "fmp", "residual_noise_nv", "weight",
    "wave_V_latency_ms", "wave_V_amplitude_uv", "frequency_hz",
    *(f"marked_{w}_{what}" for w in MARKED for what in ("latency_ms", "amplitude_uv")),
)  # fmt: skip
_FLAGS = ("wave_V_present", *(f"marked_{w}_present" for w in MARKED))


@dataclass(frozen=True, eq=False)
class Table:
    """Alternating recordings of a cohort.

    Attributes:
        frame: one row per recording; ``row`` is its number in the cohort.
        sums: number of samples, their sum, and the sum of their squares, by the rows' weights.
    """

    frame: pd.DataFrame
    sums: NDArray[np.float64]

    def columns(self) -> dict[str, NDArray[Any]]:
        """The arrays that ``clinic_marginals`` takes; an absent mark is no mark."""
        out: dict[str, NDArray[Any]] = {
            name: self.frame[name].to_numpy(dtype=np.float64) for name in _NUMBERS
        }
        for name in ("patient_id", "loss_type"):
            out[name] = self.frame[name].to_numpy(dtype=str)
        for name in _FLAGS:
            out[name] = self.frame[name].to_numpy(dtype=bool)
        return out | {"sums": self.sums}


def read_table(cohort: Cohort) -> Table:
    """Read what the fit report needs; single polarities, which nobody marked, are left out.

    Raises:
        FormatError: a cohort without alternating recordings of known class, noise and Fmp.
    """
    frames, sums, first = [], np.zeros(3), 0
    for batch in cohort.batches((*_TEXT, *_NUMBERS, *_FLAGS, "waveform")):
        waves = _matrix(batch.column("waveform"), cohort.metadata.n_samples)
        frame = batch.drop_columns(["waveform"]).to_pandas()
        frame["row"] = np.arange(first, first + len(frame))
        first += len(frame)
        chosen = (
            (frame["polarity"] == "alternating")
            & frame["loss_type"].notna()
            & frame["fmp"].notna()
            & frame["residual_noise_nv"].notna()
        ).to_numpy()
        kept = waves[chosen].astype(np.float64)
        sums += weighted_sums(kept, frame["weight"].to_numpy(dtype=np.float64)[chosen])
        frames.append(frame[chosen])
    whole = pd.concat(frames, ignore_index=True)
    if whole.empty:
        raise FormatError(
            str(cohort.path),
            "",
            "A fit report should have alternating recordings with a class, Fmp and residual noise. "
            "Found none.",
            "Make a cohort with 'evoscope abr simulate'.",
        )
    for name in _FLAGS:
        whole[name] = whole[name].eq(True)
    return Table(whole, sums)


def _matrix(column: pa.Array, n_samples: int) -> NDArray[np.float32]:
    values: NDArray[np.float32] = column.flatten().to_numpy(zero_copy_only=False)
    return values.reshape(-1, n_samples)
