"""Bytes before any format: gzip, encodings, line ends, names, and records that cannot be kept."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from evoscope.abr.formats import reader, text
from evoscope.abr.formats.errors import FormatError
from evoscope.abr.formats.numbers import (
    NotANumberError,
    field_count,
    field_number,
    frequency_hz,
    leading_number,
    to_floats,
)
from evoscope.abr.formats.reader import HEAD_BYTES, Head, peek, read_bytes
from evoscope.abr.formats.salvage import keep_good
from evoscope.abr.formats.text import (
    head_text,
    load_text,
    numbered_lines,
    stem_of,
    with_plain_line_ends,
    without_level,
)
from evoscope.abr.recording import Recording

from .builders_text import recording

WORDS = "a µV, 20 °C\nsecond\n" * 9


@pytest.fixture
def write(tmp_path: Path) -> Callable[[bytes], Path]:
    def write(data: bytes) -> Path:
        path = tmp_path / "a.txt"
        path.write_bytes(data)
        return path

    return write


Write = Callable[[bytes], Path]


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "latin-1"])
def test_a_text_is_the_same_in_every_encoding(encoding: str, packed: bool, write: Write) -> None:
    data = WORDS.replace("\n", "\r\n").encode(encoding)
    path = write(gzip.compress(data) if packed else data)
    assert load_text(path) == WORDS
    assert head_text(peek(path)) == (WORDS if encoding != "utf-8" else latin(WORDS))


def latin(words: str) -> str:
    """A head is only sniffed: bytes that a cut may have halved are not decoded as UTF-8."""
    return words.encode().decode("latin-1")


@pytest.mark.parametrize("data", [b"\xef\xbb\xbf\xff\xfe", b"\xff\xfea", b"a\0b\0c\0d\0\0\xd8"])
def test_a_head_that_was_cut_inside_a_character_is_still_looked_at(data: bytes) -> None:
    assert isinstance(head_text(Head(Path("a"), data)), str)


def test_a_gzip_of_several_parts_is_read_whole_and_never_beyond_its_limit(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts = [b"one\n" * 10, b"two\n" * 10, b"three\n" * 10]
    path = write(b"".join(map(gzip.compress, parts)))
    assert load_text(path).encode() == b"".join(parts)
    monkeypatch.setattr(text, "_ALWAYS_ALLOWED", 140)
    monkeypatch.setattr(text, "MAX_RATIO", 0)
    assert load_text(path).encode() == b"".join(parts)
    monkeypatch.setattr(text, "_ALWAYS_ALLOWED", 139)
    with pytest.raises(FormatError, match="at most 139 bytes"):
        load_text(path)


def test_a_text_may_be_as_large_as_the_limit_and_no_larger(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text, "MAX_BYTES", 2**20)
    assert len(load_text(write(b"x" * 2**20))) == 2**20
    path = write(b"x" * (2**20 + 1))
    with pytest.raises(FormatError) as caught:
        load_text(path)
    assert (caught.value.path, caught.value.place) == (str(path), "")
    assert caught.value.reason.endswith("should be at most 1 MB. Found 1048577 bytes.")
    assert caught.value.hint == "Split the export into one file per subject."


def test_line_ends_of_three_systems_are_lines() -> None:
    assert with_plain_line_ends("a\r\nb\rc\n\r") == "a\nb\nc\n\n"
    assert list(numbered_lines("a\n\nb")) == [(1, "a"), (2, ""), (3, "b")]
    assert list(numbered_lines("a\n")) == [(1, "a")]
    assert list(numbered_lines("")) == []


@pytest.mark.parametrize(
    ("name", "stem"),
    [("x/P3.TXT.gz", "P3"), ("P3.txt.GZ", "P3"), ("a.b.csv", "a.b"), ("ABR-1-2", "ABR-1-2"),
     ("P3.gz", "P3")],
)  # fmt: skip
def test_a_file_is_named_without_its_endings(name: str, stem: str) -> None:
    assert stem_of(name) == stem
    assert stem_of(Path(name)) == stem


@pytest.mark.parametrize(
    ("stem", "subject"),
    [("P3-60db", "P3"), ("P3 60.5 dB SPL x", "P3 x"), ("P3_-5dB_nHL", "P3"), ("60dB", "60dB"),
     ("P3-60dbx", "P3-60dbx"), ("P3_60dB-", "P3"), ("a60,5db", "a")],
)  # fmt: skip
def test_a_subject_is_named_without_its_level(stem: str, subject: str) -> None:
    assert without_level(stem) == subject


def test_what_a_file_begins_with_is_seen_through_gzip(write: Write, tmp_path: Path) -> None:
    long = b"0123456789" * 10_000
    plain, packed = peek(write(long)), peek(write(gzip.compress(long)))
    assert (plain.data, plain.gzipped, plain.is_folder) == (long[:HEAD_BYTES], False, False)
    assert (packed.data, packed.gzipped, packed.is_folder) == (long[:HEAD_BYTES], True, False)
    damaged = peek(write(b"\x1f\x8bxx"))
    assert (damaged.data, damaged.gzipped) == (b"\x1f\x8bxx", True)
    folder = peek(tmp_path)
    assert (folder.path, folder.data, folder.is_folder) == (tmp_path, b"", True)
    assert Head(tmp_path, b"\xb5").text == "µ"


def test_bytes_are_read_whole_or_up_to_a_limit(write: Write) -> None:
    data = bytes(range(256)) * 40
    assert read_bytes(write(data), 10**9) == data
    assert read_bytes(write(data), 100) == data[:100]
    assert read_bytes(write(gzip.compress(data)), 10**9) == data
    assert read_bytes(write(gzip.compress(data)), 5000) == data[:5000]


def test_a_gzip_that_unpacks_to_far_more_than_a_recording_is_refused(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    packed = gzip.compress(bytes(100_000))
    monkeypatch.setattr(reader, "_ALWAYS_UNPACKED", 1)
    assert 200 * len(packed) < 100_000
    with pytest.raises(FormatError, match=f"within {200 * len(packed)} bytes"):
        read_bytes(write(packed), 10**9)
    monkeypatch.setattr(reader, "_ALWAYS_UNPACKED", 100_000)
    assert len(read_bytes(write(packed), 10**9)) == 100_000


def fails(reason: str) -> Callable[[], Recording]:
    def build() -> Recording:
        raise ValueError(reason)

    return build


def test_of_many_bad_records_five_are_named_and_the_others_counted() -> None:
    jobs = [(f"row {i}", fails(f"fault {i}")) for i in range(8)]
    found = keep_good("a.csv", [*jobs, ("row 8", recording), ("row 9", recording)], ["It is old."])
    named = tuple(f"row {i} was left out: fault {i}" for i in range(5))
    assert len(found) == 2
    for one in found:
        assert one.warnings == ("It is old.", *named, "3 more records were left out.")
    assert keep_good("a.csv", [("row 1", recording)])[0].warnings == ()
    five = keep_good("a.csv", [*jobs[:5], ("row 8", recording)])
    assert five[0].warnings == named


def test_where_no_record_is_left_the_first_fault_is_said() -> None:
    def nested() -> Recording:
        raise FormatError("a.csv", "cell 3", "A cell should be full. Found a blank.", "Fill it.")

    with pytest.raises(FormatError) as caught:
        keep_good("a.csv", [("row 1", nested), ("row 2", fails("more"))])
    error = caught.value
    assert (error.path, error.place) == ("a.csv", "row 1")
    assert error.reason == "A cell should be full. Found a blank."
    assert error.hint == "No usable record is left: export the file again."
    with pytest.raises(FormatError) as caught:
        keep_good("a.csv", [])
    assert caught.value.place == ""
    assert caught.value.reason == "At least one record should be there. Found none."


@pytest.mark.parametrize(
    ("said", "number", "rest"),
    [(" 11.96 ms ", 11.96, "ms"), ("-3,5e-1dB", -0.35, "dB"), (".5", 0.5, ""), ("5.", 5.0, ""),
     ("+7 a\nb", 7.0, "a\nb")],
)  # fmt: skip
def test_a_field_begins_with_its_number(said: str, number: float, rest: str) -> None:
    assert leading_number(said) == (number, rest)
    assert field_number(said) == number


@pytest.mark.parametrize("said", ["", "CLICK", "ms 5", "1e999", None])
def test_a_field_without_a_number_has_none(said: str | None) -> None:
    assert field_number(said) is None
    assert field_count(said) is None
    assert frequency_hz(said) is None


def test_counts_are_whole_and_frequencies_positive() -> None:
    assert [field_count(said) for said in ("7", "0", "-1", "1.5", "2.0 x")] == [7, 0, None, None, 2]
    said = [("16.00", "kHz"), ("8000 Hz", "kHz"), ("8 KHZ", "Hz"), ("0", "Hz"), ("-5", "Hz")]
    assert [frequency_hz(*one) for one in said] == [16_000.0, 8000.0, 8000.0, None, None]
    assert frequency_hz("11313.7080078125") == 11_313.71
    assert frequency_hz("0.5") == 0.5


def test_a_column_of_numbers_may_have_blanks_and_its_fault_is_placed() -> None:
    assert str(to_floats(["1", " ", "-2e3", ""]).tolist()) == "[1.0, nan, -2000.0, nan]"
    assert to_floats(["1,5", "2"], decimal_comma=True).tolist() == [1.5, 2.0]
    assert to_floats([]).size == 0
    for tokens, at in ((["1", "1,5"], 1), (["x", "1", ""], 0)):
        with pytest.raises(NotANumberError, match=f"be a number. Found '{tokens[at]}'") as caught:
            to_floats(tokens)
        assert caught.value.index == at
    with pytest.raises(NotANumberError, match=f"Found '{'y' * 40}'$"):
        to_floats(["y" * 99])
