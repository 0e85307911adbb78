"""BioSig's three formats at their edges: a group, a count or a sound misread is another animal."""

from __future__ import annotations

import re
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from evoscope.abr.formats import (
    arf,
    biosig_csv,
    biosig_text,
)
from evoscope.abr.formats.errors import FormatError
from evoscope.abr.formats.reader import Reader, peek
from evoscope.abr.recording import Recording

from .builders_binary import (
    arf_bytes,
    arf_records,
    build_arf,
)
from .builders_text import biosig_ascii, biosig_table


def read(reader: Reader, folder: Path, data: str | bytes, name: str = "a.txt") -> list[Recording]:
    path = folder / name
    path.write_bytes(data.encode("latin-1") if isinstance(data, str) else data)
    return reader.read(path)


@pytest.mark.parametrize(
    ("subject", "reference", "ear"),
    [("M7", "Left Ear", "left"), ("M7 RIGHT", "", "right"), ("M7", "", "unknown"),
     ("left", "right", "unknown"), ("M7", "bright light", "unknown")],
)  # fmt: skip
def test_biosig_states_the_ear_in_words(
    subject: str, reference: str, ear: str, tmp_path: Path
) -> None:
    data = arf_bytes(arf_records(), subject=subject.encode(), ref1=reference.encode())
    assert read(arf.READER, tmp_path, data)[0].subject.ear == ear
    text = biosig_ascii([("Click", [{"Level": 90}])]).replace("left ear", reference or "x")
    text = text.replace("Subject ID: M12", f"Subject ID: {subject}")
    (written,) = read(biosig_text.READER, tmp_path, text)
    assert (written.subject.id, written.subject.ear) == (subject, ear)


@pytest.mark.parametrize(
    ("siggen", "hertz", "kind"),
    [(b"x.sig", 4000.0, "tone"), (b"Chirp.sig", 0.0, "chirp"), (b"Chirp.sig", 4000.0, "tone"),
     (b"NOISE", 0.0, "unknown"), (b"x", 0.0, "click")],
)  # fmt: skip
def test_biosig_without_a_frequency_is_what_its_signal_is_called(
    siggen: bytes, hertz: float, kind: str, tmp_path: Path
) -> None:
    records = [{**r, "variables": (hertz, 80.0, 5.0)} for r in arf_records((80.0,))]
    for unit, duration in (("ms", 5.0), ("msec", 5.0), ("us", None)):
        data = arf_bytes(records, siggen=siggen, names=("FREQUENCY", "Intensity", "Duration"),
                         units=("Hz", "dB", unit))  # fmt: skip
        (one,) = read(arf.READER, tmp_path, data)
        assert (one.stimulus.kind, one.stimulus.duration_ms) == (kind, duration)
        assert one.stimulus.frequency_hz == (hertz or None)


def test_biosig_counts_that_are_not_there_are_not_counts(tmp_path: Path) -> None:
    records = [{**r, "sweeps": s, "rejected": x} for r, (s, x) in
               zip(arf_records(), ((0, -1), (1, 0), (-5, 2)), strict=True)]  # fmt: skip
    found = read(arf.READER, tmp_path, arf_bytes(records, subject=b""), "m7.arf")
    assert [(r.sweeps, r.sweeps_rejected) for r in found] == [(None, None), (1, 0), (None, 2)]
    assert {(r.subject.id, r.source.format) for r in found} == {("m7", "arf")}
    assert [r.source.record for r in found] == [0, 1, 2]


def test_biosig_names_five_bad_records_and_counts_the_others(tmp_path: Path) -> None:
    records = [{**r, "volts": np.zeros(9)} for r in arf_records((80.0,) * 7)]
    (one,) = read(arf.READER, tmp_path, arf_bytes([*records, *arf_records((60.0,))]))
    assert one.warnings == (
        *(f"Record {i} should hold a signal. Found the constant 0 uV; it was left out."
          for i in range(1, 6)), "2 more records were left out.",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("at", "value", "known"),
    [(2, 0, False), (2, 200, True), (2, 201, False), (4, 0, False), (4, 2000, True),
     (4, 2001, False)],
)  # fmt: skip
def test_biosig_is_known_by_counts_it_can_hold(
    at: int, value: int, known: bool, tmp_path: Path
) -> None:
    path = build_arf(tmp_path)
    data = bytearray(path.read_bytes())
    struct.pack_into("<h", data, at, value)
    path.write_bytes(data)
    assert arf.READER.sniff(peek(path)) == known


@pytest.mark.parametrize(
    ("group", "record", "known"),
    [(8810, 9500, True), (8809, 9500, False), (8874, 9500, True), (8875, 9500, False),
     (8811, 8811, False), (8811, 8812, True)],
)  # fmt: skip
def test_biosig_is_known_by_where_its_first_group_lies(
    group: int, record: int, known: bool, tmp_path: Path
) -> None:
    path = build_arf(tmp_path)
    data = bytearray(path.read_bytes())
    struct.pack_into("<i", data, 6, group)
    struct.pack_into("<i", data, 806, record)
    path.write_bytes(data)
    assert arf.READER.sniff(peek(path)) == known


def test_a_cut_biosig_file_is_known_by_its_name_and_its_bytes(tmp_path: Path) -> None:
    for name, data, known in (("a.ARF", b"ab\0", True), ("a.txt", b"ab\0", False),
                              ("b.arf", b"words", False), ("c.arf", b"", False)):  # fmt: skip
        (tmp_path / name).write_bytes(data)
        assert arf.READER.sniff(peek(tmp_path / name)) == known


def test_biosig_groups_hold_the_records_of_their_range(tmp_path: Path) -> None:
    data = bytearray(arf_bytes(arf_records()))
    first = struct.unpack_from("<i", data, 6)[0]
    second = bytearray(data[first : first + 842])
    struct.pack_into("<3h", second, 0, 1, 2, 1)  # from record 2 on, one
    second[6:8] = b"M8"
    struct.pack_into("<3h", data, first, 0, 0, 2)
    struct.pack_into("<h", data, 2, 2)
    struct.pack_into("<i", data, 10, len(data))
    found = read(arf.READER, tmp_path, bytes(data + second + bytes(200)))
    assert [r.subject.id for r in found] == ["M7", "M7", "M8"]


@pytest.mark.parametrize(
    ("change", "kept"),
    [({"period_us": 1.0}, True), ({"period_us": 0.99}, False), ({"period_us": 10_000.0}, True),
     ({"period_us": 10_001.0}, False), ({"delay_ms": -1000.0}, True), ({"delay_ms": 1001.0}, False),
     ({"gain": float("nan")}, False)],
)  # fmt: skip
def test_biosig_fields_that_cannot_be_are_a_misread_record(
    change: dict[str, Any], kept: bool, tmp_path: Path
) -> None:
    records = arf_records()
    records[1] |= change
    found = read(arf.READER, tmp_path, arf_bytes(records))
    assert (60.0 in [r.level_db for r in found]) == kept


def test_biosig_text_counts_over_all_groups_and_stops_at_what_is_no_number(tmp_path: Path) -> None:
    text = biosig_ascii([("Tone", [{"Freq": 8000, "Level": 80}]), ("Click", [{"Level": 90}])])
    two, click = read(biosig_text.READER, tmp_path, text.replace("Freq = ", "Frequency = "))
    assert (two.stimulus.frequency_hz, click.stimulus.kind) == (8000.0, "click")
    assert two.warnings == ()
    cut = text.replace("Records: 1", "Records: 2", 1)
    for one in read(biosig_text.READER, tmp_path, cut):
        assert one.warnings == (
            "The group headers announce 3 records, 2 are there: the file may have been cut short.",
        )
    for word in ("nan", "INF"):
        value = re.search(r"-?\d\.\d+e-\d+", text)
        assert value is not None
        (rest,) = read(biosig_text.READER, tmp_path, text.replace(value[0], word, 1))
        assert rest.stimulus.kind == "click"
    assert biosig_text.READER.sniff(peek(tmp_path / "a.txt"))


def test_biosig_text_without_a_subject_is_named_after_its_file(tmp_path: Path) -> None:
    text = biosig_ascii([("Click", [{"Level": 90}])]).replace("Subject ID: M12", "Subject ID:")
    text = text.replace("Level = 90 dB", "Level = 90 dB\r\n   Duration = 0.1 ms")
    (one,) = read(biosig_text.READER, tmp_path, text, "m5.txt")
    assert (one.subject.id, one.stimulus.duration_ms) == ("m5", 0.1)
    (two,) = read(biosig_text.READER, tmp_path, text.replace("0.1 ms", "0.1 s"))
    assert two.stimulus.duration_ms is None


def test_biosig_tables_have_their_header_in_the_first_twenty_lines(tmp_path: Path) -> None:
    for above, known in ((19, True), (20, False)):
        path = tmp_path / "a.csv"
        path.write_text("note\n" * above + biosig_table())
        assert biosig_csv.READER.sniff(peek(path)) == known
        if known:
            assert len(biosig_csv.READER.read(path)) == 3
        else:
            with pytest.raises(FormatError, match="header"):
                biosig_csv.READER.read(path)


def test_biosig_tables_quote_what_holds_a_comma(tmp_path: Path) -> None:
    text = biosig_table().replace(",55,", ',"55, left",')
    assert {r.subject.id for r in read(biosig_csv.READER, tmp_path, text)} == {"55, left"}
    nameless = read(biosig_csv.READER, tmp_path, biosig_table().replace(",55,", ",,"), "m5.csv")
    assert {r.subject.id for r in nameless} == {"m5"}
    in_s = read(biosig_csv.READER, tmp_path, biosig_table().replace("Duration(ms)", "Duration(s)"))
    assert in_s[0].stimulus.duration_ms is None
    khz = biosig_table(frequency="8.0").replace("Freq(Hz)", "Freq(kHz)")
    assert read(biosig_csv.READER, tmp_path, khz)[0].stimulus.frequency_hz == 8000.0
