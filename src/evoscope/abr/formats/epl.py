"""EPL Cochlear Function Test Suite (CFTS) text: a level sweep of ABR or CAP averages.

Header lines begin with ``:`` and hold ``NAME: value`` fields between tabs; ``:LEVELS:`` lists
the levels; after ``:DATA`` comes a matrix, rows = time, columns = levels, microvolts. Files are
Latin-1, have no extension, and end lines with CR LF or CR. They do not say how many rows there
should be, but end with an empty line: without it some may be lost.

The first sample is taken as stimulus onset: the format states none, so ``onset_source`` is
``assumed``. Levels are dB SPL. The subject is the file's name without its run number
(``ABR-52-3`` is run 3 of ``ABR-52``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.formats.errors import FormatError
from evoscope.abr.formats.numbers import (
    NotANumberError,
    field_count,
    field_number,
    frequency_hz,
    to_floats,
)
from evoscope.abr.formats.reader import Head, Reader
from evoscope.abr.formats.salvage import keep_good
from evoscope.abr.formats.text import head_text, load_text, numbered_lines, stem_of
from evoscope.abr.recording import Ear, Recording, Source, Stimulus, StimulusKind, Subject

NAME = "epl"
_CUT = "The file is cut short or damaged: copy it again from the recording computer."
_EARS: dict[str, Ear] = {"r": "right", "l": "left", "b": "both"}


def sniff(head: Head) -> bool:
    """Whether the first line is a CFTS run and levels follow."""
    text = head_text(head).lstrip()
    return text.startswith(":RUN-") and ":LEVELS:" in text


def read(path: Path) -> list[Recording]:
    """Read one recording per level.

    Raises:
        FormatError: no levels, no sampling interval, or a matrix that does not fit the levels.
    """
    text = load_text(path)
    lines = numbered_lines(text)
    fields, levels, run = _header(lines, path)
    matrix = _matrix(lines, path)
    kept, warnings = _columns(matrix, len(levels), path)
    if not text.endswith("\n\n"):
        warnings.append(
            "The file should end with an empty line, as CFTS writes it. Found none: it may be cut "
            f"short, its last value too. {len(matrix)} samples of each level were read."
        )
    period_us = field_number(_starting(fields, "SAMPLE"))
    if not period_us or period_us <= 0:
        raise FormatError(
            str(path),
            "header",
            f"'SAMPLE (usec)' should be positive. Found {_starting(fields, 'SAMPLE')!r}.",
            _CUT,
        )
    is_cap = stem_of(path).upper().startswith("CAP")
    if is_cap:
        warnings.append("A compound action potential (CAP), not an ABR: its waves are N1 and P1.")

    def job(column: int, level: float) -> tuple[str, Callable[[], Recording]]:
        return f"level {level:g} dB", lambda: Recording(
            waveform=matrix[:, column],
            sampling_rate_hz=1e6 / period_us,
            onset_sample=0.0,
            onset_source="assumed",
            stimulus=_stimulus(fields, level),
            subject=Subject(
                id=_subject(path, run),
                ear=_EARS.get(fields.get("SW EAR", "").strip().lower()[:1], "unknown"),
            ),
            source=Source(path=str(path), format=NAME, record=column),
            sweeps=field_count(fields.get("# AVERAGES")) or None,
            response="CAP" if is_cap else "ABR",
        )

    jobs = (job(c, level) for c, level in zip(kept, _levels_of(kept, levels), strict=True))
    return keep_good(str(path), jobs, warnings)


def _header(
    lines: Iterator[tuple[int, str]], path: Path
) -> tuple[dict[str, str], list[float], str]:
    """Return header fields, levels and run number; what is left of the lines is the matrix."""
    fields: dict[str, str] = {}
    levels: list[float] = []
    run = ""
    for number, line in lines:
        text = line.strip()
        if text.startswith(":DATA"):
            if not levels:
                reason = "':LEVELS:' should list levels. Found none."
                raise FormatError(str(path), "header", reason, _CUT)
            return fields, levels, run
        if text.startswith(":LEVELS:"):
            levels = _levels(text[len(":LEVELS:") :], path, number)
        elif text.startswith(":"):
            run = run or "".join(re.findall(r"^:RUN-(\w+)", text))
            for part in text[1:].split("\t"):
                name, colon, value = part.partition(":")
                if colon:
                    fields[name.strip().upper()] = value.strip()
        elif text:
            reason = f"Header lines should begin with ':'. Found {text[:40]!r}."
            raise FormatError(str(path), f"line {number}", reason, _CUT)
    raise FormatError(str(path), "", "A ':DATA' line should begin the matrix. Found none.", _CUT)


def _levels(text: str, path: Path, line: int) -> list[float]:
    try:
        levels = to_floats([token for token in text.split(";") if token.strip()])
    except NotANumberError as error:
        raise FormatError(str(path), f"line {line}", f"A level {error}.", _CUT) from None
    return [float(level) for level in levels]


def _matrix(lines: Iterator[tuple[int, str]], path: Path) -> NDArray[np.float32]:
    rows: list[NDArray[np.float32]] = []
    for number, line in lines:
        cells = line.split()
        if not cells:
            continue
        place = f"line {number}"
        if rows and len(cells) != rows[0].size:
            reason = f"A row should have {rows[0].size} values. Found {len(cells)}."
            raise FormatError(str(path), place, reason, _CUT)
        try:
            with np.errstate(over="ignore"):  # beyond float32 is infinite, and refused as such
                rows.append(to_floats(cells).astype(np.float32))
        except NotANumberError as error:
            raise FormatError(str(path), place, f"A value {error}.", _CUT) from None
    if not rows:
        raise FormatError(str(path), "", "Rows should follow ':DATA'. Found none.", _CUT)
    return np.stack(rows)


def _columns(matrix: NDArray[np.float32], n_levels: int, path: Path) -> tuple[list[int], list[str]]:
    """Return the columns that hold signals: input-output runs can leave columns of zeros."""
    filled = [int(c) for c in np.flatnonzero((matrix != 0).any(axis=0))]
    width = matrix.shape[1]
    if width != n_levels and len(filled) != n_levels:
        raise FormatError(
            str(path),
            "matrix",
            f"There should be one column per level ({n_levels}). Found {width}.",
            _CUT,
        )
    if not filled:
        raise FormatError(str(path), "matrix", "A signal should be there. Found only zeros.")
    empty = width - len(filled)
    warnings = [f"{empty} column(s) of zeros were left out (a known fault of CFTS)."]
    return filled, warnings if empty else []


def _levels_of(kept: list[int], levels: list[float]) -> list[float]:
    """Return the kept columns' levels: spare columns of zeros have none of their own."""
    return levels if len(kept) == len(levels) else [levels[column] for column in kept]


def _starting(fields: dict[str, str], prefix: str) -> str:
    # The unit in the name holds a micro sign in whatever encoding.
    return next((value for name, value in fields.items() if name.startswith(prefix)), "")


def _stimulus(fields: dict[str, str], level_db: float) -> Stimulus:
    stated = fields.get("SW FREQ", "")
    tone_hz = frequency_hz(stated, "kHz")
    kind: StimulusKind = "tone" if tone_hz else "click" if "click" in stated.lower() else "unknown"
    return Stimulus(
        kind=kind,
        frequency_hz=tone_hz,
        level_db=level_db,
        level_reference="SPL",
        rate_hz=field_number(_starting(fields, "REP RATE")) or None,
    )


def _subject(path: Path, run: str) -> str:
    stem = path.name if "." not in path.name else stem_of(path)
    ending = f"-{run}"
    return stem[: -len(ending)] if run and stem.endswith(ending) and stem != ending else stem


READER = Reader(NAME, sniff, read)
