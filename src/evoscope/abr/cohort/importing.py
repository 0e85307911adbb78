"""Imports a clinic's own table: a row per recording, labels and samples side by side."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from evoscope.abr.cohort.batch import to_batch
from evoscope.abr.cohort.cells import (
    EARS,
    POLARITIES,
    SEXES,
    identifier,
    is_missing,
    number,
    word,
)
from evoscope.abr.cohort.classes import parse_class
from evoscope.abr.cohort.columns import COLUMNS, LOUDEST_UV
from evoscope.abr.cohort.filters import FilterCount, Filters
from evoscope.abr.cohort.headers import Headers, read_headers
from evoscope.abr.cohort.order import PatientOrder
from evoscope.abr.cohort.schema import Grid
from evoscope.abr.cohort.sheet import Cell, Row, read_sheet
from evoscope.abr.cohort.validation import first_fault
from evoscope.abr.cohort.writer import CohortWriter
from evoscope.abr.findings import WAVES
from evoscope.abr.formats.errors import FormatError
from evoscope.abr.recording import LevelReference, Species, StimulusKind, Transducer


@dataclass(frozen=True, eq=False)
class ImportedTable:
    """What an import made of a table.

    Attributes:
        rows: the recordings kept, as a batch of the cohort schema, patient by patient. A
            recording's ``record`` is its row in the table (the header is row 1).
        grid: the clock of the waveforms, and where they came from.
        n_read: rows of the table.
        filters: what each filter kept and removed, in the order they were applied.
        ignored: columns of the table that were not used.
    """

    rows: pa.RecordBatch
    grid: Grid
    n_read: int
    filters: tuple[FilterCount, ...]
    ignored: tuple[str, ...]

    def save(self, path: str | Path, *, overwrite: bool = False) -> Path:
        """Write the recordings as a cohort.

        Raises:
            FormatError: no recording was kept, or the path cannot be written.
        """
        with CohortWriter(
            path,
            n_samples=self.grid.n_samples,
            sampling_rate_hz=self.grid.sampling_rate_hz,
            onset_sample=self.grid.onset_sample,
            provenance=self.grid.provenance,
            overwrite=overwrite,
        ) as writer:
            writer.append(self.rows)
        return writer.path


@dataclass(frozen=True)
class _Parsed:
    """One row of the table."""

    number: int
    values: Mapping[str, Any]
    samples: NDArray[np.float32] | None


def import_table(
    path: str | Path,
    *,
    sampling_rate_hz: float,
    onset_sample: float,
    species: Species = "human",
    stimulus: StimulusKind = "unknown",
    frequency_hz: float | None = None,
    level_reference: LevelReference = "unknown",
    transducer: Transducer = "unknown",
    filters: Filters | None = None,
    sheet: str | None = None,
) -> ImportedTable:
    """Import a CSV or Excel table with one recording a row.

    Its columns: ``Patient_ID, Age, Intensity, Stimulus Rate, FMP, ResNo, Stimulus Polarity,
    Sweeps Rejected, Hear_Loss``, ``I/III/V Latancy`` and ``Amplitude``, samples in uV in columns
    ``1..N``; also ``Ear``, ``Sex``, ``Sweeps`` and waves II and IV where there are. Spelling may
    vary in case, spaces, underscores and units in brackets. Classes are in English or Turkish. A
    decimal comma counts; a blank, ``-`` or ``NA`` is null. Ages are years, ResNo nV. A wave
    without latency and amplitude is one that the clinician did not mark.

    A patient's recordings of one ear, rate and class are a series. Marked waves go into the
    ``marked`` columns: of the truth a table knows the class alone.

    Args:
        path: the table.
        sampling_rate_hz: of the samples; a table does not state it.
        onset_sample: index of stimulus onset in a row of samples, counted from 0.
        species: of all rows.
        stimulus: of all rows.
        frequency_hz: of tones.
        level_reference: of the intensities.
        transducer: of all rows.
        filters: which rows to keep; by default alternating polarity and fewer than 100 rejected
            sweeps. A row without any sample is removed first, and counted.
        sheet: name of the Excel sheet, when there are several.

    Raises:
        FormatError: with row and column, a cell that cannot be; a column that is missing.
        ValueError: a sampling rate or onset that cannot be.
    """
    where = Path(path)
    rows = read_sheet(where, sheet=sheet)
    number_of_header, header = next(rows, (1, []))
    try:
        headers = read_headers(header)
    except ValueError as error:
        raise FormatError(str(where), f"row {number_of_header}", str(error)) from error
    parsed = [_parse(where, number, row, headers) for number, row in rows]
    kept, counts = _filter(parsed, filters or Filters())
    grid = Grid(
        n_samples=len(headers.samples),
        sampling_rate_hz=sampling_rate_hz,
        onset_sample=onset_sample,
        provenance={
            "imported_from": where.name,
            "filters": [[c.rule, c.kept, c.removed] for c in counts],
        },
    )
    constant = {
        "species": species,
        "stimulus": stimulus,
        "frequency_hz": frequency_hz,
        "level_reference": level_reference,
        "transducer": transducer,
        "synthetic": False,
        "weight": 1.0,
    }
    # Patients in order of appearance, each in one piece.
    appeared: dict[str, int] = {}
    for one in kept:
        appeared.setdefault(one.values["patient_id"], len(appeared))
    kept.sort(key=lambda one: appeared[one.values["patient_id"]])
    batch = to_batch(_columns(kept, constant, grid), grid, path=where)
    fault = first_fault(batch, grid) or PatientOrder().fault(batch)
    if fault:
        column = f"column '{headers.name_of(fault.column)}'"
        place = column if fault.row is None else f"row {kept[fault.row].number}, {column}"
        raise FormatError(str(where), place, fault.reason, fault.hint)
    return ImportedTable(batch, grid, len(parsed), counts, headers.ignored)


def _class(cell: Cell) -> str | None:
    return None if is_missing(cell) else parse_class(str(cell))


def _count(cell: Cell) -> int | None:
    value = number(cell)
    if value is not None and not (value.is_integer() and 0 <= value < 1e12):
        raise ValueError(f"It should be a whole number, or blank. Found {str(cell)[:40]!r}.")
    return None if value is None else int(value)


_PARSERS: Mapping[str, Callable[[Cell], Any]] = {
    "patient_id": identifier,
    "loss_type": _class,
    "sweeps": _count,
    "polarity": partial(word, vocabulary=POLARITIES),
    "ear": partial(word, vocabulary=EARS),
    "sex": partial(word, vocabulary=SEXES),
}


def _parse(path: Path, row_number: int, row: Row, headers: Headers) -> _Parsed:
    spare = [cell for cell in row[len(headers.names) :] if not is_missing(cell)]
    if spare:
        raise FormatError(
            str(path),
            f"row {row_number}",
            f"It should have at most {len(headers.names)} cells, as the header has. "
            f"Found {spare[0]!r:.40} beyond them.",
            "A decimal comma in a table that commas delimit needs quotes, or semicolons.",
        )
    cells = row + [None] * (len(headers.names) - len(row))
    values: dict[str, Any] = {}
    for field, index in headers.fields.items():
        try:
            values[field] = _PARSERS.get(field, number)(cells[index])
        except ValueError as error:
            raise _at(path, row_number, headers.names[index], str(error)) from error
    return _Parsed(row_number, values, _samples(path, row_number, cells, headers))


def _samples(
    path: Path, row_number: int, cells: Row, headers: Headers
) -> NDArray[np.float32] | None:
    given: list[Any] = [cells[index] for index in headers.samples]
    values = _fast(given)
    if values is None:
        read: list[float | None] = []
        for index, cell in zip(headers.samples, given, strict=True):
            try:
                read.append(number(cell))
            except ValueError as error:
                raise _at(path, row_number, headers.names[index], str(error)) from error
        if all(value is None for value in read):
            return None
        if None in read:
            raise _at(
                path,
                row_number,
                headers.names[headers.samples[read.index(None)]],
                "A waveform should have every sample, or none. Found a gap.",
                "Fill it, or clear the row's samples: then the row is left out and counted.",
            )
        values = np.array(read, dtype=np.float64)
    inside = np.abs(values) <= LOUDEST_UV
    if not inside.all():
        sample = int(np.argmin(inside))
        raise _at(
            path,
            row_number,
            headers.names[headers.samples[sample]],
            f"A sample should be within {LOUDEST_UV:g} uV. Found {values[sample]:g}.",
            "Give waveforms in uV.",
        )
    return values.astype(np.float32)


def _fast(given: Sequence[Any]) -> NDArray[np.float64] | None:
    """Read plain numbers at once: ``None`` where a cell is anything else, and has to be looked at.

    ``float`` takes more than a table should hold: ``1_000``, digits of other scripts, truth values.
    """
    text = "".join(cell for cell in given if isinstance(cell, str))
    if not text.isascii() or "_" in text or bool in set(map(type, given)):
        return None
    try:
        values = np.array([float(cell) for cell in given])
    except (TypeError, ValueError, OverflowError):
        return None
    return None if np.isnan(values).any() else values


def _at(path: Path, row_number: int, column: str, reason: str, hint: str = "") -> FormatError:
    return FormatError(str(path), f"row {row_number}, column '{column}'", reason, hint)


def _filter(
    parsed: list[_Parsed], filters: Filters
) -> tuple[list[_Parsed], tuple[FilterCount, ...]]:
    recorded = [one for one in parsed if one.samples is not None]
    lost = len(parsed) - len(recorded)
    keep, counts = filters.apply(
        polarity=[one.values["polarity"] for one in recorded],
        sweeps_rejected=_floats(recorded, "sweeps_rejected"),
        fmp=_floats(recorded, "fmp"),
    )
    first = FilterCount("a waveform", len(recorded), lost, lost)
    return [one for one, kept in zip(recorded, keep, strict=True) if kept], (first, *counts)


def _floats(rows: list[_Parsed], field: str) -> NDArray[np.float64]:
    return np.array([one.values[field] for one in rows], dtype=np.float64)  # None becomes NaN


def _columns(kept: list[_Parsed], constant: Mapping[str, Any], grid: Grid) -> dict[str, Any]:
    columns: dict[str, Any] = {column.name: None for column in COLUMNS}
    columns |= {name: [value] * len(kept) for name, value in constant.items()}
    for name in columns.keys() & (kept[0].values.keys() if kept else set()):
        columns[name] = [one.values[name] for one in kept]
    for name in ("ear", "sex"):
        columns[name] = columns[name] or ["unknown"] * len(kept)
    for wave in WAVES:
        measures = [columns[f"marked_{wave}_{unit}"] for unit in ("latency_ms", "amplitude_uv")]
        if any(measures):
            columns[f"marked_{wave}_present"] = [
                any(measure is not None and measure[i] is not None for measure in measures)
                for i in range(len(kept))
            ]
    columns["record"] = [one.number for one in kept]
    columns["series_id"] = [
        " ".join(
            (
                columns["patient_id"][i],
                columns["ear"][i],
                "?/s" if columns["rate_hz"][i] is None else f"{columns['rate_hz'][i]:.1f}/s",
                columns["loss_type"][i] or "unlabelled",
            )
        )
        for i in range(len(kept))
    ]
    block = np.zeros((len(kept), grid.n_samples), dtype=np.float32)
    for i, one in enumerate(kept):
        block[i] = one.samples
    columns["waveform"] = block
    for name in ("sampling_rate_hz", "onset_sample"):
        columns[name] = [getattr(grid, name)] * len(kept)
    return columns
