"""Recordings to judge: waveforms, the conditions they stand under, and where wave V is."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields
from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.cohort import CLASSES, Cohort
from evoscope.abr.encoding import SPECIES
from evoscope.abr.generation.contract import COLUMNS, column

View = Literal["clean", "noisy"]
Floats = NDArray[np.float64]
_STATED = ("age_years", "level_db", "rate_hz", "frequency_hz")


@dataclass(frozen=True, eq=False)
class Sample:
    """Recordings under each other; what is drawn for a row stands in the same row.

    Attributes:
        waveform: ``(n, n_samples)`` microvolts; a row of NaN is one that could not be drawn.
        patient: ``(n,)`` whose they are.
        table: ``(n, len(COLUMNS))`` conditions, as a generator is told them; NaN = not known.
        present: ``(n,)`` 1 where wave V is, 0 where not, NaN where not known.
        latency_ms, amplitude_uv: ``(n,)`` of wave V; NaN where absent.
        noise_nv: ``(n,)`` residual noise in the waveform.
    """

    waveform: Floats
    patient: NDArray[np.str_]
    table: NDArray[np.float32]
    present: Floats
    latency_ms: Floats
    amplitude_uv: Floats
    noise_nv: Floats

    def __len__(self) -> int:
        return len(self.waveform)

    def at(self, rows: NDArray[np.integer] | NDArray[np.bool_]) -> Self:
        """Return some of them."""
        return type(self)(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})

    def of(self, name: str) -> Floats:
        """Return one condition, ``(n,)``."""
        return self.table[:, column(name)].astype(np.float64)

    @property
    def drawn(self) -> NDArray[np.bool_]:
        """Rows that are there."""
        return np.asarray(np.isfinite(self.waveform).all(axis=1))

    @property
    def cell(self) -> NDArray[np.int64]:
        """Number of the cell of class, level in steps of 10 dB, and stimulus; -1 = not known."""
        loss, level, frequency = (self.of(n) for n in ("loss_class", "level_db", "frequency_hz"))
        step = np.round(level / 10.0) + 20.0
        tone = np.nan_to_num(frequency, nan=1e5)
        number = loss * 1e8 + step * 1e6 + tone
        return np.where(np.isfinite(number), np.nan_to_num(number), -1.0).astype(np.int64)


def view_of(cohort: Cohort) -> View:
    """Return ``clean`` where the cohort knows the responses without noise."""
    for batch in cohort.batches(["clean_waveform"], rows=64):
        return "noisy" if batch.column(0).null_count else "clean"
    return "noisy"


def sample_of(
    cohort: Cohort, *, view: View, patients: Collection[str] | None = None, most: int, seed: int
) -> Sample:
    """Read recordings of some patients, at most so many, drawn at random.

    Where no truth is known, wave V is as it was marked.
    """
    names = ["patient_id", "stimulus", "species", "loss_type", "true_threshold_db"]
    names += [*_STATED, "residual_noise_nv"]
    waves = [f"{k}_V_{w}" for k in ("wave", "marked") for w in _WAVE]
    frame = cohort.to_pandas(names + waves)
    rows = np.arange(len(frame))
    if patients is not None:
        rows = np.flatnonzero(frame["patient_id"].isin(list(patients)).to_numpy())
    if len(rows) > most:
        rows = np.sort(np.random.default_rng(seed).choice(rows, most, replace=False))
    frame = frame.iloc[rows]
    waveform = cohort.waveforms(rows, column="clean_waveform" if view == "clean" else "waveform")
    table = np.full((len(rows), len(COLUMNS)), np.nan, np.float32)
    for name in _STATED:
        table[:, column(name)] = frame[name].to_numpy(np.float32)
    table[:, column("threshold_db")] = frame["true_threshold_db"].to_numpy(np.float32)
    click = (frame["stimulus"] == "click").to_numpy()
    table[click, column("frequency_hz")] = 0.0
    for name, source, words in (
        ("species", "species", SPECIES),
        ("loss_class", "loss_type", CLASSES),
    ):
        numbers = frame[source].map({word: i for i, word in enumerate(words)})
        table[:, column(name)] = numbers.to_numpy(np.float32)
    true_v, marked_v = (
        frame[[f"{k}_V_{w}" for w in _WAVE]].to_numpy(dtype=np.float64, na_value=np.nan)
        for k in ("wave", "marked")
    )
    v = np.where(np.isnan(true_v[:, :1]), marked_v, true_v)
    noise = np.nan_to_num(frame["residual_noise_nv"].to_numpy(np.float64))
    return Sample(
        waveform=waveform.astype(np.float64),
        patient=frame["patient_id"].to_numpy(str),
        table=table,
        present=v[:, 0],
        latency_ms=v[:, 1],
        amplitude_uv=v[:, 2],
        noise_nv=np.zeros(len(rows)) if view == "clean" else noise,
    )


_WAVE = ("present", "latency_ms", "amplitude_uv")
