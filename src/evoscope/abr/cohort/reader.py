"""Reads a cohort: a batch, a column or a patient at a time; it may be larger than memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from evoscope.abr.cohort.columns import BY_NAME, COLUMNS, waveforms
from evoscope.abr.cohort.hashing import file_sha256, table_sha256
from evoscope.abr.cohort.order import PatientOrder
from evoscope.abr.cohort.recordings import SERIES_COLUMNS, series_of
from evoscope.abr.cohort.schema import Grid, arrow_schema, read_grid
from evoscope.abr.cohort.storage import from_stored, to_fixed
from evoscope.abr.cohort.validation import first_fault, valid_mask, waveform_matrix
from evoscope.abr.formats.errors import FormatError
from evoscope.abr.recording import Series

_BATCH_ROWS = 8192


@dataclass(frozen=True)
class Cohort:
    """A cohort on disk. Nothing but its footer is read before it is asked for.

    Attributes:
        path: the Parquet file.
        n_rows: recordings in it.
        metadata: its grid (samples, rate, onset) and provenance.

    Example:
        >>> Cohort.open("nothing-here.parquet")
        Traceback (most recent call last):
        ...
        evoscope.abr.formats.errors.FormatError: nothing-here.parquet: A cohort should be there.
        Found nothing. Check the path.
    """

    path: Path
    n_rows: int
    metadata: Grid

    @classmethod
    def open(cls, path: str | Path) -> Self:
        """Open a cohort and check that it is one: version, columns and types, not yet values.

        Raises:
            FormatError: no file, no Parquet, another table, or another version of the schema.
        """
        where = Path(path)
        with _parquet(where) as file:
            return cls(where, file.metadata.num_rows, read_grid(file.schema_arrow, where))

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of all columns."""
        return tuple(column.name for column in COLUMNS)

    def batches(
        self,
        columns: Sequence[str] | None = None,
        rows: int = _BATCH_ROWS,
        within: range | None = None,
    ) -> Iterator[pa.RecordBatch]:
        """Yield Arrow batches of at most ``rows`` rows, in file order.

        Args:
            columns: names to read, in the order wanted; all by default. Fewer is faster.
            rows: most rows of a batch.
            within: rows to read, one after another; all by default. Only the row groups that hold
                some of them are read.

        Raises:
            FormatError: an unknown column, or a damaged file.
        """
        names = self._known(columns)
        if rows < 1:
            raise ValueError(f"rows should be at least 1. Found {rows}.")
        schema = arrow_schema(self.metadata)
        wanted = range(self.n_rows) if within is None else within
        with _parquet(self.path) as file:
            groups, row = _groups(file, wanted)
            try:
                for batch in file.iter_batches(batch_size=rows, row_groups=groups, columns=names):
                    first = min(max(wanted.start - row, 0), batch.num_rows)
                    last = min(wanted.stop - row, batch.num_rows)
                    row += batch.num_rows
                    if first < last:
                        yield from_stored(batch.slice(first, last - first), names, schema)
                    if row >= wanted.stop:
                        return
            except (pa.ArrowException, OSError, ValueError) as error:
                raise _damaged(self.path, error) from error

    def to_pandas(self, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """Read columns as a data frame; null becomes NaN in numbers and None elsewhere.

        Waveforms become one array a row: ``waveforms`` is what computes well.
        """
        names = self._known(columns)
        batches = list(self.batches(names))
        frame: pd.DataFrame = pa.Table.from_batches(batches).to_pandas()
        return frame

    def waveforms(
        self,
        rows: slice | Sequence[int] | NDArray[np.integer] = slice(None),
        *,
        column: str = "waveform",
    ) -> NDArray[np.float32]:
        """Read waveforms in microvolts, ``(n, n_samples)`` float32, in the order of ``rows``.

        Neighbours of one row group are a read-only view of what was decoded; only the row groups
        that hold a wanted row are read.

        Args:
            rows: a slice, or row numbers counted from 0 (negative ones from the end).
            column: ``waveform``, ``half_a``, ``half_b`` or ``clean_waveform``.

        Raises:
            FormatError: a wanted row has none (``half_a`` of an average without halves).
            IndexError: a row beyond the cohort.
        """
        if column not in waveforms():
            raise ValueError(f"column should be one of {waveforms()}. Found {column!r}.")
        wanted = self._indices(rows)
        n_samples = self.metadata.n_samples
        out = np.empty((len(wanted), n_samples), dtype=np.float32)
        with _parquet(self.path) as file:
            first = 0
            for group in range(file.metadata.num_row_groups):
                size = file.metadata.row_group(group).num_rows
                here = np.flatnonzero((wanted >= first) & (wanted < first + size))
                if here.size:
                    values = self._group(file, group, column, wanted[here] - first, first)
                    if here.size == len(wanted):
                        return values
                    out[here] = values
                first += size
        return out

    def _group(
        self,
        file: pq.ParquetFile,
        group: int,
        column: str,
        inside: NDArray[np.intp],
        first_row: int,
    ) -> NDArray[np.float32]:
        try:
            chunks = file.read_row_group(group, columns=[column]).column(column).chunks
            stored = chunks[0] if len(chunks) == 1 else pa.concat_arrays(chunks)
            array = to_fixed(stored, pa.list_(pa.float32(), self.metadata.n_samples))
        except (pa.ArrowException, OSError, ValueError) as error:
            raise _damaged(self.path, error) from error
        missing = ~valid_mask(array)[inside]
        if missing.any():
            row = first_row + int(inside[np.argmax(missing)])
            raise FormatError(
                str(self.path),
                f"row {row}, column '{column}'",
                "A waveform should be there. Found null.",
                "Ask for the rows that have one.",
            )
        matrix = waveform_matrix(array)
        if inside.size == 0 or np.array_equal(inside, np.arange(inside[0], inside[-1] + 1)):
            return matrix[inside[0] : inside[-1] + 1] if inside.size else matrix[:0]
        return matrix[inside]

    def _indices(self, rows: slice | Sequence[int] | NDArray[np.integer]) -> NDArray[np.intp]:
        if isinstance(rows, slice):
            return np.arange(self.n_rows, dtype=np.intp)[rows]
        given = np.asarray(rows)
        if given.size and given.dtype.kind not in "iu":
            raise IndexError(f"rows should be row numbers. Found {given.dtype} values.")
        wanted = given.astype(np.intp)
        outside = (wanted < -self.n_rows) | (wanted >= self.n_rows)
        if outside.any():
            raise IndexError(
                f"rows should lie between {-self.n_rows} and {self.n_rows - 1}. "
                f"Found {wanted[outside][0]}."
            )
        return np.where(wanted < 0, wanted + self.n_rows, wanted)

    def series(self, within: range | None = None) -> Iterator[Series]:
        """Yield every series, patient by patient, in file order, ready for ``analyze``.

        Halves come along where the cohort has them. The record number of each recording is its
        row in the cohort: that is how findings meet the truth columns.

        Args:
            within: rows to read, which hold patients whole; all by default.

        Raises:
            FormatError: a cohort not written by ``CohortWriter`` whose rows make no series.
        """
        try:
            yield from series_of(
                self.batches(SERIES_COLUMNS, rows=1024, within=within),
                str(self.path),
                first_row=0 if within is None else within.start,
            )
        except FormatError:
            raise
        except ValueError as error:
            raise FormatError(str(self.path), "", str(error)) from error

    def validate(self) -> None:
        """Check every value, as the writer did: for a cohort that came from elsewhere.

        Raises:
            FormatError: the first value that does not hold, with its row and column.
        """
        order, first_row = PatientOrder(), 0
        for batch in self.batches():
            fault = first_fault(batch, self.metadata) or order.fault(batch)
            if fault:
                raise FormatError(str(self.path), fault.place(first_row), fault.reason, fault.hint)
            first_row += batch.num_rows

    def file_sha256(self) -> str:
        """Return the SHA-256 of the file, as ``sha256sum`` prints it."""
        return file_sha256(self.path)

    def table_sha256(self) -> str:
        """Return the SHA-256 of the rows: the same for the same rows however they were written."""
        return table_sha256(self.batches(rows=1024), self.metadata)

    def _known(self, columns: Sequence[str] | None) -> list[str]:
        names = list(self.columns if columns is None else columns)
        for name in names:
            if name not in BY_NAME:
                raise FormatError(
                    str(self.path),
                    f"column '{name}'",
                    "It should be a column of the schema.",
                    "Cohort.columns lists them.",
                )
        return names


def _parquet(path: Path) -> pq.ParquetFile:
    try:
        return pq.ParquetFile(path)
    except FileNotFoundError:
        raise FormatError(
            str(path), "", "A cohort should be there. Found nothing.", "Check the path."
        ) from None
    except (pa.ArrowException, OSError) as error:
        raise FormatError(
            str(path),
            "",
            "A cohort should be a Parquet file. "
            f"Found another file, or a damaged one: {str(error)[:100]}",
            "Make it with 'evoscope abr simulate' or CohortWriter.",
        ) from error


def _groups(file: pq.ParquetFile, wanted: range) -> tuple[list[int], int]:
    """Find the row groups that hold rows of a range, and the number of their first row."""
    sizes = [file.metadata.row_group(i).num_rows for i in range(file.metadata.num_row_groups)]
    ends = np.cumsum(sizes, dtype=np.int64)
    starts = ends - sizes
    groups = np.flatnonzero((starts < wanted.stop) & (ends > wanted.start))
    return groups.tolist(), int(starts[groups[0]]) if groups.size else 0


def _damaged(path: Path, error: Exception) -> FormatError:
    return FormatError(
        str(path),
        "",
        f"The columns should be readable. Found: {str(error)[:160]}",
        "The file is damaged: copy it again, or make it again.",
    )
