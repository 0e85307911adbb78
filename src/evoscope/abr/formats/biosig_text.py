"""TDT BioSig ASCII export (``.txt``): groups of records, one volt value a line."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.formats.errors import FormatError
from evoscope.abr.formats.numbers import (
    field_count,
    field_number,
    frequency_hz,
    leading_number,
)
from evoscope.abr.formats.reader import Head, Reader
from evoscope.abr.formats.salvage import keep_good
from evoscope.abr.formats.text import head_text, load_text, numbered_lines, stem_of
from evoscope.abr.recording import Ear, Recording, Source, Stimulus, StimulusKind, Subject

NAME = "biosig_text"
_GROUP = "ABR Group Header"
_BLOCK = re.compile(rf"^(?:{_GROUP}|[ \t]*Record Number:)", re.M)
_MAX_HEADER_LINES = 200
_CUT = "The file is cut short: export it again from BioSig."

Fields = dict[str, str]
Job = tuple[str, Callable[[], Recording]]


def sniff(head: Head) -> bool:
    """Whether the first line is a group header of BioSig."""
    return head_text(head).lstrip().startswith(_GROUP)


def read(path: Path) -> list[Recording]:
    """Read every record of every group.

    Raises:
        FormatError: no complete record.
    """
    text = load_text(path)
    group: Fields = {}
    jobs: list[Job] = []
    warnings: list[str] = []
    announced = 0
    starts = [match.start() for match in _BLOCK.finditer(text)]
    for start, stop in itertools.pairwise([*starts, len(text)]):
        if text.startswith(_GROUP, start):
            group = _fields(_header_lines(text[start:stop]))
            announced += field_count(group.get("records")) or 0
        else:
            jobs.append(_job(path, len(jobs), group, text, start, stop))
    if len(jobs) < announced:
        warnings.append(
            f"The group headers announce {announced} records, {len(jobs)} are there: the file may "
            "have been cut short."
        )
    if not jobs:
        raise FormatError(str(path), "", "A group should have records. Found none.", _CUT)
    return keep_good(str(path), jobs, warnings)


def _header_lines(block: str) -> list[str]:
    """Return the lines before the first sample."""
    lines = (line for _, line in itertools.islice(numbered_lines(block), _MAX_HEADER_LINES))
    return list(itertools.takewhile(lambda line: not _is_number(line), lines))


def _fields(lines: list[str]) -> Fields:
    fields: Fields = {}
    for line in lines:
        # Variables are "Level = 90 dB", all else is "No. Points: 292".
        name, mark, value = line.partition("=" if " = " in line else ":")
        if mark and name.strip():
            fields.setdefault(name.strip().lower(), value.strip())
    return fields


def _job(path: Path, index: int, group: Fields, text: str, start: int, stop: int) -> Job:
    def build() -> Recording:
        block = text[start:stop]
        header = _header_lines(block)
        volts = _samples(block, len(header))
        return _recording(path, index, group, _fields(header), volts)

    return f"record {index}", build


def _is_number(line: str) -> bool:
    return bool(line) and (line[0] in "-+.0123456789" or line.lower() in ("nan", "inf"))


def _samples(block: str, n_header: int) -> NDArray[np.float64]:
    """Return the numbers below the header, up to the first line that is none."""
    rows = itertools.islice((line for _, line in numbered_lines(block)), n_header, None)
    numbers = itertools.takewhile(_is_number, rows)
    try:
        # A Windows of continental Europe writes decimal commas.
        return np.fromiter((float(line.replace(",", ".")) for line in numbers), np.float64)
    except ValueError as error:
        raise ValueError(f"A sample should be a number. Found: {error}.") from None


def _recording(
    path: Path, index: int, group: Fields, header: Fields, volts: NDArray[np.float64]
) -> Recording:
    points = field_count(header.get("no. points"))
    if points is None or points != volts.size:
        raise ValueError(
            f"'No. Points' ({header.get('no. points')}) should be the number of samples. "
            f"Found {volts.size}."
        )
    duration_ms = field_number(header.get("aqu. duration"))
    if not duration_ms or duration_ms <= 0:
        raise ValueError(
            f"'Aqu. Duration' should be positive. Found {header.get('aqu. duration')!r}."
        )
    rate_hz = points / (duration_ms / 1000.0)
    with np.errstate(over="ignore"):  # beyond float32 is infinite, and refused as such
        microvolts = (volts * 1e6).astype(np.float32)
    return Recording(
        waveform=microvolts,
        sampling_rate_hz=rate_hz,
        onset_sample=(field_number(header.get("onset delay")) or 0.0) * rate_hz / 1000.0,
        stimulus=_stimulus(group, header),
        subject=Subject(id=group.get("subject id") or stem_of(path), ear=_ear(group)),
        source=Source(path=str(path), format=NAME, record=index),
        sweeps=field_count(header.get("no. averages")) or None,
        sweeps_rejected=field_count(header.get("no. artifacts")),
    )


def _stimulus(group: Fields, header: Fields) -> Stimulus:
    level_db = field_number(header.get("level"))
    if level_db is None:
        raise ValueError(f"A variable 'Level' should be there. Found {header.get('level')!r}.")
    tone_hz = frequency_hz(header.get("freq") or header.get("frequency"))
    duration = leading_number(header.get("duration", ""))
    in_ms = duration is not None and duration[0] > 0 and duration[1].lower() == "ms"
    return Stimulus(
        kind=_kind(tone_hz, group),
        frequency_hz=tone_hz,
        level_db=level_db,
        # The file says only dB; BioSig's calibrations are in dB SPL.
        level_reference="SPL",
        duration_ms=duration[0] if duration is not None and in_ms else None,
    )


def _kind(tone_hz: float | None, group: Fields) -> StimulusKind:
    signal = group.get("siggen file #1", "").lower()
    if tone_hz:
        return "tone"
    if "chirp" in signal:
        return "chirp"
    return "unknown" if "noise" in signal else "click"


def _ear(group: Fields) -> Ear:
    text = " ".join(group.get(name, "") for name in ("subject id", "reference #1", "reference #2"))
    left, right = (re.search(rf"\b{word}\b", text, re.I) for word in ("left", "right"))
    if bool(left) == bool(right):
        return "unknown"
    return "left" if left else "right"


READER = Reader(NAME, sniff, read)
