"""Messages from files: one a line, a field of JSON lines, or a column of a table."""

from __future__ import annotations

import csv
import io
import json
import sys
from pathlib import Path
from typing import Any

from evoscope.cli.usage_error import UsageError

STDIN = "-"
COLUMN = "text"
_LONGEST_FIELD = 2**27
"""Characters of a field of a table; Python's own limit is an eighth of a megabyte."""


def read_messages(path: Path, *, column: str = COLUMN) -> list[str]:
    """Read messages from a file, or from standard input where its name is ``-``.

    One a line; in ``.jsonl`` the field ``column`` of each object, or a string a line; in ``.csv``,
    ``.tsv`` and ``.parquet`` that column.

    Raises:
        UsageError: no such file, not UTF-8, or a row that has no text; its number is said, not its
            content.
    """
    if path.suffix == ".parquet":
        return _of_parquet(path, column)
    text = _content(path)
    if path.suffix == ".jsonl":
        # Not splitlines: a string may hold what some take for the end of a line.
        rows = text.split("\n")
        return [_of_line(row, i, column) for i, row in enumerate(rows, 1) if row.strip()]
    if path.suffix in (".csv", ".tsv"):
        return _of_table(text, column, "\t" if path.suffix == ".tsv" else ",")
    lines = text.replace("\r\n", "\n").split("\n")
    return lines[:-1] if lines[-1] == "" else lines


def _content(path: Path) -> str:
    name = "standard input" if str(path) == STDIN else str(path)
    try:
        content = sys.stdin.buffer.read() if str(path) == STDIN else path.read_bytes()
        return content.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"--file should be a text file in UTF-8. Found: {name}: {type(error).__name__}."
        ) from None


def _of_parquet(path: Path, column: str) -> list[str]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            found = column in file.schema_arrow.names
            values = file.read(columns=[column]).column(0).to_pylist() if found else []
    except (OSError, pa.ArrowException) as error:
        raise UsageError(
            f"--file should be a Parquet file. Found: {path}: {type(error).__name__}."
        ) from None
    if not found:
        raise UsageError(f"--file should have a column {column!r}. Name one with --column.")
    for row, value in enumerate(values):
        if not isinstance(value, str):
            raise UsageError(
                f"Every row should hold a text. Found {type(value).__name__} in row {row}. Leave "
                "it out, or name another column with --column."
            )
    return values


def _of_line(line: str, number: int, column: str) -> str:
    try:
        found: Any = json.loads(line)
    except ValueError:
        found = None
    text = found.get(column) if isinstance(found, dict) else found
    if not isinstance(text, str):
        raise UsageError(
            f'Every line should be {{"{column}": "..."}}. Found another in line {number}. Correct '
            "it, leave it out, or name the field with --column."
        )
    return text


def _of_table(content: str, column: str, delimiter: str) -> list[str]:
    before = csv.field_size_limit(_LONGEST_FIELD)
    try:
        rows = csv.DictReader(io.StringIO(content, newline=""), delimiter=delimiter)
        head = list(rows.fieldnames or ())
        if column not in head:
            raise UsageError(
                f"--file should have a column {column!r}. Found {head}. Name one with --column."
            )
        found = []
        for row in rows:
            text = row[column]
            if text is None:
                raise UsageError(
                    f"Every row should have the column {column!r}. Found a shorter one in line "
                    f"{rows.line_num}. Correct it."
                )
            found.append(text)
    except csv.Error as error:
        raise UsageError(f"--file should be a table. Found: {error}.") from None
    finally:
        csv.field_size_limit(before)
    return found
