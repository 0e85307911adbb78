"""The level-calibration file: what the device says, and what a meter measured."""

from __future__ import annotations

import csv
import math
from pathlib import Path

from evoscope.cli.usage_error import UsageError

COLUMNS = ("nominal_db", "actual_db")


def read_calibration(path: Path) -> dict[float, float]:
    r"""Read ``nominal_db,actual_db`` rows.

    Raises:
        UsageError: a missing file or column, a value that is no number, a level given twice.

    Example:
        >>> import tempfile
        >>> file = Path(tempfile.mkdtemp()) / "levels.csv"
        >>> _ = file.write_text("nominal_db,actual_db\n80,77.5\n70,68\n")
        >>> read_calibration(file)
        {80.0: 77.5, 70.0: 68.0}
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"--calibration should be a readable CSV file. Found {error}.") from None
    rows = csv.DictReader(text.splitlines())
    if rows.fieldnames is None or not set(COLUMNS) <= set(rows.fieldnames):
        raise UsageError(
            f"{path} should have the columns {' and '.join(COLUMNS)}. Found {rows.fieldnames}."
        )
    levels: dict[float, float] = {}
    for row in rows:
        nominal, actual = (_number(row[name], path, rows.line_num) for name in COLUMNS)
        if nominal in levels:
            raise UsageError(f"{path} should give each level once. Found {nominal:g} dB twice.")
        levels[nominal] = actual
    if not levels:
        raise UsageError(f"{path} should have at least one row. Found only the header.")
    return levels


def _number(text: str | None, path: Path, line: int) -> float:
    try:
        value = float(text or "")
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise UsageError(f"{path}, line {line}: a level in dB should be a number. Found {text!r}.")
    return value
