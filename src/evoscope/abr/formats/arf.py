"""TDT BioSigRZ and BioSigRP binary files (``.arf``).

The samples are float32 volts that still carry the record's ``Gain``: microvolts are
``volts * 1e6 * Gain``, as BioSig's own CSV export of such a file shows. Frequency and level are
variables found by their *name*: a click file has no frequency and keeps the level first.
"""

from __future__ import annotations

import math
import re
import struct
from pathlib import Path

import numpy as np

from evoscope.abr.formats import arf_layout
from evoscope.abr.formats.arf_layout import Group, RecordHeader
from evoscope.abr.formats.errors import FormatError
from evoscope.abr.formats.reader import Head, Reader, read_bytes
from evoscope.abr.recording import Ear, Recording, Source, Stimulus, StimulusKind, Subject

NAME = "arf"
# 2,000 records of 65,535 points: the largest file the format can address.
_MAX_BYTES = 600_000_000
_LARGEST_UV = 1e6  # more is a damaged sample; NaN is no less
_LEFT, _RIGHT = re.compile(r"\bleft\b", re.I), re.compile(r"\bright\b", re.I)


def sniff(head: Head) -> bool:
    """Whether the counts and the first group offset are those of a BioSig file.

    The extension decides nothing, but a cut file is recognised by it, so that the user hears
    what is wrong with it.
    """
    data = head.data
    if len(data) < 6 + 4 * arf_layout.MAX_GROUPS + 8:
        return head.path.suffix.lower() == ".arf" and len(data) > 0 and b"\0" in data
    _, n_groups, n_records = struct.unpack_from("<3h", data, 0)
    first_group, first_record = (
        struct.unpack_from("<i", data, at)[0] for at in (6, 6 + 4 * arf_layout.MAX_GROUPS)
    )
    return bool(
        1 <= n_groups <= arf_layout.MAX_GROUPS
        and 1 <= n_records <= arf_layout.MAX_RECORDS
        # The header is followed at once by the first group (one spare byte in BioSigRZ).
        and arf_layout.HEADER_BYTES <= first_group <= arf_layout.HEADER_BYTES + 64
        and first_record > first_group
    )


def read(path: Path) -> list[Recording]:
    """Read every averaged record of a BioSig file.

    Raises:
        FormatError: not a BioSig file, no level variable, or no usable record.
    """
    data = read_bytes(path, _MAX_BYTES)
    group_starts, record_starts = arf_layout.offsets(data, str(path))
    layout = arf_layout.choose_layout(data, record_starts)
    groups = arf_layout.read_groups(data, group_starts, layout)
    if not groups:
        raise FormatError(
            str(path),
            "group 1",
            f"A group header should lie inside the file. Found offset {group_starts[0]} in "
            f"{len(data)} bytes.",
            "The file is cut or damaged: copy it again from the recording computer.",
        )
    headers, warnings = arf_layout.read_records(data, record_starts, layout)
    several_channels = len({header.channel for header in headers}) > 1
    recordings: list[Recording] = []
    for header in headers:
        result = _recording(path, data, header, groups, several_channels)
        if isinstance(result, Recording):
            recordings.append(result)
        else:
            warnings.append(f"Record {header.index + 1} {result}; it was left out.")
    if not recordings:
        raise FormatError(
            str(path),
            f"{len(record_starts)} records",
            f"At least one usable record should be there. Found none. {' '.join(warnings[:3])}",
            "Open the file in BioSig and export it again, or remove it.",
        )
    return [_warned(recording, warnings) for recording in recordings]


def _recording(
    path: Path, data: bytes, header: RecordHeader, groups: list[Group], several_channels: bool
) -> Recording | str:
    """Build one recording, or say in a clause why it cannot be one."""
    group = _group_of(header.index, groups)
    variables = _variables(header, group)
    if "level" not in variables:
        named = ", ".join(name for name in group.names if name.strip(".")) or "none"
        return f"should have a variable named Level. Found {named}"
    volts = np.frombuffer(data, "<f4", header.n_points, header.start)
    with np.errstate(over="ignore", invalid="ignore"):
        microvolts = (volts.astype(np.float64) * (1e6 * header.gain)).astype(np.float32)
    if not np.abs(microvolts).max() <= _LARGEST_UV:
        return f"should hold samples below 1 V. Found {np.abs(microvolts).max():g} uV"
    if np.ptp(microvolts) == 0:
        return f"should hold a signal. Found the constant {microvolts[0]:g} uV"
    subject = group.id or path.stem
    rate_hz = 1e6 / header.period_us
    try:
        return Recording(
            waveform=microvolts,
            sampling_rate_hz=rate_hz,
            onset_sample=header.onset_delay_ms * rate_hz / 1000.0,
            stimulus=_stimulus(variables, group),
            subject=Subject(
                # Channels are different electrodes: they must not meet as replicates.
                id=f"{subject} channel {header.channel}" if several_channels else subject,
                ear=_ear(group),
            ),
            source=Source(path=str(path), format=NAME, record=header.index),
            sweeps=header.n_averages if header.n_averages > 0 else None,
            sweeps_rejected=header.n_artefacts if header.n_artefacts >= 0 else None,
        )
    except ValueError as error:
        return f"cannot be: {error}".rstrip(".")


def _group_of(index: int, groups: list[Group]) -> Group:
    # The record's own group number is 0 throughout in real files; the groups' ranges are right.
    for group in groups:
        if group.first_record <= index < group.first_record + group.n_records:
            return group
    return groups[0]


def _variables(header: RecordHeader, group: Group) -> dict[str, float]:
    """Return frequency in Hz, level in dB and duration in ms, where they are named."""
    found: dict[str, float] = {}
    for name, unit, value in zip(group.names, group.units, header.variables, strict=True):
        word = name.lower()
        if word.startswith("freq") and "frequency" not in found:
            found["frequency"] = value * 1000.0 if unit.lower() == "khz" else value
        elif word.startswith(("level", "intensity")) and "level" not in found:
            found["level"] = value
        elif word.startswith("dur") and unit.lower() in ("ms", "msec") and value > 0:
            found["duration"] = value
    return {name: value for name, value in found.items() if math.isfinite(value)}


def _stimulus(variables: dict[str, float], group: Group) -> Stimulus:
    # float32 of 11313.7 Hz prints as 11313.7080078125: the file knows seven digits.
    frequency = float(f"{variables.get('frequency', 0.0):.7g}")
    kind = _kind(frequency, group)
    return Stimulus(
        kind=kind,
        frequency_hz=frequency if kind == "tone" else None,
        level_db=float(f"{variables['level']:.7g}"),
        # The file says only dB; BioSig's calibrations (.tcf) are in dB SPL.
        level_reference="SPL",
        duration_ms=float(f"{variables['duration']:.7g}") if "duration" in variables else None,
    )


def _kind(frequency_hz: float, group: Group) -> StimulusKind:
    siggen = " ".join(group.siggen_files).lower()
    if frequency_hz > 0:
        return "tone"
    if "chirp" in siggen:
        return "chirp"
    return "unknown" if "noise" in siggen else "click"


def _ear(group: Group) -> Ear:
    text = " ".join((group.id, *group.references))
    left, right = bool(_LEFT.search(text)), bool(_RIGHT.search(text))
    if left == right:
        return "unknown"
    return "left" if left else "right"


def _warned(recording: Recording, warnings: list[str]) -> Recording:
    for text in warnings[:5]:
        recording = recording.with_warning(text)
    if len(warnings) > 5:
        recording = recording.with_warning(f"{len(warnings) - 5} more records were left out.")
    return recording


READER = Reader(NAME, sniff, read)
