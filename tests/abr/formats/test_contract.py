"""What every reader promises, asked of each reader in the dispatcher's table."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest

from evoscope.abr.formats.dispatch import choose, read_recordings, readers
from evoscope.abr.formats.errors import FormatError
from evoscope.abr.formats.reader import Reader, peek
from evoscope.abr.recording import Recording

from .builders_binary import BUILDERS as BINARY
from .builders_text import BUILDERS as TEXT

BUILDERS = TEXT | BINARY
CUTS = (0.05, 0.3, 0.6, 0.9)


def ids(reader: Reader) -> str:
    return reader.name


def fingerprint(path: Path) -> dict[str, str]:
    files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
    return {str(p): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


@pytest.fixture(params=readers(), ids=ids)
def reader(request: pytest.FixtureRequest) -> Reader:
    return request.param


@pytest.fixture
def sample(reader: Reader, tmp_path: Path) -> Path:
    if reader.name == "mne":
        pytest.importorskip("mne")
    return BUILDERS[reader.name](tmp_path)


def test_every_reader_has_a_name_of_its_own_and_a_sample() -> None:
    names = [reader.name for reader in readers()]
    assert len(set(names)) == len(names)
    assert set(BUILDERS) == set(names)


def test_recordings_are_microvolts_on_a_clock_and_say_where_they_came_from(
    reader: Reader, sample: Path
) -> None:
    recordings = read_recordings(sample)
    assert recordings
    for recording in recordings:
        assert recording.waveform.dtype == np.float32
        assert not recording.waveform.flags.writeable
        assert np.all(np.diff(recording.time_ms) > 0)
        # Every builder makes a response of about 1 uV: a wrong unit is off by 1,000.
        assert 0.02 < np.abs(recording.waveform).max() < 100
        assert recording.source.format == reader.name
        assert recording.source.path == str(sample)
    assert len({r.source.record for r in recordings}) == len(recordings)


def test_reading_changes_nothing_on_disk(reader: Reader, sample: Path) -> None:
    before = fingerprint(sample)
    read_recordings(sample)
    assert fingerprint(sample) == before


def test_no_other_reader_claims_the_sample(reader: Reader, sample: Path) -> None:
    head = peek(sample)
    assert [r.name for r in readers() if r.sniff(head)] == [reader.name]
    assert choose(head) is reader


def amount(recordings: list[Recording]) -> int:
    return sum(r.n_samples * (r.sweeps or 1) for r in recordings)


def test_a_file_cut_short_is_an_error_or_holds_less(reader: Reader, sample: Path) -> None:
    if sample.is_dir():
        pytest.skip("a folder is not cut short: its own tests take files out of it")
    whole = amount(read_recordings(sample))
    # The file that holds the samples: a WFDB header is small beside its .dat.
    largest = max(sample.parent.iterdir(), key=lambda p: p.stat().st_size)
    data = largest.read_bytes()
    for share in CUTS:
        largest.write_bytes(data[: int(share * len(data))])
        try:
            rest = amount(reader.read(sample))
        except FormatError:
            continue
        assert rest < whole


def test_an_empty_file_is_refused(reader: Reader, tmp_path: Path) -> None:
    path = tmp_path / "empty"
    path.touch()
    assert not reader.sniff(peek(path))
    with pytest.raises(FormatError):
        reader.read(path)
