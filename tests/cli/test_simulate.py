"""``evoscope abr simulate``: a cohort from one command, device files that read back."""

from __future__ import annotations

from pathlib import Path

import pytest

from evoscope.abr.cohort import Cohort
from evoscope.abr.formats import read
from evoscope.cli import main


def run(*arguments: str) -> int:
    return main(["abr", "simulate", *arguments, "--processes", "1"])


def test_a_cohort_is_written_and_its_classes_are_printed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "clinic.parquet"
    assert run("-o", str(out), "--patients", "6", "--seed", "2") == 0
    assert Cohort.open(out).n_rows > 6
    assert "normal" in capsys.readouterr().out


@pytest.mark.parametrize("kind", ["ihs", "csv", "epl"])
def test_device_files_read_back_as_the_patients_they_are_of(tmp_path: Path, kind: str) -> None:
    out = tmp_path / "clinic.parquet"
    assert run("-o", str(out), "--patients", "3", "--as", kind) == 0
    truth = {
        (r.subject.id, r.subject.ear, r.level_db) for s in Cohort.open(out).series() for r in s
    }
    found = [r for series in read(tmp_path / "clinic") for r in series]
    assert {(r.subject.id, r.subject.ear, r.level_db) for r in found} == truth
    assert len(found) == Cohort.open(out).n_rows


def test_device_files_of_another_time_are_not_mixed_with_the_new_ones(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, request = tmp_path / "clinic", ["-o", str(tmp_path / "clinic.parquet"), "--as", "csv"]
    folder.mkdir()
    (folder / "clinic-9-000099.csv").write_text("the ear of another time")
    assert run(*request, "--patients", "1") == 2
    assert "should be new or empty. Found clinic-9-000099.csv" in capsys.readouterr().err
    assert not (tmp_path / "clinic.parquet").exists()
    assert run(*request, "--patients", "1", "--overwrite") == 0
    assert not (folder / "clinic-9-000099.csv").exists()
    (folder / "anna.csv").write_text("a recording of one's own")
    assert run(*request, "--patients", "1", "--overwrite") == 2
    assert (folder / "anna.csv").exists()


@pytest.mark.parametrize("bad", [("--patients", "-1"), ("--profile", "hospital"), ("--seed", "-1")])
def test_a_bad_request_exits_2_with_the_allowed_values(
    tmp_path: Path, bad: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("-o", str(tmp_path / "x.parquet"), *bad) == 2
    assert "should be" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_no_process_is_not_every_core(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["abr", "simulate", "-o", str(tmp_path / "x.parquet"), "--processes", "0"]) == 2
    assert "processes should be at least 1. Found 0" in capsys.readouterr().err
