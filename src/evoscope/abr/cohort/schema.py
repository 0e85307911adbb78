"""The one schema of a cohort: Arrow types of its columns, and the grid they share."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import pyarrow as pa

from evoscope.abr.cohort.columns import COLUMNS, Kind
from evoscope.abr.cohort.storage import stored_schema
from evoscope.abr.formats.errors import FormatError

SCHEMA_VERSION = 1
_KEY = b"evoscope.cohort"
_MOST_SAMPLES = 100_000
_TYPES: Mapping[Kind, pa.DataType] = {
    "text": pa.string(),
    "word": pa.string(),
    "number": pa.float64(),
    "count": pa.int64(),
    "flag": pa.bool_(),
}


@dataclass(frozen=True, kw_only=True)
class Grid:
    """The clock that all waveforms of a cohort share, and where the cohort came from.

    Attributes:
        n_samples: samples per waveform.
        sampling_rate_hz: sampling rate in Hz.
        onset_sample: index of stimulus onset; it may lie between samples.
        provenance: what made the cohort: JSON values under names.

    Raises:
        ValueError: a number that cannot be, or provenance that JSON cannot hold.

    Example:
        >>> Grid(n_samples=200, sampling_rate_hz=15_000.0, onset_sample=14.6).sampling_rate_hz
        15000.0
    """

    n_samples: int
    sampling_rate_hz: float
    onset_sample: float
    provenance: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not 1 <= self.n_samples <= _MOST_SAMPLES:
            raise ValueError(
                f"n_samples should be between 1 and {_MOST_SAMPLES}. Found {self.n_samples!r}."
            )
        if not 500.0 <= self.sampling_rate_hz <= 1e6:
            raise ValueError(
                "sampling_rate_hz should be between 500 and 1000000 Hz. "
                f"Found {self.sampling_rate_hz!r}. Give the rate in Hz, not in kHz."
            )
        if not (math.isfinite(self.onset_sample) and abs(self.onset_sample) <= 1e5):
            raise ValueError(
                "onset_sample should be the index of stimulus onset, within 100000 samples. "
                f"Found {self.onset_sample!r}."
            )
        try:
            json.dumps(dict(self.provenance), allow_nan=False)
        except (TypeError, ValueError) as error:
            raise ValueError(
                f"provenance should hold JSON values under names. Found: {error}."
            ) from error


def arrow_schema(grid: Grid) -> pa.Schema:
    """Return the Arrow schema of a cohort in memory, with the grid in its metadata.

    Example:
        >>> schema = arrow_schema(Grid(n_samples=200, sampling_rate_hz=15e3, onset_sample=14.6))
        >>> schema.field("half_a").type.list_size, str(schema.field("level_db").type)
        (200, 'double')
    """
    waveform = pa.list_(pa.float32(), grid.n_samples)
    fields = [
        pa.field(c.name, waveform if c.kind == "waveform" else _TYPES[c.kind]) for c in COLUMNS
    ]
    stated = {
        "schema_version": SCHEMA_VERSION,
        "n_samples": int(grid.n_samples),
        "sampling_rate_hz": float(grid.sampling_rate_hz),
        "onset_sample": float(grid.onset_sample),
        "provenance": dict(grid.provenance),
    }
    text = json.dumps(stated, sort_keys=True, allow_nan=False)
    return pa.schema(fields, metadata={_KEY: text.encode()})


def read_grid(schema: pa.Schema, path: Path) -> Grid:
    """Return the grid of a cohort file, after checking that it is one, of this version.

    Raises:
        FormatError: another kind of Parquet, another version, or wrong columns or types.
    """
    raw = (schema.metadata or {}).get(_KEY)
    if raw is None:
        raise FormatError(
            str(path),
            "",
            "A cohort should carry its schema in its metadata. Found another Parquet table.",
            "Write it with CohortWriter: copying a cohort with another program loses its schema.",
        )
    try:
        stated = json.loads(raw)
        version = stated["schema_version"]
        grid = Grid(
            n_samples=int(stated["n_samples"]),
            sampling_rate_hz=float(stated["sampling_rate_hz"]),
            onset_sample=float(stated["onset_sample"]),
            provenance=stated["provenance"],
        )
    except (ValueError, KeyError, TypeError) as error:
        raise FormatError(
            str(path),
            "metadata",
            f"It should state version, samples, rate and onset. Found {type(error).__name__}: "
            f"{str(error)[:100]}",
            "The file is damaged: make it again.",
        ) from error
    if version != SCHEMA_VERSION:
        raise FormatError(
            str(path),
            "metadata",
            f"The schema version should be {SCHEMA_VERSION}. Found {version!r}.",
            "Make the cohort again, or use the Evoscope that wrote it.",
        )
    wanted = stored_schema(arrow_schema(grid))
    check_names(schema.names, path)
    for one in wanted:
        found = schema.field(one.name).type
        if found != one.type:
            raise FormatError(
                str(path),
                f"column '{one.name}'",
                f"It should be of type {one.type}. Found {found}.",
                "Write the cohort with CohortWriter.",
            )
    return grid


def check_names(found: Iterable[str], path: Path) -> None:
    """Refuse a missing, unknown or repeated column name.

    Raises:
        FormatError: naming the columns, with a guess at what was meant.
    """
    given = list(found)
    wanted = [column.name for column in COLUMNS]
    unknown = [name for name in given if name not in wanted]
    if unknown:
        near = get_close_matches(unknown[0], wanted, n=1)
        hint = f"Did you mean '{near[0]}'?" if near else "Remove it: a cohort has fixed columns."
        raise FormatError(
            str(path), f"column '{unknown[0]}'", "It should be a column of the schema.", hint
        )
    missing = [name for name in wanted if name not in given]
    if missing:
        shown = ", ".join(missing[:8]) + (", ..." if len(missing) > 8 else "")
        raise FormatError(
            str(path),
            f"column '{missing[0]}'",
            f"Every column of the schema should be there. Missing: {shown}.",
            "State None for a column that is all null.",
        )
    repeated = sorted({name for name in given if given.count(name) > 1})
    if repeated:
        raise FormatError(
            str(path), f"column '{repeated[0]}'", "It should be there once.", "Remove the copy."
        )
