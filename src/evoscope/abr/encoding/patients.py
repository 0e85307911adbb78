"""The patients of a cohort as batches of rows, and one of them encoded with the truth."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from evoscope.abr.averaging import Preset
from evoscope.abr.classical.prepare import Prepared, prepare
from evoscope.abr.cohort import Cohort
from evoscope.abr.cohort.recordings import SERIES_COLUMNS, series_of
from evoscope.abr.cohort.validation import valid_mask, waveform_matrix
from evoscope.abr.encoding.conditions import CONDITIONS
from evoscope.abr.encoding.encode import encode, encode_as, network_preset
from evoscope.abr.encoding.encoded import Encoded
from evoscope.abr.encoding.encoded_cohort import UNKNOWN, EncodedCohort, join
from evoscope.abr.encoding.pooling import shares_of
from evoscope.abr.encoding.truth import (
    TRUTH_COLUMNS,
    Table,
    as_numbers,
    flags,
    mean_known,
    status_of,
    waves_of,
)
from evoscope.abr.recording import Series

_BATCH_ROWS = 1024
SINGLE_POLARITIES = ("rarefaction", "condensation")


@dataclass(frozen=True, eq=False)
class PatientRows:
    """Rows of one patient, and the number of the first in the cohort."""

    rows: pa.RecordBatch
    first_row: int


def rows_by_patient(cohort: Cohort, keep: Collection[str]) -> Iterator[PatientRows]:
    """Yield the rows of the patients to keep, in file order; one batch is in memory."""
    waiting: list[pa.RecordBatch] = []
    name, first, row = "", 0, 0
    for batch in cohort.batches((*SERIES_COLUMNS, *TRUTH_COLUMNS), rows=_BATCH_ROWS):
        owners = np.array(batch.column("patient_id").to_pylist(), dtype=object)
        changes = np.flatnonzero(owners[1:] != owners[:-1]) + 1
        for start, stop in zip([0, *changes], [*changes, owners.size], strict=True):
            if owners[start] != name:
                if waiting:
                    yield PatientRows(_joined(waiting), first)
                    waiting = []
                name, first = owners[start], row + int(start)
            if name in keep:
                waiting.append(batch.slice(int(start), int(stop - start)))
        row += batch.num_rows
    if waiting:
        yield PatientRows(_joined(waiting), first)


def _joined(pieces: list[pa.RecordBatch]) -> pa.RecordBatch:
    return pa.Table.from_batches(pieces).combine_chunks().to_batches()[0]


def encode_patient(patient: PatientRows, *, preset: Preset | None, most: int) -> EncodedCohort:
    """Encode every series of a patient, and put the truth beside it.

    A series stored as alternating averages and as the single polarities of the same sweeps is two
    series here: one of each kind, as two clinics would have it. Together they would count every
    sweep twice.
    """
    polarity = np.array(patient.rows.column("polarity").to_pylist(), dtype=object)
    names = np.array(patient.rows.column("series_id").to_pylist(), dtype=object)
    single = np.isin(polarity, SINGLE_POLARITIES)
    views: list[NDArray[np.intp]] = []
    for name in dict.fromkeys(names):
        own = names == name
        both = (polarity[own] == "alternating").any() and single[own].any()
        split = [own & ~single, own & single] if both else [own]
        views += [np.flatnonzero(view) for view in split]
    parts = [_encode_series(patient, rows, str(names[rows[0]]), preset, most) for rows in views]
    return join(parts)


def _encode_series(
    patient: PatientRows, rows: NDArray[np.intp], name: str, preset: Preset | None, most: int
) -> EncodedCohort:
    batch = patient.rows.take(pa.array(rows))
    (series,) = series_of([batch], "")
    human = series.recordings[0].subject.species in ("human", "unknown")
    try:
        prepared = prepare(
            series, human=human, preset=preset or network_preset(series, human=human)
        )
    except ValueError as error:
        return _skipped(f"{name}: {error}")
    encoded = encode(prepared, most=most)
    # A series sorts its recordings: each knows its row of the batch by its record number.
    place = np.array([recording.source.record for recording in series])
    return _with_truth(encoded, prepared, batch, place, patient.first_row + rows, name)


def _with_truth(
    encoded: Encoded,
    prepared: Prepared,
    batch: pa.RecordBatch,
    place: NDArray[np.intp],
    row: NDArray[np.intp],
    name: str,
) -> EncodedCohort:
    table = as_numbers(batch)
    groups = [place[list(members)] for members in encoded.members]
    true, marked = (
        [np.array(x) for x in zip(*(waves_of(table, prefix, g) for g in groups), strict=True)]
        for prefix in ("wave", "marked")
    )
    response = flags(np.array([mean_known(table["response_present"][g]) for g in groups]))
    loss = mean_known(table["loss_type"])
    subject = prepared.series.recordings[0].subject
    return EncodedCohort(
        waveforms=encoded.waveforms,
        noise=encoded.noise,
        covered=encoded.covered,
        conditions=encoded.conditions,
        modelled_noise_nv=encoded.modelled_noise_nv,
        clean=_clean(encoded, prepared, batch),
        present=true[0],
        latency_ms=true[1],
        amplitude_uv=true[2],
        response=response,
        marked_present=marked[0],
        marked_latency_ms=marked[1],
        marked_amplitude_uv=marked[2],
        row=np.array([row[g[0]] for g in groups], dtype=np.int64),
        first=np.array([0, len(encoded)], dtype=np.int64),
        threshold_db=_one(_level(table, "true_threshold_db", encoded)),
        marked_threshold_db=_one(_level(table, "marked_threshold_db", encoded)),
        status=np.array([status_of(response)], dtype=np.int8),
        loss_class=np.array([UNKNOWN if np.isnan(loss) else int(loss)], dtype=np.int8),
        weight=_one(mean_known(table["weight"])),
        level_offset_db=_one(encoded.level_offset_db),
        patient_id=np.array([subject.id], dtype=np.str_),
        series_id=np.array([name], dtype=np.str_),
        ear=np.array([subject.ear], dtype=np.str_),
        skipped=np.empty(0, dtype=np.str_),
    )


def _clean(encoded: Encoded, prepared: Prepared, batch: pa.RecordBatch) -> NDArray[np.float32]:
    n_samples = encoded.waveforms.shape[1]
    series: Series = prepared.series
    stored = batch.column("clean_waveform")
    known, values = valid_mask(stored), waveform_matrix(stored)
    out = np.full(encoded.waveforms.shape, np.nan, dtype=np.float32)
    for i, members in enumerate(encoded.members):
        recordings = tuple(series.recordings[j] for j in members)
        rows = [recording.source.record for recording in recordings]
        if known[rows].all():
            share = np.array(shares_of(recordings)) / sum(shares_of(recordings))
            out[i] = share @ encode_as(values[rows], recordings[0], prepared, n_samples)
    return out


def _level(table: Table, name: str, encoded: Encoded) -> float:
    return mean_known(table[name]) + encoded.level_offset_db


def _one(value: float) -> NDArray[np.float32]:
    return np.array([value], dtype=np.float32)


def _skipped(reason: str) -> EncodedCohort:
    """No series, and why."""
    rows = np.empty((0, 0), dtype=np.float32)
    waves, flag = np.empty((0, 5), dtype=np.float32), np.empty((0, 5), dtype=np.int8)
    one, text = np.empty(0, dtype=np.float32), np.empty(0, dtype=np.str_)
    return EncodedCohort(
        rows,
        rows,
        rows.astype(bool),
        np.empty((0, len(CONDITIONS)), dtype=np.float32),
        one,
        rows,
        flag,
        waves,
        waves,
        one.astype(np.int8),
        flag,
        waves,
        waves,
        one.astype(np.int64),
        np.zeros(1, dtype=np.int64),
        one,
        one,
        one.astype(np.int8),
        one.astype(np.int8),
        one,
        one,
        text,
        text,
        text,
        np.array([reason], dtype=np.str_),
    )
