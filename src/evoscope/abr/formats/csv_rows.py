"""Plain CSVs with a waveform per row."""

from __future__ import annotations

from pathlib import Path

from evoscope.abr.formats.csv_doubts import CUT, UnreadDifferences, ignored
from evoscope.abr.formats.csv_fields import KNOWN, Fields
from evoscope.abr.formats.csv_headers import column_condition
from evoscope.abr.formats.csv_layout import Layout, level_column
from evoscope.abr.formats.csv_recording import clock_of, recording_of, values_of
from evoscope.abr.formats.csv_table import Table
from evoscope.abr.formats.csv_words import is_summary
from evoscope.abr.formats.salvage import Job
from evoscope.abr.recording import Recording

_ABRA_MS = 10.0
_COUNTS = frozenset({"sweeps", "sweeps_rejected"})  # these may differ between averages of one ear
_SPARE_CELLS = 1000  # a spreadsheet pads rows; a row far longer than its header is not one


def jobs_of_rows(
    path: Path, table: Table, layout: Layout, scale: float
) -> tuple[list[Job], tuple[str, ...]]:
    """Return how to build each recording of a table with a waveform per row, and warnings.

    Raises:
        ValueError: levels of two references, or a record that has a half twice.
    """
    first = layout.samples[0]
    level = level_column(table.names)
    axis = clock_of(layout.times_ms) if layout.times_ms is not None else None
    described = [name for i, name in enumerate(table.names) if i < first]
    strange = [
        i
        for i, (name, header) in enumerate(zip(described, table.header, strict=False))
        if header.strip() and name not in KNOWN and (level is None or i != level[0])
    ]
    warnings = list(ignored([table.header[i] for i in strange], "Columns of an unknown name"))
    decisive = [i for i, name in enumerate(described) if i not in strange and name not in _COUNTS]
    differences = UnreadDifferences(table.header, decisive, strange)
    numbers = table.header[first].strip().isdigit()  # ABRA's samples are 0, 1, 2, not s0, s1, s2
    abra = set(described) == {"frequency_hz", "level_db"} and not table.preamble and numbers
    if abra and axis is None:
        axis = (len(layout.samples) * 1000.0 / _ABRA_MS, None)
        warnings.append("The table states no sampling rate: rows of 10 ms are assumed, as in ABRA.")
    where = {name: described.index(name) for name in ("record", "half") if name in described}
    naming = [
        i for i, name in enumerate(described) if name != "half" and (i == 0 or name == "subject")
    ]
    limit = len(table.header) + _SPARE_CELLS
    width = 0
    levels: set[str] = set()
    parts: dict[str, dict[str, str]] = {}
    for line_number, line in table.lines():
        if not first <= table.n_delimiters(line) < limit:
            continue  # a remark, or the last row of a cut file: no samples; or not a row at all
        if table.is_cut(line, width):
            warnings.append(CUT)
            continue
        cells = table.cells(line)
        width = len(cells)
        if parts and any(is_summary(cells[i]) for i in naming if i < len(cells)):
            warnings.append(f"Line {line_number} was left out: it sums up others.")
            continue
        differences.add(line_number, cells)
        levels.update(cells[level[0] : level[0] + 1] if level is not None else ())
        record, half = (cells[where[n]].strip() if n in where else "" for n in ("record", "half"))
        key = f"record {record}" if record and half else f"line {line_number}"
        name = _half(half) if half else "average"
        halves = parts.setdefault(key, {})
        if name in halves:
            raise ValueError(f"{key} should have each half once. Found {half!r} again")
        halves[name] = line

    if level is not None and level[1] is None:
        level = _with_one_reference(level, levels)

    def job(index: int, key: str) -> Job:
        def build() -> Recording:
            rows = {name: table.cells(line) for name, line in parts[key].items()}
            for row in rows.values():
                table.check_width(row)
            fields = _fields_of(next(iter(rows.values())), table, described, level)
            values = {
                name: values_of(cells[first : layout.samples[-1] + 1], table, scale)
                for name, cells in rows.items()
            }
            return recording_of(path, index, fields, values, axis)

        return key, build

    warnings += differences.doubts.values()
    return [job(index, key) for index, key in enumerate(parts)], tuple(warnings)


def _fields_of(
    cells: list[str], table: Table, described: list[str], level: tuple[int, str | None] | None
) -> Fields:
    """Return what a row states, over what the preamble states for the whole file."""
    fields = dict(table.preamble)
    stated = zip(described, cells, strict=False)
    fields |= {name: cell.strip() for name, cell in stated if name and cell.strip()}
    if "frequency_hz" in described:
        fields.setdefault("frequency_hz", "")  # a blank in a column of frequencies: a click
    if level is not None:
        fields["level_db"] = cells[level[0]].strip() if level[0] < len(cells) else ""
        if level[1]:
            fields.setdefault("level_reference", level[1])
    return fields


def _with_one_reference(level: tuple[int, str | None], cells: set[str]) -> tuple[int, str | None]:
    """Return the level column with the reference that its cells state: ``70 dB nHL``."""
    conditions = map(column_condition, cells)
    said = sorted({c.reference for c in conditions if c is not None and c.reference})
    if len(said) > 1:
        raise ValueError(f"levels should have one reference. Found {', '.join(said)}")
    return (level[0], said[0]) if said else level


def _half(text: str) -> str:
    """Return ``A``, ``B`` or ``average``."""
    word = text.lower()
    if word in ("a", "b"):
        return word.upper()
    if word in ("average", "avg", "mean"):
        return "average"
    raise ValueError(f"'half' should be A, B or average. Found {text[:20]!r}")
