"""Writes a cohort batch by batch: bounded memory, and a file that appears whole or not at all."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyarrow as pa
import pyarrow.parquet as pq

import evoscope
from evoscope.abr.cohort.batch import to_batch
from evoscope.abr.cohort.columns import COLUMNS
from evoscope.abr.cohort.order import PatientOrder
from evoscope.abr.cohort.schema import Grid, arrow_schema
from evoscope.abr.cohort.storage import stored_schema, to_stored
from evoscope.abr.cohort.validation import first_fault
from evoscope.abr.formats.errors import FormatError

ROW_GROUP_ROWS = 8192
"""Rows per row group: 26 MB of waveforms on the 200-sample grid, with both halves."""


class CohortWriter:
    """A cohort being written.

    Args:
        path: the file to write; it is not there before the block ends well.
        n_samples: samples per waveform.
        sampling_rate_hz: sampling rate in Hz.
        onset_sample: index of stimulus onset.
        provenance: what made the cohort: JSON values under names (command, seed, profile).
        overwrite: whether an earlier cohort of that name is replaced.

    Raises:
        FormatError: the path cannot be written; and from ``append``, values that do not hold,
            with row and column.
        ValueError: a grid that cannot be.

    Example:
        >>> from tempfile import mkdtemp
        >>> path = Path(mkdtemp()) / "cohort.parquet"
        >>> columns = {column.name: None for column in COLUMNS} | {
        ...     "patient_id": ["P1"], "ear": ["right"], "series_id": ["P1 right"], "record": [0],
        ...     "species": ["human"], "sex": ["unknown"], "stimulus": ["click"],
        ...     "level_db": [60.0], "level_reference": ["nHL"], "polarity": ["alternating"],
        ...     "transducer": ["insert"], "sampling_rate_hz": [15e3], "onset_sample": [14.6],
        ...     "waveform": [[0.0] * 200], "synthetic": [False], "weight": [1.0]}
        >>> with CohortWriter(path, n_samples=200, sampling_rate_hz=15e3, onset_sample=14.6) as w:
        ...     w.append(columns)
        >>> path.exists(), w.n_rows
        (True, 1)
    """

    def __init__(
        self,
        path: str | Path,
        *,
        n_samples: int,
        sampling_rate_hz: float,
        onset_sample: float,
        provenance: Mapping[str, Any] | None = None,
        overwrite: bool = False,
    ) -> None:
        self.path = Path(path)
        self.grid = Grid(
            n_samples=n_samples,
            sampling_rate_hz=sampling_rate_hz,
            onset_sample=onset_sample,
            provenance={"evoscope": evoscope.__version__, **(provenance or {})},
        )
        self._overwrite = overwrite
        self._refuse_path()
        # Beside the target, so that renaming is atomic; hidden, so that no glob takes it.
        token = f"{os.getpid()}-{secrets.token_hex(4)}"
        self._partial = self.path.with_name(f".{self.path.name}.partial-{token}")
        self._order = PatientOrder()
        self._pending: list[pa.RecordBatch] = []
        self._pending_rows = 0
        self._failed = False
        self.n_rows = 0
        """Rows appended so far."""
        self._file: pq.ParquetWriter | None = None

    def __enter__(self) -> Self:
        # Random samples compress badly: their bytes do when those of equal rank stand together.
        floats = [f"{c.name}.list.element" for c in COLUMNS if c.kind == "waveform"]
        words = [c.name for c in COLUMNS if c.kind in ("text", "word")]
        try:
            self._file = pq.ParquetWriter(
                str(self._partial),
                stored_schema(arrow_schema(self.grid)),
                compression="zstd",
                use_dictionary=words,
                use_byte_stream_split=floats,
            )
        except OSError as error:
            self._partial.unlink(missing_ok=True)
            raise self._unwritable(error) from error
        return self

    def append(self, columns: Mapping[str, Any] | pa.RecordBatch) -> None:
        """Validate and take in the next rows.

        Args:
            columns: a batch of the schema, or every column by name: an array, a list, or ``None``
                when it is all null (``to_batch`` says more). Patients come one after another.

        Raises:
            FormatError: with the row (counted from 0 over the whole cohort) and the column.
                Nothing is written then, even when the error is caught inside the block.
            RuntimeError: outside of the ``with`` block.
        """
        if self._file is None:
            raise RuntimeError(
                "append should be called inside the writer's with block. Found it outside."
            )
        self._failed = True  # until it did not
        batch = to_batch(columns, self.grid, path=self.path, first_row=self.n_rows)
        fault = first_fault(batch, self.grid) or self._order.fault(batch)
        if fault:
            place = fault.place(self.n_rows)
            raise FormatError(str(self.path), place, fault.reason, fault.hint)
        self._pending.append(batch)
        self._pending_rows += batch.num_rows
        self.n_rows += batch.num_rows
        try:
            self._write(self._file, ROW_GROUP_ROWS)
        except OSError as error:
            raise self._unwritable(error) from error
        self._failed = False

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        file, self._file = self._file, None
        assert file is not None  # __enter__ opened it
        try:
            if kind is None:
                self._refuse_unfinished()
                self._write(file, 1)
            file.close()
            if kind is None:
                self._install()
        except OSError as failure:
            raise self._unwritable(failure) from failure
        finally:
            self._pending.clear()
            self._partial.unlink(missing_ok=True)

    def _write(self, file: pq.ParquetWriter, least: int) -> None:
        while self._pending_rows >= least:
            table = pa.Table.from_batches(self._pending)
            now = map(to_stored, table.slice(0, ROW_GROUP_ROWS).to_batches())
            file.write_table(pa.Table.from_batches(now), row_group_size=ROW_GROUP_ROWS)
            self._pending = table.slice(ROW_GROUP_ROWS).to_batches()
            self._pending_rows = max(0, self._pending_rows - ROW_GROUP_ROWS)

    def _install(self) -> None:
        with self._partial.open("rb+") as written:
            os.fsync(written.fileno())  # else a power cut may leave the name without the content
        if not self._overwrite and self.path.exists():
            self._refuse_path()
        self._partial.replace(self.path)

    def _refuse_unfinished(self) -> None:
        if self._failed:
            raise FormatError(
                str(self.path),
                f"row {self.n_rows}",
                "Every append should succeed. Found one that failed: nothing was written.",
                "Let its error end the block, or drop the bad rows before they are appended.",
            )
        if self.n_rows == 0:
            raise FormatError(
                str(self.path), "", "A cohort should hold at least one row. Found none."
            )

    def _refuse_path(self) -> None:
        if self.path.is_dir() or not self.path.parent.is_dir():
            found = "a folder" if self.path.is_dir() else f"no folder {self.path.parent}"
            raise FormatError(
                str(self.path), "", f"It should be a file name in a folder. Found {found}."
            )
        if self.path.exists() and not self._overwrite:
            raise FormatError(
                str(self.path),
                "",
                "A new cohort should not replace a file. Found one of that name.",
                "Choose another name, or allow it to be overwritten.",
            )

    def _unwritable(self, error: OSError) -> FormatError:
        return FormatError(
            str(self.path),
            "",
            f"It should be possible to write there. Found: {error.strerror or error}.",
            "Check the disk and the permissions, or choose another folder.",
        )
