"""The patients of a cohort, one at a time: their series, and what is really in the noise."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from evoscope.abr.benchmark.protocol.views import View, views_of
from evoscope.abr.cohort import Cohort
from evoscope.abr.cohort.recordings import SERIES_COLUMNS, series_of
from evoscope.abr.cohort.validation import valid_mask, waveform_matrix
from evoscope.abr.formats.errors import FormatError
from evoscope.abr.recording import Series

_BATCH_ROWS = 1024


@dataclass(frozen=True, eq=False)
class ViewedSeries:
    """One series of a patient in one view.

    Attributes:
        id: as the cohort names it; both views of a series have the same.
        view: ``alternating`` or ``pair``.
        main: whether its recordings count: of two views of the same sweeps one does.
        series: the recordings; ``source.record`` is the place among the patient's rows.
        rows: ``(n,)`` rows of the cohort, in the order of the recordings.
        clean: ``(n, n_samples)`` float32 uV, the response without noise; NaN where not known.
    """

    id: str
    view: View
    main: bool
    series: Series
    rows: NDArray[np.intp]
    clean: NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Patient:
    """One patient of a cohort: name and series, those that are ``main`` first."""

    id: str
    series: tuple[ViewedSeries, ...]


def patients_of(cohort: Cohort, keep: Collection[str]) -> Iterator[Patient]:
    """Yield the patients to keep, in file order; no more than one and a batch are in memory.

    Raises:
        FormatError: rows of a patient that do not follow each other, or that make no series.
    """
    done: set[str] = set()
    pieces: list[pa.RecordBatch] = []
    name, first, row = "", 0, 0
    for batch in cohort.batches((*SERIES_COLUMNS, "clean_waveform"), rows=_BATCH_ROWS):
        owners = np.array(batch.column("patient_id").to_pylist(), dtype=object)
        changes = np.flatnonzero(owners[1:] != owners[:-1]) + 1
        for start, stop in zip([0, *changes], [*changes, owners.size], strict=True):
            owner = owners[start]
            if owner != name:
                if pieces:
                    yield _patient(cohort, name, pieces, first)
                    pieces = []
                done.add(name)
                if owner in done:
                    raise FormatError(
                        str(cohort.path),
                        f"row {row + start}",
                        f"Rows of a patient should follow each other. Found {owner!r} again.",
                        "Sort the rows by patient_id.",
                    )
                name, first = owner, row + int(start)
            if owner in keep:
                pieces.append(batch.slice(int(start), int(stop - start)))
        row += batch.num_rows
    if pieces:
        yield _patient(cohort, name, pieces, first)


def _patient(cohort: Cohort, name: str, pieces: list[pa.RecordBatch], first: int) -> Patient:
    whole = pa.Table.from_batches(pieces).combine_chunks().to_batches()[0]
    ids = np.array(whole.column("series_id").to_pylist(), dtype=object)
    polarity = np.array(whole.column("polarity").to_pylist(), dtype=object)
    clean = waveform_matrix(whole.column("clean_waveform")).copy()
    clean[~valid_mask(whole.column("clean_waveform"))] = np.nan
    found: list[ViewedSeries] = []
    seen: set[str] = set()
    for view, wanted in views_of(ids, polarity).items():
        places = np.flatnonzero(wanted)
        try:
            made = tuple(series_of([whole.take(pa.array(places))], str(cohort.path)))
        except ValueError as error:
            raise FormatError(str(cohort.path), f"patient {name!r}", str(error)) from error
        for one in made:
            own = places[[recording.source.record for recording in one]]
            label = str(ids[own[0]])
            found.append(ViewedSeries(label, view, label not in seen, one, first + own, clean[own]))
        seen |= set(ids[places].tolist())
    return Patient(name, tuple(found))
