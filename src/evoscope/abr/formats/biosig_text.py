"""TDT BioSig ASCII export (``.txt``): groups of records, one volt value a line."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np

from evoscope.abr.formats.errors import FormatError
from evoscope.abr.formats.numbers import (
    field_count,
    field_number,
    frequency_hz,
    leading_number,
    to_floats,
)
from evoscope.abr.formats.reader import Head, Reader
from evoscope.abr.formats.salvage import keep_good
from evoscope.abr.formats.text import head_text, lines_of, load_text, stem_of
from evoscope.abr.recording import Ear, Recording, Source, Stimulus, StimulusKind, Subject

NAME = "biosig_text"
_GROUP = "ABR Group Header"
_RECORD = "Record Number:"
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
    lines = lines_of(load_text(path))
    group: Fields = {}
    jobs: list[Job] = []
    warnings: list[str] = []
    starts = [i for i, line in enumerate(lines) if _GROUP in line or _RECORD in line]
    announced = 0
    for start, stop in zip(starts, [*starts[1:], len(lines)], strict=True):
        block = lines[start:stop]
        if _GROUP in block[0]:
            group = _fields(block)
            announced += field_count(group.get("records")) or 0
        else:
            jobs.append(_job(path, len(jobs), group, block))
    if len(jobs) < announced:
        warnings.append(
            f"The group headers announce {announced} records, {len(jobs)} are there: the file may "
            "have been cut short."
        )
    if not jobs:
        raise FormatError(str(path), "", "A group should have records. Found none.", _CUT)
    return keep_good(str(path), jobs, warnings)


def _fields(lines: list[str]) -> Fields:
    fields: Fields = {}
    for line in lines:
        # Variables are "Level = 90 dB", all else is "No. Points: 292".
        name, mark, value = line.partition("=" if " = " in line else ":")
        if mark and name.strip():
            fields.setdefault(name.strip().lower(), value.strip())
    return fields


def _job(path: Path, index: int, group: Fields, block: list[str]) -> Job:
    first = next((i for i, line in enumerate(block) if _is_number(line)), len(block))
    last = next((i for i, line in enumerate(block) if i > first and not _is_number(line)), None)
    header, samples = _fields(block[:first]), block[first:last]
    return f"record {index}", lambda: _recording(path, index, group, header, samples)


def _is_number(line: str) -> bool:
    return bool(line) and (line[0] in "-+.0123456789" or line.lower() in ("nan", "inf"))


def _recording(
    path: Path, index: int, group: Fields, header: Fields, samples: list[str]
) -> Recording:
    points = field_count(header.get("no. points"))
    if points is None or points != len(samples):
        raise ValueError(
            f"'No. Points' ({header.get('no. points')}) should be the number of samples. "
            f"Found {len(samples)}."
        )
    duration_ms = field_number(header.get("aqu. duration"))
    if not duration_ms or duration_ms <= 0:
        raise ValueError(
            f"'Aqu. Duration' should be positive. Found {header.get('aqu. duration')!r}."
        )
    volts = to_floats(samples, decimal_comma=any("," in sample for sample in samples[:50]))
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
