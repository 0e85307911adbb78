"""From rows of a cohort back to recordings and series."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import pyarrow as pa

from evoscope.abr.cohort.columns import waveforms
from evoscope.abr.cohort.validation import valid_mask, waveform_matrix
from evoscope.abr.recording import Recording, Series, Source, Stimulus, Subject

FORMAT = "cohort"
_SUBJECT = ("ear", "species", "age_years", "age_weeks", "sex")
_STIMULUS = (
    "level_db",
    "frequency_hz",
    "level_reference",
    "rate_hz",
    "polarity",
    "transducer",
)
_CLOCK = ("sampling_rate_hz", "onset_sample", "sweeps")
SERIES_COLUMNS = (
    "patient_id",
    "series_id",
    "stimulus",
    *_SUBJECT,
    *_STIMULUS,
    *_CLOCK,
    "waveform",
    "half_a",
    "half_b",
)
"""The columns a recording is made of."""


def series_of(
    batches: Iterable[pa.RecordBatch], path: str, *, first_row: int = 0
) -> Iterator[Series]:
    """Yield the series of batches that hold ``SERIES_COLUMNS``, patient by patient, in file order.

    The first of their rows has the number ``first_row``. A recording's ``source.record`` is its row
    in the cohort, counted from 0: findings and truth meet there. One patient is held at a time.

    Raises:
        ValueError: a patient in two pieces, or a series whose recordings do not belong together.
    """
    patient: str | None = None
    done: set[str] = set()
    waiting: dict[str, list[Recording]] = {}
    row = first_row
    for batch in batches:
        owners, names = (batch.column(n).to_pylist() for n in ("patient_id", "series_id"))
        for owner, name, recording in zip(
            owners, names, _recordings(batch, path, row), strict=True
        ):
            if owner != patient:
                yield from _series(waiting)
                waiting.clear()
                if patient is not None:
                    done.add(patient)
                if owner in done:
                    raise ValueError(
                        f"Rows of a patient should follow each other. Found {owner!r} again in "
                        f"row {recording.source.record}. Sort the rows by patient_id."
                    )
                patient = owner
            waiting.setdefault(name, []).append(recording)
        row += batch.num_rows
    yield from _series(waiting)


def _series(waiting: dict[str, list[Recording]]) -> Iterator[Series]:
    return (Series(tuple(recordings)) for recordings in waiting.values())


def _recordings(batch: pa.RecordBatch, path: str, first_row: int) -> Iterator[Recording]:
    plain = [name for name in SERIES_COLUMNS if name not in waveforms()]
    values = {name: batch.column(name).to_pylist() for name in plain}
    averages = waveform_matrix(batch.column("waveform"))
    halves = [waveform_matrix(batch.column(name)) for name in ("half_a", "half_b")]
    has_halves = valid_mask(batch.column("half_a"))
    for i in range(batch.num_rows):
        row: dict[str, Any] = {name: values[name][i] for name in plain}
        yield Recording(
            waveform=averages[i],
            halves=np.stack([half[i] for half in halves]) if has_halves[i] else None,
            stimulus=Stimulus(kind=row["stimulus"], **{name: row[name] for name in _STIMULUS}),
            subject=Subject(id=row["patient_id"], **{name: row[name] for name in _SUBJECT}),
            source=Source(path=path, format=FORMAT, record=first_row + i),
            **{name: row[name] for name in _CLOCK},
        )
