"""Damaged text: one FormatError, in bounded memory, and nothing else."""

from __future__ import annotations

import os
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from evoscope.abr.formats.dispatch import readers
from evoscope.abr.formats.errors import FormatError
from evoscope.abr.formats.reader import Reader, peek

from .builders_text import BUILDERS

TEXT_READERS = {reader.name: reader for reader in readers() if reader.name in BUILDERS}
HOSTILE = [
    "", "nan", "inf", "-inf", "1e999", "-1", "0", "1000000000000", "1_0", "x", "é", "\0",
    ",", ";", "\t", "\n", "\r", '"', "\ufeff", "٣", "1e-400", "--5", "#",
]  # fmt: skip

# `make sweep` tries many more.
few = settings(
    max_examples=int(os.environ.get("EVOSCOPE_FUZZ_EXAMPLES", "60")),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture(params=sorted(TEXT_READERS))
def reader(request: pytest.FixtureRequest) -> Reader:
    return TEXT_READERS[request.param]


@pytest.fixture
def sample(reader: Reader, tmp_path: Path) -> Path:
    return BUILDERS[reader.name](tmp_path)


def check(reader: Reader, path: Path) -> None:
    """Read with the reader itself: the dispatcher's net would hide what it raises."""
    reader.sniff(peek(path))
    try:
        found: object = reader.read(path)
    except FormatError as error:
        found = error.path == str(path) and error.reason
    assert found


@few
@given(flips=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=8))
def test_flipped_bytes(reader: Reader, sample: Path, flips: list[tuple[float, int]]) -> None:
    data = bytearray(BUILDERS[reader.name](sample.parent).read_bytes())
    for share, value in flips:
        data[int(share * (len(data) - 1))] = value
    sample.write_bytes(data)
    check(reader, sample)


@few
@given(share=st.floats(0, 1), word=st.sampled_from(HOSTILE), length=st.integers(0, 12))
def test_a_hostile_word_anywhere(
    reader: Reader, sample: Path, share: float, word: str, length: int
) -> None:
    data = BUILDERS[reader.name](sample.parent).read_bytes()
    at = int(share * len(data))
    sample.write_bytes(data[:at] + word.encode() + data[at + length :])
    check(reader, sample)


@few
@given(field=st.integers(0, 400), word=st.sampled_from(HOSTILE))
def test_a_hostile_value_in_a_header_field(
    reader: Reader, sample: Path, field: int, word: str
) -> None:
    text = BUILDERS[reader.name](sample.parent).read_bytes().decode("latin-1")
    marks = [i for i, c in enumerate(text[:6000]) if c in ":=,;\t"]
    at = marks[field % len(marks)] + 1
    end = min((text.find(c, at) for c in ",;\t\r\n" if text.find(c, at) >= 0), default=len(text))
    sample.write_bytes((text[:at] + word + text[end:]).encode("utf-8"))
    check(reader, sample)


@few
@given(share=st.floats(0, 1))
def test_any_prefix(reader: Reader, sample: Path, share: float) -> None:
    data = BUILDERS[reader.name](sample.parent).read_bytes()
    sample.write_bytes(data[: int(share * len(data))])
    check(reader, sample)


@few
@given(data=st.binary(max_size=300))
@example(b"\x1f\x8b")
@example(b"\xff\xfe")
@example(b"\xff\xfeI")
@example(b"\n" * 50)
def test_bytes_of_any_kind(reader: Reader, tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "any"
    path.write_bytes(data)
    check(reader, path)


@pytest.mark.parametrize("other", sorted(TEXT_READERS))
def test_the_file_of_another_format(reader: Reader, other: str, tmp_path: Path) -> None:
    if other == reader.name:
        pytest.skip("its own format")
    path = BUILDERS[other](tmp_path)
    if (reader.name, other) == ("csv", "biosig_csv"):
        return  # a table of waveforms too: told apart by the sniff
    with pytest.raises(FormatError):
        reader.read(path)


@pytest.mark.parametrize("fill", [b"\n", b"1,", b"ab\n", b"0.5\n", b"0.123456,", b'a"b,'])
def test_memory_stays_near_the_size_of_the_file(reader: Reader, sample: Path, fill: bytes) -> None:
    size = 400_000
    sample.write_bytes(sample.read_bytes() + fill * (size // len(fill)))
    tracemalloc.start()
    try:
        check(reader, sample)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 10 * sample.stat().st_size + 1_000_000  # the fixed part: parsed fields
