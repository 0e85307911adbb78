"""The tables of an analysis: which columns, one row of what, and how they are written."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Sequence
from pathlib import Path

from evoscope.abr.findings import Document, Estimate, Findings, RecordingFindings
from evoscope.abr.report.names import series_names

Cell = str | int | float | bool | None
Row = Sequence[Cell]

COLUMNS: dict[str, tuple[str, ...]] = {
    "thresholds": (
        "file",
        "series",
        "subject",
        "ear",
        "species",
        "stimulus",
        "frequency_hz",
        "transducer",
        "threshold_db",
        "low_db",
        "high_db",
        "level_reference",
        "status",
        "loss_type",
        "loss_probability",
        "n_levels",
        "warnings",
    ),
    "waves": (
        "file",
        "series",
        "record",
        "level_db",
        "wave",
        "probability",
        "present",
        "latency_ms",
        "latency_low_ms",
        "latency_high_ms",
        "amplitude_uv",
        "amplitude_low_uv",
        "amplitude_high_uv",
    ),
    "intervals": (
        "file",
        "series",
        "record",
        "level_db",
        "name",
        "value",
        "low",
        "high",
        "norm_low",
        "norm_high",
        "flag",
    ),
    "recordings": (
        "file",
        "series",
        "record",
        "level_db",
        "sweeps",
        "noise_source",
        "residual_noise_nv",
        "fmp",
        "snr_db",
        "response_probability",
        "call",
        "warnings",
    ),
    "audiogram": (
        "subject",
        "ear",
        "frequency_hz",
        "hearing_level_db",
        "low_db",
        "high_db",
        "status",
        "correction_db",
        "note",
    ),
    "errors": ("file", "reason", "hint"),
    "skipped": ("file", "why"),
}


def write_tables(document: Document, folder: Path) -> None:
    """Write one CSV per table; ``audiogram.csv`` only where tone thresholds gave one."""
    rows = table_rows(document)
    for name, columns in COLUMNS.items():
        if name != "audiogram" or rows[name]:
            write_csv(folder / f"{name}.csv", columns, rows[name])


def write_csv(path: Path, columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Write a UTF-8 table: empty cells where nothing applies, text that no spreadsheet runs."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows([cell_text(cell) for cell in row] for row in rows)


def cell_text(cell: Cell) -> str:
    """Write a cell: six significant digits, ``true``/``false``, and a guard on formulas.

    A spreadsheet runs text that begins with ``=``, ``+``, ``-`` or ``@`` (a subject id may): such
    text gets a leading apostrophe. Numbers stay numbers.

    Example:
        >>> [cell_text(c) for c in ("=1+1", -0.25, None, True, 5.0, float("nan"))]
        ["'=1+1", '-0.25', '', 'true', '5', '']
    """
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return format(cell, ".6g") if math.isfinite(cell) else ""
    if isinstance(cell, int):
        return str(cell)
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell


def table_rows(document: Document) -> dict[str, list[Row]]:
    """Lay a document out as rows, one list per table of ``COLUMNS``."""
    rows: dict[str, list[Row]] = {name: [] for name in COLUMNS}
    for name, findings in zip(series_names(document.series), document.series, strict=True):
        for table, own in series_rows(name, findings).items():
            rows[table] += own
    for table, joint in joint_rows(document).items():
        rows[table] += joint
    return rows


def series_rows(name: str, findings: Findings) -> dict[str, list[Row]]:
    """Lay one series out as rows of the tables that have rows of a series.

    Args:
        name: of the series, which no other has.
        findings: of the series.
    """
    rows: dict[str, list[Row]] = {
        "thresholds": [_threshold_row(name, findings)],
        "waves": [],
        "intervals": [],
        "recordings": [],
    }
    for recording in findings.recordings:
        place: tuple[Cell, ...]
        place = (recording.path, name, recording.record, recording.level_db)
        rows["waves"] += _wave_rows(place, recording)
        rows["intervals"] += _interval_rows(place, recording)
        rows["recordings"].append(_recording_row(place, recording))
    for level in findings.levels:
        if level.pooled > 1:  # what the report shows: no single record, so an empty cell
            place = (findings.info.file, name, None, level.level_db)
            rows["waves"] += _wave_rows(place, level)
            rows["intervals"] += _interval_rows(place, level)
            rows["recordings"].append(_recording_row(place, level))
    return rows


def joint_rows(document: Document) -> dict[str, list[Row]]:
    """Lay out what a document says of several series, and of files: rows that follow the others."""
    return {
        "intervals": _interaural_rows(document),
        "audiogram": [
            (
                point.subject,
                point.ear,
                point.frequency_hz,
                *_ends(point.hearing_level),
                point.status,
                point.correction_db,
                point.note,
            )
            for point in document.audiogram
        ],
        "errors": [(e.file, e.reason, e.hint) for e in document.errors],
        "skipped": [(s.file, s.why) for s in document.skipped],
    }


def _ends(estimate: Estimate | None) -> tuple[Cell, Cell, Cell]:
    return (None, None, None) if estimate is None else (estimate.value, estimate.low, estimate.high)


def _threshold_row(name: str, findings: Findings) -> Row:
    info, threshold, loss = findings.info, findings.threshold, findings.loss_type
    return (
        *(info.file, name, info.subject, info.ear, info.species, info.stimulus),
        *(info.frequency_hz, info.transducer),
        *(threshold.value_db, threshold.low_db, threshold.high_db, threshold.level_reference),
        *(threshold.status, loss.name, loss.probability, len(findings.levels_db)),
        " | ".join(findings.warnings),
    )


def _wave_rows(place: tuple[Cell, ...], recording: RecordingFindings) -> list[Row]:
    return [
        (
            *place,
            wave.name,
            wave.probability,
            wave.present,
            *_ends(wave.latency_ms),
            *_ends(wave.amplitude_uv),
        )
        for wave in recording.waves
    ]


def _interval_rows(place: tuple[Cell, ...], recording: RecordingFindings) -> list[Row]:
    return [
        (*place, i.name, *_ends(i.estimate), i.norm_low, i.norm_high, i.flag)
        for i in recording.intervals
    ]


def _recording_row(place: tuple[Cell, ...], recording: RecordingFindings) -> Row:
    return (
        *place,
        *(recording.sweeps, recording.noise_source, recording.residual_noise_nv, recording.fmp),
        *(recording.snr_db, recording.response_probability, recording.call),
        " | ".join(recording.warnings),
    )


def _interaural_rows(document: Document) -> list[Row]:
    """Rows of two series each: their files and names joined, no single record."""
    files = {one.info.name: one.info.file for one in document.series}
    return [
        (
            " ; ".join(files[s] for s in (i.right_series, i.left_series) if s in files),
            f"{i.right_series} ; {i.left_series}",
            None,
            *(i.level_db, "interaural V", *_ends(i.estimate), i.norm_low, i.norm_high, i.flag),
        )
        for i in document.interaural
    ]
