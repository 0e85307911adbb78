"""Fingerprints of a cohort: of the file's bytes, and of the table whatever the file's layout."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pyarrow as pa

from evoscope.abr.cohort.columns import COLUMNS, Column
from evoscope.abr.cohort.schema import SCHEMA_VERSION, Grid
from evoscope.abr.cohort.validation import valid_mask, waveform_matrix

_BLOCK_BYTES = 1 << 20


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, read a block at a time: what ``sha256sum`` prints.

    Example:
        >>> from tempfile import mkdtemp
        >>> path = Path(mkdtemp()) / "x"
        >>> _ = path.write_bytes(b"evoscope")
        >>> file_sha256(path)[:8]
        '3026639e'
    """
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            digest.update(block)
    return digest.hexdigest()


def table_sha256(batches: Iterable[pa.RecordBatch], grid: Grid) -> str:
    """Return the SHA-256 of a table's content: rows, columns, schema version and grid.

    Unlike the file's it does not depend on compression, row groups, the library's version or the
    provenance: the same rows in the same order give the same hash.
    """
    digests = {column.name: hashlib.sha256() for column in COLUMNS}
    for batch in batches:
        for column in COLUMNS:
            digest = digests[column.name]
            for part in _canonical(batch.column(column.name), column):
                digest.update(part)
    head = [SCHEMA_VERSION, grid.n_samples, float(grid.sampling_rate_hz), float(grid.onset_sample)]
    stated = [head, [[name, digest.hexdigest()] for name, digest in digests.items()]]
    return hashlib.sha256(json.dumps(stated).encode()).hexdigest()


def _canonical(array: pa.Array, column: Column) -> Iterable[bytes]:
    """Yield bytes that follow from the values alone; those of nulls are not values."""
    if column.kind in ("text", "word"):
        # JSON quotes, so that two texts cannot run into each other.
        yield "".join(json.dumps(value) + "\n" for value in array.to_pylist()).encode()
        return
    if column.kind == "waveform":
        rows = np.where(valid_mask(array)[:, None], waveform_matrix(array), np.float32(0))
        for row, valid in zip(rows.astype("<f4"), valid_mask(array), strict=True):
            yield b"\1" + row.tobytes() if valid else b"\0"
        return
    little = {"number": "<f8", "count": "<i8", "flag": "<u1"}[column.kind]
    valid = valid_mask(array)
    values = array.fill_null(False if column.kind == "flag" else 0).to_numpy(zero_copy_only=False)
    block = np.zeros(len(array), dtype=[("valid", "<u1"), ("value", little)])
    block["valid"], block["value"] = valid, values
    yield block.tobytes()
