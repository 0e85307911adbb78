"""Waveforms that may be null, as they stand in the file.

In memory every waveform column is a fixed-size list. In Parquet both kinds of list are the same
bytes, but a file whose Arrow schema says "fixed-size" of a column with nulls cannot be opened by
pyarrow 24 and earlier, nor by what builds on it. So such columns are stored as plain lists.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pyarrow as pa

from evoscope.abr.cohort.columns import BY_NAME


def stored_schema(schema: pa.Schema) -> pa.Schema:
    """Return the schema of the file for the schema in memory.

    Example:
        >>> schema = pa.schema([(n, pa.list_(pa.float32(), 8)) for n in ("waveform", "half_a")])
        >>> [str(one.type) for one in stored_schema(schema)]
        ['fixed_size_list<item: float>[8]', 'list<item: float>']
    """
    fields = [
        pa.field(one.name, pa.list_(pa.float32())) if _may_be_null(one.name) else one
        for one in schema
    ]
    return pa.schema(fields, metadata=schema.metadata)


def to_stored(batch: pa.RecordBatch) -> pa.RecordBatch:
    """Turn the columns of a batch of the schema into those of the file."""
    arrays = [
        _to_list(array) if _may_be_null(one.name) else array
        for one, array in zip(batch.schema, batch.columns, strict=True)
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=stored_schema(batch.schema))


def from_stored(batch: pa.RecordBatch, names: Iterable[str], schema: pa.Schema) -> pa.RecordBatch:
    """Turn columns of the file into those of the schema, in the order of ``names``.

    Raises:
        ValueError: a waveform of another length than the cohort's.
    """
    fields = [schema.field(name) for name in names]
    arrays = [
        to_fixed(batch.column(one.name), one.type) if _may_be_null(one.name)
        else batch.column(one.name)
        for one in fields
    ]  # fmt: skip
    return pa.RecordBatch.from_arrays(arrays, schema=pa.schema(fields, metadata=schema.metadata))


def to_fixed(array: pa.Array, wanted: pa.DataType) -> pa.FixedSizeListArray:
    """Turn a list column into a fixed-size one; without nulls its values are not copied.

    Raises:
        ValueError: a list of another length.
    """
    if array.type == wanted:
        return array
    size = wanted.list_size
    offsets = np.asarray(array.offsets)
    valid = np.asarray(array.is_valid())
    lengths = np.diff(offsets)
    if (lengths[valid] != size).any():
        row = int(np.argmax(valid & (lengths != size)))
        raise ValueError(f"a waveform of {lengths[row]} samples where {size} should be")
    values = array.flatten()
    if not valid.all():
        block = np.zeros((len(array), size), dtype=np.float32)
        block[valid] = values.to_numpy(zero_copy_only=False).reshape(-1, size)
        values = pa.array(block.ravel())
    mask = None if valid.all() else pa.array(~valid)
    return pa.FixedSizeListArray.from_arrays(values, type=wanted, mask=mask)


def _to_list(array: pa.FixedSizeListArray) -> pa.ListArray:
    size = array.type.list_size
    valid = np.asarray(array.is_valid())
    offsets = np.concatenate([[0], np.cumsum(valid * size)]).astype(np.int32)
    mask = None if valid.all() else pa.array(~valid)
    return pa.ListArray.from_arrays(pa.array(offsets), array.flatten(), mask=mask)


def _may_be_null(name: str) -> bool:
    return BY_NAME[name].kind == "waveform" and not BY_NAME[name].required
