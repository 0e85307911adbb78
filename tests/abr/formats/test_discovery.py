"""Folders and globs: recordings are found, everything else is skipped with a reason."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from evoscope.abr.formats import discover

from .builders_binary import BUILDERS as BINARY
from .builders_text import epl_text, ihs_text, plain_rows


@pytest.fixture
def clinic(tmp_path: Path) -> Path:
    ihs = ihs_text([{"level": 60}])
    (tmp_path / "left").mkdir()
    (tmp_path / "left" / "P1-60db.TXT.gz").write_bytes(gzip.compress(ihs.encode()))
    (tmp_path / "ABR-1-2").write_text(epl_text())
    (tmp_path / "rows.csv").write_text(plain_rows())
    (tmp_path / "LICENSE.txt").write_text("Permission is granted")
    (tmp_path / "SOURCE.md").write_text("# where it came from")
    (tmp_path / "thresholds.csv").write_text("freq_hz,threshold_db\n4000,30\n")
    (tmp_path / "empty.txt").touch()
    (tmp_path / ".hidden.csv").write_text(plain_rows())
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "x.csv").write_text(plain_rows())
    return tmp_path


def names(found: tuple[Path, ...]) -> list[str]:
    return [path.name for path in found]


def test_a_folder_yields_its_recordings_and_a_reason_for_the_rest(clinic: Path) -> None:
    found = discover([clinic])
    assert names(found.recordings) == ["ABR-1-2", "rows.csv", "P1-60db.TXT.gz"]
    why = {Path(path).name: reason for path, reason in found.skipped}
    assert why["LICENSE.txt"] == "A licence."
    assert "threshold_db" in why["thresholds.csv"]
    assert why["empty.txt"].startswith("An empty file")
    assert set(why) == {"LICENSE.txt", "SOURCE.md", "thresholds.csv", "empty.txt"}


def test_a_recording_that_is_damaged_is_still_found_so_that_it_is_reported(clinic: Path) -> None:
    text = (clinic / "ABR-1-2").read_text()
    (clinic / "ABR-1-2").write_text(text[: len(text) // 2])
    assert "ABR-1-2" in names(discover([clinic]).recordings)


def test_a_glob_and_a_shell_that_expanded_it_find_the_same(clinic: Path) -> None:
    by_glob = discover([str(clinic / "*.*")])
    by_shell = discover(sorted(p for p in clinic.glob("*.*") if p.is_file()))
    assert "rows.csv" in names(by_glob.recordings)
    assert set(by_shell.recordings) - {clinic / ".hidden.csv"} == set(by_glob.recordings)
    assert "SOURCE.md" in {Path(path).name for path, _ in by_glob.skipped}


def test_a_file_named_alone_is_always_tried_so_that_its_fault_is_explained(clinic: Path) -> None:
    assert discover([clinic / "SOURCE.md"]).recordings == (clinic / "SOURCE.md",)
    assert discover([clinic / "no such file"]).recordings == (clinic / "no such file",)
    assert discover([str(clinic / "*.xyz")]).recordings == (clinic / "*.xyz",)


def test_a_file_is_read_once_however_often_it_is_named(clinic: Path) -> None:
    found = discover([clinic, clinic / "rows.csv", str(clinic / "*.csv")])
    assert names(found.recordings).count("rows.csv") == 1


def test_a_folder_that_is_a_recording_is_not_entered(tmp_path: Path) -> None:
    psi = BINARY["psi"](tmp_path)
    found = discover([tmp_path])
    assert found.recordings == (psi,)
    assert found.skipped == ()


def test_the_parts_of_a_recording_are_not_reported(tmp_path: Path) -> None:
    header = BINARY["wfdb"](tmp_path)
    found = discover([tmp_path])
    assert found.recordings == (header,)
    assert found.skipped == ()


def test_a_report_of_an_earlier_run_is_not_read_back(clinic: Path) -> None:
    out = clinic / "out"
    out.mkdir()
    (out / "findings.json").write_text("{}")
    (out / "report.html").write_text("<html>")
    (out / "copy.csv").write_text(plain_rows())
    found = discover([clinic])
    assert out / "copy.csv" not in found.recordings
    assert dict(found.skipped)[str(out)] == "A report of this program."


def test_what_is_skipped_says_what_to_do_unless_folders_are_full_of_it(tmp_path: Path) -> None:
    for name, data in (("a.pdf", b"%PDF"), ("notes.md", b"words"), ("a.json", b"{}")):
        (tmp_path / name).write_bytes(data)
    for folder in ("EEG.Zarr", "__MACOSX", "in/ner/more"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "x.csv").write_text(plain_rows())
    for found in (discover([tmp_path]), discover([str(tmp_path / "in" / "**" / "*.csv")])):
        assert found.recordings == (tmp_path / "in" / "ner" / "more" / "x.csv",)
    assert dict(discover([tmp_path]).skipped) == {
        str(tmp_path / "EEG.Zarr"): "A Zarr array without the folder that describes it.",
        str(tmp_path / "a.pdf"): "A PDF report: pictures of waveforms, not waveforms. Export the "
        "waveforms from the device as text, or write a plain CSV.",
        str(tmp_path / "a.json"): "A JSON, XML or HTML document.",
        str(tmp_path / "notes.md"): "Notes or another text without waveforms in a known format.",
    }
