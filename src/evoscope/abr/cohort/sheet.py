"""A spreadsheet as rows of cells: CSV with any delimiter and encoding, or Excel."""

from __future__ import annotations

import csv
import io
import warnings
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pandas as pd

from evoscope.abr.formats.errors import FormatError

Cell = object
Row = list[Cell]

_MOST_BYTES = 1 << 30
_ZIP, _OLD_EXCEL = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_DELIMITERS = (";", "\t", ",")


def read_sheet(path: Path, *, sheet: str | None = None) -> Iterator[tuple[int, Row]]:
    """Yield the number (the first row is 1) and the cells of every row that is not blank.

    What kind of file it is, is judged by its first bytes: extensions lie. A CSV may be delimited
    by commas, semicolons or tabs, in UTF-8, UTF-16 with its mark, or Windows-1254 (Turkish).

    Args:
        path: the file.
        sheet: name of an Excel sheet; needed when there are several.

    Raises:
        FormatError: unreadable, not a table, several sheets and none named, or Excel without the
            extra that reads it.
    """
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise FormatError(
                str(path), "", "A table should be at most 1 GB. Found more.", "Split it by patient."
            )
        raw = path.read_bytes()
    except OSError as error:
        raise FormatError(
            str(path), "", f"The table should be readable. Found: {error.strerror or error}."
        ) from error
    if raw.startswith(_OLD_EXCEL):
        raise FormatError(
            str(path), "", "An Excel table should be .xlsx. Found an old .xls.", "Save it as .xlsx."
        )
    rows = _excel(path, raw, sheet) if raw.startswith(_ZIP) else _csv(path, raw)
    for number, row in rows:
        if any(not is_blank(cell) for cell in row):
            yield number, row


def is_blank(cell: Cell) -> bool:
    """Whether a cell is empty: nothing, spaces, or Excel's NaN.

    Example:
        >>> [is_blank(cell) for cell in (None, " ", float("nan"), 0, "-")]
        [True, True, True, False, False]
    """
    if isinstance(cell, str):
        return not cell.strip()
    return cell is None or cell is pd.NaT or (isinstance(cell, float) and cell != cell)


def _csv(path: Path, raw: bytes) -> Iterator[tuple[int, Row]]:
    text = _decode(raw)
    if "\0" in text:
        raise FormatError(
            str(path),
            "",
            "A table should be CSV or Excel. Found a binary file.",
            "Export it again.",
        )
    head = text.lstrip().split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    number = 0
    try:
        for number, row in enumerate(reader, start=1):
            yield number, list(row)
    except csv.Error as error:
        raise FormatError(
            str(path), f"row {number + 1}", f"It should be a row of cells. Found: {error}."
        ) from error


def _decode(raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        # What Excel writes on a Turkish Windows; the letters I differ from Latin-1's.
        return raw.decode("cp1254", "replace")


def _excel(path: Path, raw: bytes, sheet: str | None) -> Iterator[tuple[int, Row]]:
    if find_spec("openpyxl") is None:
        raise FormatError(
            str(path),
            "",
            "Reading Excel should find openpyxl. Found it not installed.",
            "Install it with: pip install 'evoscope[excel]'. Or save the sheet as CSV.",
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles that nobody reads here
            with pd.ExcelFile(io.BytesIO(raw), engine="openpyxl") as book:
                names = [str(name) for name in book.sheet_names]
                chosen = _choose(path, names, sheet)
                frame = book.parse(chosen, header=None, dtype=object)
    except FormatError:
        raise
    except Exception as error:  # the library raises what its own parsers raise
        raise FormatError(
            str(path),
            "",
            f"It should be a readable Excel file. Found {type(error).__name__}: {str(error)[:100]}",
            "Open it in Excel and save it again, or save the sheet as CSV.",
        ) from error
    # Without a header the frame begins in row 1; leading blank rows stay.
    for number, row in enumerate(frame.itertuples(index=False, name=None), start=1):
        yield number, list(row)


def _choose(path: Path, names: list[str], sheet: str | None) -> str:
    if sheet is None and len(names) == 1:
        return names[0]
    if sheet in names:
        return sheet
    shown = ", ".join(map(repr, names))
    found = f"{len(names)} and none named" if sheet is None else repr(sheet)
    raise FormatError(str(path), "", f"The sheet should be one of {shown}. Found {found}.")
