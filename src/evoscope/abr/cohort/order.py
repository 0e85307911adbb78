"""What only shows over many rows: patients in one piece, series that are series."""

from __future__ import annotations

import pyarrow as pa

from evoscope.abr.cohort.fault import Fault

# What recordings of one series share. The last four are properties of an ear and a stimulus.
_SHARED = (
    "patient_id",
    "ear",
    "species",
    "stimulus",
    "frequency_hz",
    "level_reference",
    "rate_hz",
    "transducer",
    "loss_type",
    "true_threshold_db",
    "lowest_response_level_db",
    "marked_threshold_db",
)
ORDER_COLUMNS = ("series_id", "record", *_SHARED)
"""The columns that ``PatientOrder`` looks at."""


class PatientOrder:
    """Watches batches go by, and says where they stop being a cohort.

    Patients come one after another, each in one piece: so a cohort larger than memory can be
    read patient by patient. Recordings of a series share ear, stimulus, class and threshold. A
    rate is compared to 0.1 / s, as ``Series`` does.

    Example:
        >>> row = {name: ["x"] for name in ORDER_COLUMNS} | {"rate_hz": [33.1], "record": [0]}
        >>> order = PatientOrder()
        >>> order.fault(pa.RecordBatch.from_pydict(row)) is None
        True
        >>> order.fault(pa.RecordBatch.from_pydict(row)).column
        'record'
    """

    def __init__(self) -> None:
        self._patient: str | None = None
        self._patients_done: set[str] = set()
        self._series_done: set[str] = set()
        # Of the patient going by: what each series shares, and its record numbers.
        self._shared: dict[str, tuple[object, ...]] = {}
        self._records: set[tuple[str, int]] = set()

    def fault(self, batch: pa.RecordBatch) -> Fault | None:
        """Take in the next batch and return the first thing wrong with it, or ``None``."""
        columns = [batch.column(name).to_pylist() for name in ORDER_COLUMNS]
        for row, (series, record, *shared) in enumerate(zip(*columns, strict=True)):
            fault = self._one(row, series, record, shared)
            if fault:
                return fault
        return None

    def _one(self, row: int, series: str, record: int, shared: list[object]) -> Fault | None:
        patient = str(shared[0])
        if patient != self._patient:
            if patient in self._patients_done:
                return Fault(
                    row,
                    "patient_id",
                    "Rows of a patient should follow each other. "
                    f"Found {patient!r} again after another patient.",
                    "Sort the rows by patient_id.",
                )
            self._next(patient)
        if series in self._series_done:
            return Fault(
                row,
                "series_id",
                f"It should belong to one patient. Found {series!r} in two.",
                "Put the patient's id into the series id.",
            )
        rate = _SHARED.index("rate_hz")
        if isinstance(shared[rate], float):
            shared[rate] = round(shared[rate], 1)  # type: ignore[call-overload]
        known = self._shared.setdefault(series, tuple(shared))
        for name, before, now in zip(_SHARED, known, shared, strict=True):
            if before != now:
                return Fault(
                    row,
                    name,
                    f"It should be {before!r} throughout the series {series!r}. Found {now!r}.",
                    "Give recordings of another ear or stimulus a series of their own.",
                )
        if (series, record) in self._records:
            return Fault(
                row,
                "record",
                f"It should be unique in the series {series!r}. Found {record} twice.",
                "Number the recordings of a series.",
            )
        self._records.add((series, record))
        return None

    def _next(self, patient: str) -> None:
        if self._patient is not None:
            self._patients_done.add(self._patient)
            self._series_done.update(self._shared)
        self._patient = patient
        self._shared.clear()
        self._records.clear()
