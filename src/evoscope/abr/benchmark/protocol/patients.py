"""The patients of a cohort, one at a time: their series, and what is really in the noise."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from evoscope.abr.cohort import Cohort
from evoscope.abr.cohort.recordings import SERIES_COLUMNS, series_of
from evoscope.abr.cohort.validation import valid_mask, waveform_matrix
from evoscope.abr.formats.errors import FormatError
from evoscope.abr.recording import Series

_BATCH_ROWS = 1024


@dataclass(frozen=True, eq=False)
class Patient:
    """One patient of a cohort.

    Attributes:
        id: the patient's.
        rows: ``(n,)`` rows of the cohort, ascending.
        series: their series; a recording's ``source.record`` is its place in ``rows``.
        series_ids: of each series, as the cohort names it.
        clean: ``(n, n_samples)`` float32 uV, the response without noise; NaN where not known.
    """

    id: str
    rows: NDArray[np.intp]
    series: tuple[Series, ...]
    series_ids: tuple[str, ...]
    clean: NDArray[np.float32]


def patients_of(cohort: Cohort, keep: Collection[str]) -> Iterator[Patient]:
    """Yield the patients to keep, in file order; no more than one and a batch are in memory.

    Rows of a single polarity are left out where the same series has alternating ones: those are
    averages of the same sweeps, and would count them twice.

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
    wanted = same_sweeps_once(
        np.array(whole.column("series_id").to_pylist(), dtype=object),
        np.array(whole.column("polarity").to_pylist(), dtype=object),
    )
    batch = whole.filter(pa.array(wanted))
    clean = waveform_matrix(batch.column("clean_waveform")).copy()
    clean[~valid_mask(batch.column("clean_waveform"))] = np.nan
    try:
        series = tuple(series_of([batch], str(cohort.path)))
    except ValueError as error:
        raise FormatError(str(cohort.path), f"patient {name!r}", str(error)) from error
    ids = batch.column("series_id").to_pylist()
    return Patient(
        id=name,
        rows=first + np.flatnonzero(wanted),
        series=series,
        series_ids=tuple(ids[one.recordings[0].source.record] for one in series),
        clean=clean,
    )


def same_sweeps_once(
    series_ids: NDArray[np.object_], polarity: NDArray[np.object_]
) -> NDArray[np.bool_]:
    """Return the rows to keep so that no sweep is averaged into two of them, ``(n,)`` bool.

    Example:
        >>> ids = np.array(["a", "a", "a", "b"], dtype=object)
        >>> words = np.array(["alternating", "rarefaction", "condensation", "rarefaction"])
        >>> same_sweeps_once(ids, words.astype(object)).tolist()
        [True, False, False, True]
    """
    alternating = polarity == "alternating"
    single = (polarity == "rarefaction") | (polarity == "condensation")
    have = set(series_ids[alternating].tolist())
    both = np.array([one in have for one in series_ids], dtype=bool)
    return np.asarray(~(single & both), dtype=bool)
