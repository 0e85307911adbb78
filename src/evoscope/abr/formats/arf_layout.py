"""Where things lie inside a TDT BioSig ``.arf`` file: offsets and fields, nothing interpreted.

BioSigRZ and BioSigRP write the same fields; only the width of the time stamps differs, so the two
are told apart by which of them makes the records of a file plausible.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from evoscope.abr.formats.errors import FormatError

MAX_GROUPS, MAX_RECORDS = 200, 2000
HEADER_BYTES = 6 + 4 * MAX_GROUPS + 4 * MAX_RECORDS + 4
N_VARIABLES = 10
CURSOR_BYTES = 360
GROUP_TAIL_BYTES = 106
# A recording at 1 MHz, or at 100 Hz, is no evoked response: such a period is a misread field.
MIN_PERIOD_US, MAX_PERIOD_US = 1.0, 10_000.0


@dataclass(frozen=True)
class Layout:
    """The field widths of one BioSig version.

    Attributes:
        name: BioSigRZ or BioSigRP.
        time: struct code of a time stamp.
        points: struct code of the number of points.
    """

    name: str
    time: str
    points: str

    @property
    def group(self) -> struct.Struct:
        """A group header: numbers, four texts, times, SigGen files, variable names and units."""
        return struct.Struct(f"<3h16s16s16s50s2{self.time}100s100s150s50s{GROUP_TAIL_BYTES}x")

    @property
    def record(self) -> struct.Struct:
        """A record header, up to the samples."""
        return struct.Struct(
            f"<2h{self.time}2hBc{self.points}5f3h2{self.time}{N_VARIABLES}f{CURSOR_BYTES}x"
        )


RZ = Layout("BioSigRZ", "q", "H")
RP = Layout("BioSigRP", "I", "h")


@dataclass(frozen=True)
class Group:
    """A group of records that share subject, stimulus file and variable names."""

    first_record: int
    n_records: int
    id: str
    references: tuple[str, str, str]
    siggen_files: tuple[str, str]
    names: tuple[str, ...]
    units: tuple[str, ...]


@dataclass(frozen=True)
class RecordHeader:
    """One record's header; ``start`` is where its samples begin in the file."""

    index: int
    start: int
    channel: int
    n_points: int
    onset_delay_ms: float
    duration_ms: float
    period_us: float
    gain: float
    n_averages: int
    n_artefacts: int
    variables: tuple[float, ...]

    @property
    def stop(self) -> int:
        """Where its samples end."""
        return self.start + 4 * self.n_points


def offsets(data: bytes, path: str) -> tuple[list[int], list[int]]:
    """Return the group and record offsets the file header states.

    Raises:
        FormatError: too short for a header, or counts that no BioSig file holds.
    """
    if len(data) < HEADER_BYTES:
        raise FormatError(
            path,
            "header",
            f"A BioSig .arf file should begin with {HEADER_BYTES} bytes of header. "
            f"Found {len(data)} bytes.",
            "The file is cut: copy it again from the recording computer.",
        )
    _, n_groups, n_records = struct.unpack_from("<3h", data, 0)
    if not (1 <= n_groups <= MAX_GROUPS and 1 <= n_records <= MAX_RECORDS):
        raise FormatError(
            path,
            "header",
            f"The header should count 1-{MAX_GROUPS} groups and 1-{MAX_RECORDS} records. "
            f"Found {n_groups} and {n_records}.",
            "The file is damaged or was saved empty: export it again from BioSig.",
        )
    groups = struct.unpack_from(f"<{n_groups}i", data, 6)
    records = struct.unpack_from(f"<{n_records}i", data, 6 + 4 * MAX_GROUPS)
    return list(groups), list(records)


def read_records(
    data: bytes, starts: list[int], layout: Layout
) -> tuple[list[RecordHeader], list[str]]:
    """Return the plausible record headers, and a sentence for each one that is not."""
    found: list[RecordHeader] = []
    wrong: list[str] = []
    end_of_previous = HEADER_BYTES
    for index, start in sorted(enumerate(starts), key=lambda item: item[1]):
        header, reason = _read_record(data, index, start, layout)
        if header is None:
            wrong.append(f"Record {index + 1} {reason}; it was left out.")
        elif start < end_of_previous:
            # Records that share bytes are a damaged offset table; reading them would also let a
            # small file claim any amount of memory.
            wrong.append(f"Record {index + 1} overlaps the one before it; it was left out.")
        else:
            found.append(header)
            end_of_previous = header.stop
    return sorted(found, key=lambda header: header.index), wrong


def _read_record(
    data: bytes, index: int, start: int, layout: Layout
) -> tuple[RecordHeader | None, str]:
    record = layout.record
    if not HEADER_BYTES <= start <= len(data) - record.size:
        return None, f"should begin inside the file. Found byte {start} of {len(data)}"
    fields = record.unpack_from(data, start)
    _, _, _, _, _, channel, _, n_points, delay, duration, period, _, gain = fields[:13]
    header = RecordHeader(
        index=index,
        start=start + record.size,
        channel=channel,
        n_points=n_points,
        onset_delay_ms=delay,
        duration_ms=duration,
        period_us=period,
        gain=gain,
        n_averages=fields[14],
        n_artefacts=fields[15],
        variables=fields[18:],
    )
    if n_points < 1 or header.stop > len(data):
        return None, f"should hold its samples inside the file. Found {n_points} points"
    if not MIN_PERIOD_US <= period <= MAX_PERIOD_US:
        return None, f"should have a sampling period of 1-10,000 us. Found {period:g}"
    if not abs(delay) <= 1000.0:
        return None, f"should have an onset delay of at most 1 s. Found {delay:g} ms"
    # The duration is stated, too: it must agree, or a field was misread.
    if not abs(duration * 1000.0 / period - n_points) <= max(2.0, 0.02 * n_points):
        return None, (f"should last its {n_points} points of {period:g} us. Found {duration:g} ms")
    return header, ""


def choose_layout(data: bytes, starts: list[int]) -> Layout:
    """Return the layout in which more records are plausible; BioSigRZ when neither is better."""
    return max((RZ, RP), key=lambda layout: len(read_records(data, starts, layout)[0]))


def read_groups(data: bytes, starts: list[int], layout: Layout) -> list[Group]:
    """Return the group headers that lie inside the file."""
    size = layout.group.size
    return [
        _read_group(data, start, layout)
        for start in starts
        if HEADER_BYTES <= start <= len(data) - size
    ]


def _read_group(data: bytes, start: int, layout: Layout) -> Group:
    fields = layout.group.unpack_from(data, start)
    _, first, n_records, subject, ref1, ref2, memo, _, _, sig1, sig2, names, units = fields
    return Group(
        first_record=first,
        n_records=n_records,
        id=_text(subject),
        references=(_text(ref1), _text(ref2), _text(memo)),
        siggen_files=(_text(sig1), _text(sig2)),
        names=tuple(_text(names[15 * i : 15 * i + 15]) for i in range(N_VARIABLES)),
        units=tuple(_text(units[5 * i : 5 * i + 5]) for i in range(N_VARIABLES)),
    )


def _text(raw: bytes) -> str:
    # What follows the first NUL is left over from longer texts typed before.
    return raw.split(b"\0")[0].decode("latin-1").strip()
