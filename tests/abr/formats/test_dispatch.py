"""Choosing a reader by content, and what the user hears about files that are no recordings."""

from __future__ import annotations

import gzip
import subprocess
import sys
from pathlib import Path

import pytest

from evoscope.abr.formats import NotARecordingError, read, read_recordings
from evoscope.abr.formats.errors import FormatError

from .builders_text import BUILDERS, epl_text, ihs_text, plain_rows


def test_content_decides_not_the_extension(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text(ihs_text([{"level": 60}]))
    assert read_recordings(path)[0].source.format == "ihs"


@pytest.mark.parametrize("name", sorted(BUILDERS))
def test_a_gzipped_file_reads_like_the_plain_one(name: str, tmp_path: Path) -> None:
    path = BUILDERS[name](tmp_path)
    plain = read_recordings(path)
    packed = tmp_path / f"{path.name}.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    again = read_recordings(packed)
    assert [r.waveform.tobytes() for r in again] == [r.waveform.tobytes() for r in plain]
    assert [r.subject for r in again] == [r.subject for r in plain]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "latin-1"])
@pytest.mark.parametrize("name", sorted(BUILDERS))
def test_what_a_text_editor_does_to_the_encoding_does_not_matter(
    name: str, encoding: str, tmp_path: Path
) -> None:
    path = BUILDERS[name](tmp_path)
    expected = len(read_recordings(path))
    path.write_bytes(path.read_bytes().decode("latin-1").encode(encoding))
    assert len(read_recordings(path)) == expected


@pytest.mark.parametrize(
    ("name", "data", "hint"),
    [
        ("report.pdf", b"%PDF-1.7 ...", "Export the waveforms"),
        ("book.xlsx", b"PK\x03\x04" + b"x" * 40, "as CSV"),
        ("all.zip", b"PK\x03\x04" + b"x" * 40, "Unpack it"),
        ("m.mat", b"MATLAB 5.0 MAT-file", "plain CSV"),
        ("page.png", b"\x89PNG\r\n\x1a\n", "Export"),
        ("thresholds.csv", b"freq_hz,threshold_db\n4000,30\n", "level column"),
        ("a.txt", b"Threshold (dB SPL): 20\nLevel\t1msec Avg\t", "Read the recording"),
        ("notes.txt", b"The patient was asleep.", "plain CSV"),
        ("x.bin", bytes(range(256)) * 4, "Export"),
    ],
)
def test_a_file_that_is_no_recording_says_what_it_is_and_what_to_do(
    name: str, data: bytes, hint: str, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(NotARecordingError) as caught:
        read_recordings(path)
    assert hint in caught.value.hint
    assert "Found" in caught.value.reason


def test_copies_and_analyses_point_at_the_recording_beside_them(tmp_path: Path) -> None:
    (tmp_path / "b.arf").write_bytes(b"not read here")
    (tmp_path / "b.mat").write_bytes(b"MATLAB 5.0 MAT-file")
    (tmp_path / "ABR-1-2").write_text(epl_text())
    (tmp_path / "ABR-1-2-16.0kHz-analyzed.txt").write_text("Threshold (dB SPL): 20\nLevel\t")
    with pytest.raises(NotARecordingError, match=r"Read b\.arf beside it"):
        read_recordings(tmp_path / "b.mat")
    with pytest.raises(NotARecordingError, match="Read the recording ABR-1-2 beside it"):
        read_recordings(tmp_path / "ABR-1-2-16.0kHz-analyzed.txt")


def test_a_missing_path_and_an_empty_file_are_errors(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").touch()
    with pytest.raises(FormatError, match="Check the path"):
        read_recordings(tmp_path / "nothing")
    with pytest.raises(FormatError, match="empty"):
        read_recordings(tmp_path / "empty.txt")


def test_a_gzip_bomb_is_refused_before_it_fills_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "bomb.TXT.gz"
    text = ihs_text([{"level": 60}]).encode()
    path.write_bytes(gzip.compress(text + b" " * 50_000_000))
    with pytest.raises(FormatError, match="unpack to at most"):
        read_recordings(path)


def test_a_cut_gzip_says_so(tmp_path: Path) -> None:
    path = tmp_path / "cut.TXT.gz"
    data = gzip.compress(ihs_text([{"level": 60}]).encode())
    path.write_bytes(data[: len(data) // 2])
    with pytest.raises(FormatError, match="cut short"):
        read_recordings(path)


def test_a_folder_reads_into_series(tmp_path: Path) -> None:
    for level in (20, 40, 60):
        (tmp_path / f"P1-{level}db.TXT").write_text(ihs_text([{"level": level}] * 2))
    (tmp_path / "notes.md").write_text("# what we did")
    (series,) = read(tmp_path)
    assert series.levels_db == (20.0, 40.0, 60.0)
    assert len(series) == 6
    assert series.name == "P1 right click"


def test_a_folder_without_recordings_is_an_error_that_lists_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "picks.csv").write_text("subject,wave_v_ms\nN1,6.0\n")
    with pytest.raises(NotARecordingError, match=r"picks\.csv: A table without waveforms"):
        read(tmp_path)


def test_an_unforeseen_failure_of_a_reader_is_still_one_format_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(plain_rows())

    def broken(*_: object) -> None:
        raise RuntimeError("a library's own trouble")

    monkeypatch.setattr("evoscope.abr.formats.plain_csv.parse_table", broken)
    monkeypatch.setattr("evoscope.abr.formats.dispatch.choose", lambda _head: _csv_reader())
    with pytest.raises(FormatError, match="RuntimeError: a library's own trouble"):
        read_recordings(path)


def test_a_recording_larger_than_the_memory_is_not_called_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.csv"
    path.write_text(plain_rows())

    def too_large(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("evoscope.abr.formats.plain_csv.parse_table", too_large)
    monkeypatch.setattr("evoscope.abr.formats.dispatch.choose", lambda _head: _csv_reader())
    with pytest.raises(FormatError, match=r"fit into the memory .* Read it alone"):
        read_recordings(path)


def _csv_reader() -> object:
    from evoscope.abr.formats.plain_csv import READER

    return READER


def test_importing_the_formats_loads_no_heavy_library() -> None:
    code = (
        "import sys, evoscope.abr.formats; "
        "print([m for m in ('pandas', 'wfdb', 'zarr', 'mne', 'scipy') if m in sys.modules])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
