"""What a file is that is no recording: who is told what it is knows what to export."""

from __future__ import annotations

from pathlib import Path

import pytest

from evoscope.abr.formats.hints import explain
from evoscope.abr.formats.reader import peek

EXPORT = "Export the waveforms from the device as text, or write a plain CSV."
SHEET = "Export the sheet as CSV."
COLUMNS = (
    "A plain CSV needs a level column and numbered sample columns, or a time_ms column and one "
    "column per level."
)
ANALYSIS = "A saved analysis (peaks somebody marked), not a recording."


@pytest.mark.parametrize(
    ("name", "data", "what", "todo"),
    [
        ("a.pdf", b"%PDF-1.4", "A PDF report: pictures of waveforms, not waveforms.", EXPORT),
        ("a.png", b"\x89PNG\r\n", "A picture.", EXPORT),
        ("a.jpg", b"\xff\xd8\xff\xe0", "A picture.", EXPORT),
        ("a.gif", b"GIF89a", "A picture.", EXPORT),
        ("a.parquet", b"PAR1", "A Parquet table: cohorts are not read as recordings.",
         "Open it as a cohort."),
        ("a.7z", b"7z\xbc\xaf\x27", "An archive.", "Unpack it."),
        ("a.rar", b"Rar!\x1a", "An archive.", "Unpack it."),
        ("a.xls", b"\xd0\xcf\x11\xe0", "An old Office file (.xls, .doc).", SHEET),
        ("a.XLSX", b"PK\x03\x04", "A spreadsheet.", SHEET),
        ("a.xlsm", b"PK\x03\x04", "A spreadsheet.", SHEET),
        ("a.ods", b"PK\x03\x04", "A spreadsheet.", SHEET),
        ("a.Docx", b"PK\x03\x04", "A text document.", EXPORT),
        ("a.zip", b"PK\x03\x04", "A zip archive.", "Unpack it."),
        ("a.tar", b"x" * 257 + b"ustar", "A tar archive.", "Unpack it."),
        ("a.mat", b"MATLAB 5.0 MAT", "A MATLAB file: its variables have no agreed names.",
         "Write a plain CSV."),
        ("b.mat", b"\x89HDF\r\n", "A MATLAB file: its variables have no agreed names.",
         "Write a plain CSV."),
        ("a.h5", b"\x89HDF\r\n", "An HDF5 file: its contents have no agreed names.",
         "Write a plain CSV."),
        ("a.bin", b"ab\0", "A binary file of an unknown kind.", EXPORT),
        ("a.bin", b"\1" * 21 + b"a", "A binary file of an unknown kind.", EXPORT),
        ("a.txt", b"\r\n\t\f" * 9 + b"x\1", "Notes or another text without waveforms in a known "
         "format.", EXPORT),
        ("a.txt", b" \n Threshold (dB SPL): 20", ANALYSIS, "Read the recording instead."),
        ("a.json", b" {}", "A JSON, XML or HTML document.", ""),
        ("a.htm", b"<p>", "A JSON, XML or HTML document.", ""),
        ("a.CSV", b"x,y,z,u,v,w\n1,2\n",
         "A table without waveforms (columns: x, y, z, u, v).", COLUMNS),
        ("a.tsv", b"x\ty\n1\t2\n", "A table without waveforms (columns: x, y).", COLUMNS),
        ("a.csv", b"# key: 1\n", "A table without waveforms (columns: none).", COLUMNS),
        ("a.csv", b"", "An empty file.", "Export it again."),
    ],
)  # fmt: skip
def test_a_file_that_is_no_recording_is_named(
    name: str, data: bytes, what: str, todo: str, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    hint = explain(peek(path))
    assert (hint.what, hint.todo) == (what, todo)
    # Notes and tables fill folders: a list of them does not repeat what to do.
    assert hint.telling == ("without waveforms" not in what)


def test_a_folder_is_named() -> None:
    assert explain(peek(Path(__file__).parent))[:2] == ("A folder without recordings.", "")


@pytest.mark.parametrize(
    ("there", "named", "what", "todo"),
    [
        (["m.arf"], "m.MAT", "The .mat copy of a BioSig file.", "Read m.arf beside it."),
        (["m.hea"], "m.DAT", "The samples of a WFDB record.", "Read m.hea beside it."),
        (["x.arf", "x.hea"], "m.dat", "Notes or another text without waveforms in a known format.",
         EXPORT),
        (["CAP-1-2", "CAP-1", "CAP-1-2-9"], "CAP-1-2-16.0kHz-analyzed.txt", ANALYSIS,
         "Read the recording CAP-1-2 beside it instead."),
        (["other"], "CAP-1-2-16.0kHz-analyzed.txt", ANALYSIS, "Read the recording instead."),
    ],
)  # fmt: skip
def test_what_belongs_to_a_recording_points_at_it(
    there: list[str], named: str, what: str, todo: str, tmp_path: Path
) -> None:
    for name in there:
        (tmp_path / name).write_text("x")
    path = tmp_path / named
    path.write_text("Threshold (dB SPL): 20" if "analyzed" in named else "words")
    hint = explain(peek(path))
    assert (hint.what, hint.todo) == (what, todo)
