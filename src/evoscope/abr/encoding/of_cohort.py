"""Encode the labelled patients of a cohort once, in parallel, to be read many times."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from functools import partial
from pathlib import Path

from evoscope.abr.averaging import Preset
from evoscope.abr.cohort import Cohort
from evoscope.abr.encoding.cache import cache_path, load, save
from evoscope.abr.encoding.encoded_cohort import EncodedCohort, join
from evoscope.abr.encoding.patients import PatientRows, encode_patient, rows_by_patient
from evoscope.abr.encoding.pooling import MOST_RECORDINGS
from evoscope.abr.workers import in_order

# Patients a process takes at a time: sending one costs as much as encoding it.
CHUNK = 8


def encode_cohort(
    cohort: Cohort,
    patients: Collection[str],
    *,
    preset: Preset | None = None,
    most: int = MOST_RECORDINGS,
    processes: int = 1,
    cache: Path | None = None,
    advance: Callable[[int], None] = lambda _patients: None,
) -> EncodedCohort:
    """Encode every series of some patients, with the truth and the marks beside it.

    The result does not depend on the number of processes. Rows are read a batch at a time; the
    result is held twice while its parts are joined: 2 x 5 kB a recording of 384 samples, half of
    it for the clinic's 200.

    Args:
        cohort: with truth, with marks, or with both; what is missing is masked.
        patients: whom to encode, and nobody else.
        preset: the filter; ``None`` takes `network_preset`.
        most: recordings of a series; more are pooled.
        processes: how many work.
        cache: folder that keeps what was encoded; by default nothing is written. Its files are
            named by the cohort's bytes, the patients, the settings and the encoder's version.
        advance: called with the number of patients encoded since the last call.

    Raises:
        ValueError: no patient, a patient the cohort does not have, or nothing that can be encoded.
        FormatError: a cohort that cannot be read.
    """
    wanted = frozenset(patients)
    if not wanted:
        raise ValueError("There should be at least one patient to encode. Found none.")
    path = None if cache is None else cache_path(cache, cohort, wanted, preset=preset, most=most)
    if path is not None and path.exists():
        return load(path)
    work = partial(_encode, preset=preset, most=most)
    parts: list[EncodedCohort] = []
    seen = 0
    for chunk in in_order(work, _chunks(rows_by_patient(cohort, wanted)), processes=processes):
        parts += chunk
        seen += len(chunk)
        advance(len(chunk))
    if seen < len(wanted):
        raise ValueError(
            f"patients should be in {cohort.path}: {len(wanted)} were asked for. Found {seen}."
        )
    encoded = join(parts)
    if not len(encoded):
        raise ValueError(
            "At least one series should be there to encode. "
            f"Found {len(encoded.skipped)} that cannot be read; the first: {encoded.skipped[0]}"
        )
    if path is not None:
        save(encoded, path)
    return encoded


def _encode(chunk: list[PatientRows], *, preset: Preset | None, most: int) -> list[EncodedCohort]:
    return [encode_patient(patient, preset=preset, most=most) for patient in chunk]


def _chunks(patients: Iterable[PatientRows]) -> Iterator[list[PatientRows]]:
    chunk: list[PatientRows] = []
    for patient in patients:
        chunk.append(patient)
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
