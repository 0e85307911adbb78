"""``evoscope abr generate``: a cohort and its picture, or one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.abr.generation.toy import write_toy

from evoscope.abr.cohort import Cohort
from evoscope.cli import main


def run(*arguments: str) -> int:
    return main(["abr", "generate", *arguments])


def test_a_cohort_and_a_picture_are_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_toy(tmp_path / "pack")
    out = tmp_path / "synth.parquet"
    request = ["-o", str(out), "--model", str(tmp_path / "pack"), "--class", "snhl", "-n", "3"]
    request += ["--level", "60", "--level", "80", "--age", "0.3", "--steps", "4"]
    assert run(*request) == 0
    assert Cohort.open(out).n_rows == 6
    assert out.with_suffix(".png").read_bytes()[:4] == b"\x89PNG"
    said = capsys.readouterr()
    assert "synthetic" in said.err
    assert "is rare" in said.err
    assert "snhl" in said.out
    assert run(*request) == 2  # nothing is overwritten unasked
    assert run(*request, "--overwrite") == 0


def test_a_bad_request_is_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = ["--model", "cvae", "--class", "snhl", "--level", "500"]
    assert run("-o", str(tmp_path / "s.parquet"), *asked) == 2
    assert "level_db should be between" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (["--level", "60"], "--class should be given. Found none. Give it, draw it"),
        (["--class", "snhl"], "--level should be given. Found none. Give it, draw it"),
    ],
)
def test_what_is_missing_is_named_as_the_option_it_is(
    asked: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("-o", str(tmp_path / "s.parquet"), *asked) == 2
    assert said in capsys.readouterr().err


def test_a_name_that_says_another_format_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["-o", str(tmp_path / "ears.csv")]
    for command in (["generate", *asked, "--joint"], ["simulate", *asked, "--patients", "1"]):
        assert main(["abr", *command]) == 2
        assert "-o should end in .parquet. Found ears.csv." in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
