"""The row of units that some programs write below the header: ``Time,Left`` / ``ms,uV``."""

from __future__ import annotations

from collections.abc import Sequence

from evoscope.abr.formats.csv_words import ENGLISH, plain
from evoscope.abr.formats.numbers import leading_number

VOLTS = {"uv": 1.0, "nv": 1e-3, "mv": 1e3, "v": 1e6}  # in microvolts
TIMES_MS = {
    **dict.fromkeys(("ms", "msec", "milliseconds"), 1.0),
    **dict.fromkeys(("s", "sec", "seconds"), 1000.0),
    **dict.fromkeys(("us", "usec", "microseconds"), 1e-3),
}
_LEVELS = ("db", "db spl", "db nhl", "db pespl", "db ppespl", "dbspl", "dbnhl")
_OTHERS = ("hz", "khz", "/s", "1/s")
_AGES = ("days", "weeks", "months", "years")
_UNITS = frozenset({*VOLTS, *TIMES_MS, *_LEVELS, *_OTHERS, *_AGES})
_KINDS = (set(TIMES_MS), set(VOLTS), {"hz", "khz"}, set(_AGES))


def unit_of(cell: str) -> str:
    """Return a unit as the tables of units have it: small, English, without its brackets.

    Example:
        >>> unit_of("[µV]"), unit_of("(Sekunden)")
        ('uv', 's')
    """
    text = plain(cell).strip().strip("()[]").strip()
    return ENGLISH.get(text, text)


def units_row(header: Sequence[str], cells: Sequence[str]) -> tuple[str, ...] | None:
    """Return the units of the row below a header; ``None`` where that row is none of units.

    It is one where nothing in it is a number and everything is a unit, or where the first unit is
    one of time: units that nothing is known of (``counts``) are refused where they matter.

    Example:
        >>> units_row(["Time", "80 dB"], ["(ms)", "(µV)"])
        ('ms', 'uv')
        >>> units_row(["Time", "80 dB"], ["0.1", "0.2"]) is None
        True
    """
    units = [unit_of(cell) for cell in cells[: len(header)]]
    said = [unit for unit in units if unit.strip("-")]
    if not said or any(leading_number(unit) and unit != "1/s" for unit in said):
        return None
    if units[0] not in TIMES_MS and not _UNITS.issuperset(said):
        return None
    blank = [""] * (len(header) - len(units))
    return (*(unit if unit.strip("-") else "" for unit in units), *blank)


def with_unit(name: str, unit: str) -> str:
    """Return a normalised column name with the unit that stands below it.

    Example:
        >>> with_unit("time", "ms"), with_unit("time_ms", "ms"), with_unit("level_db", "db spl")
        ('time_ms', 'time_ms', 'level_db_spl')
    """
    ending = unit.replace(" ", "_").replace("dbspl", "db_spl").replace("dbnhl", "db_nhl")
    if not ending.isidentifier() or name.endswith(f"_{ending}") or _disagree(name, unit):
        return name
    if ending.startswith("db_"):
        name = name.removesuffix("_db")
    return f"{name}_{ending}"


def check_units(names: Sequence[str], units: Sequence[str]) -> None:
    """Refuse a unit that is another than that in the header above it.

    Raises:
        ValueError: a column of two units.
    """
    for name, unit in zip(names, units, strict=False):
        if _disagree(name, unit):
            raise ValueError(
                f"a column should have one unit. Found {unit!r} below the header '{name}'"
            )


def _disagree(name: str, unit: str) -> bool:
    own = name.rpartition("_")[2]
    return own != unit and any(own in kind and unit in kind for kind in _KINDS)
