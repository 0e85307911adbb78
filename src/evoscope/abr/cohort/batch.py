"""From columns of any kind to one Arrow batch of the schema."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from evoscope.abr.cohort.columns import COLUMNS, Column
from evoscope.abr.cohort.fault import Fault
from evoscope.abr.cohort.schema import Grid, arrow_schema, check_names
from evoscope.abr.formats.errors import FormatError

_REFUSED = (pa.ArrowException, TypeError, ValueError, OverflowError)


def to_batch(
    columns: Mapping[str, Any] | pa.RecordBatch, grid: Grid, *, path: Path, first_row: int = 0
) -> pa.RecordBatch:
    """Convert columns to a batch of the schema; values are not judged yet.

    Args:
        columns: every column of the schema (``sampling_rate_hz`` and ``onset_sample`` may be left
            to the grid), each an array, a list, or ``None`` when it is all null. A single missing
            value is ``None`` in a list or masked in a masked array. Waveforms are
            ``(n, n_samples)``, or lists with ``None``.
        grid: the cohort's.
        path: of the cohort, for messages.
        first_row: number of the first row, for messages.

    Raises:
        FormatError: a missing or unknown column, unequal lengths, or a value of the wrong type.
    """
    schema = arrow_schema(grid)
    if isinstance(columns, pa.RecordBatch):
        columns = dict(zip(columns.schema.names, columns.columns, strict=True))
    n_rows = _length(columns, path)
    given = {
        "sampling_rate_hz": np.full(n_rows, grid.sampling_rate_hz),
        "onset_sample": np.full(n_rows, grid.onset_sample),
        **columns,
    }
    check_names(given, path)
    arrays = []
    for column in COLUMNS:
        array = _to_array(given[column.name], column, schema.field(column.name).type, n_rows)
        if isinstance(array, Fault):
            raise FormatError(str(path), array.place(first_row), array.reason, array.hint)
        arrays.append(array)
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def null_where_nan(columns: Mapping[str, Any]) -> dict[str, Any]:
    """Mask NaN in number columns, for makers of columns in which NaN means missing.

    The writer refuses NaN: it cannot know whether a value is missing or a computation went wrong.
    This says that it is the first. Infinities and waveforms are left to be judged.

    Example:
        >>> columns = null_where_nan({"fmp": np.array([1.0, np.nan]), "ear": ["left", "left"]})
        >>> columns["fmp"].mask.tolist(), columns["ear"]
        ([False, True], ['left', 'left'])
    """
    numbers = {column.name for column in COLUMNS if column.kind == "number"}
    return {
        name: np.ma.MaskedArray(values, mask=np.isnan(values))
        if name in numbers and isinstance(values, np.ndarray) and values.dtype.kind == "f"
        else values
        for name, values in columns.items()
    }


def _length(columns: Mapping[str, Any], path: Path) -> int:
    lengths = {name: len(values) for name, values in columns.items() if values is not None}
    first = next(iter(lengths), None)
    if first is None:
        raise FormatError(str(path), "", "A batch should hold rows. Found columns of None only.")
    for name, length in lengths.items():
        if length != lengths[first]:
            raise FormatError(
                str(path),
                f"column '{name}'",
                f"It should have {lengths[first]} rows, as '{first}' has. Found {length}.",
            )
    return lengths[first]


def _to_array(values: Any, column: Column, wanted: pa.DataType, n_rows: int) -> pa.Array | Fault:
    if values is None:
        return pa.nulls(n_rows, wanted)
    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
    if isinstance(values, pa.Array):
        if values.type == wanted:
            return values
        return Fault(None, column.name, f"It should be of type {wanted}. Found {values.type}.")
    if column.kind == "waveform":
        return _waveforms(values, column, wanted)
    if column.kind == "count" and (fault := _fractional(values, column)):
        return fault
    try:
        if isinstance(values, np.ma.MaskedArray):
            mask = np.ma.getmaskarray(values)
            return pa.array(values.data.copy(), type=wanted, mask=mask, from_pandas=False)
        if isinstance(values, np.ndarray):
            values = values.copy()  # else it is a view: the maker may fill its buffer anew
        return pa.array(values, type=wanted, from_pandas=False)
    except _REFUSED:
        return _wrong_type(values, column, wanted)


def _waveforms(values: Any, column: Column, wanted: pa.DataType) -> pa.Array | Fault:
    size = wanted.list_size
    if isinstance(values, np.ma.MaskedArray):
        values = [None if row.mask.any() else row.data for row in values]
    if isinstance(values, np.ndarray) and values.ndim == 2 and values.dtype.kind in "fiu":
        if values.shape[1] != size:
            return Fault(
                None,
                column.name,
                f"It should have {size} samples a row. Found {values.shape[1]}.",
                "Resample to the cohort's grid, or write a cohort with another one.",
            )
        return pa.FixedSizeListArray.from_arrays(_flat(values), type=wanted)
    block = np.zeros((len(values), size), dtype=np.float32)
    missing = np.zeros(len(values), dtype=bool)
    for row, value in enumerate(values):
        if value is None:
            missing[row] = True
            continue
        try:
            samples = np.asarray(value, dtype=np.float32)
        except (TypeError, ValueError):
            return Fault(row, column.name, f"It should hold numbers. Found {value!r:.40}.")
        if samples.shape != (size,):
            return Fault(
                row, column.name, f"It should have {size} samples. Found shape {samples.shape}."
            )
        block[row] = samples
    return pa.FixedSizeListArray.from_arrays(_flat(block), type=wanted, mask=pa.array(missing))


def _flat(values: NDArray[Any]) -> pa.Array:
    with np.errstate(over="ignore"):  # infinities are found, and named, by the validation
        block = np.array(values, dtype=np.float32, order="C")  # a copy, as above
        return pa.array(block.ravel(), from_pandas=False)


def _fractional(values: Any, column: Column) -> Fault | None:
    """Find a count that is not whole: from a list, Arrow would cut it off without a word."""
    if isinstance(values, np.ndarray) and values.dtype.kind in "iu":
        return None
    for row, value in enumerate(values):
        if isinstance(value, float | np.floating) and not value.is_integer():
            return Fault(row, column.name, f"It should be a whole number. Found {float(value)!r}.")
    return None


def _wrong_type(values: Any, column: Column, wanted: pa.DataType) -> Fault:
    """Find the row that Arrow refused: its own message does not say."""
    what = {"text": "text", "word": "text", "number": "a number", "count": "a whole number"}
    should = what.get(column.kind, "true or false")
    for row, value in enumerate(values):
        plain = value.item() if isinstance(value, np.generic) else value
        try:
            pa.array([plain], type=wanted, from_pandas=False)
        except _REFUSED:
            found = f"{plain!r:.40}"
            return Fault(row, column.name, f"It should be {should}, or None. Found {found}.")
    return Fault(None, column.name, f"It should hold {should}. Found {type(values).__name__}.")
