"""A folder as a clinic has it: recordings, a broken one, notes."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from evoscope.abr.formats import write_csv
from evoscope.abr.simulation import simulate_series
from evoscope.cli import main


def write_ear(path: Path, subject: str = "P3", seed: int = 1) -> Path:
    series, _ = simulate_series(
        true_threshold_db=22.0, levels_db=(10, 20, 30, 40, 60, 80), seed=seed, subject=subject
    )
    return write_csv(series, path)


@pytest.fixture(scope="session")
def ear(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_ear(tmp_path_factory.mktemp("ear") / "p3.csv")


@pytest.fixture
def clinic(tmp_path: Path) -> Path:
    """Two good ears, one file that breaks off, one letter."""
    folder = tmp_path / "clinic"
    folder.mkdir()
    write_ear(folder / "p3.csv")
    write_ear(folder / "p6.csv", subject="P6", seed=2)
    good = (folder / "p3.csv").read_text(encoding="utf-8")
    broken = re.sub(r",\d+,nHL,", ",loud,nHL,", good)
    assert broken.count("loud") == 18  # six recordings: average, half A, half B
    (folder / "broken.csv").write_text(broken, encoding="utf-8")
    (folder / "letter.txt").write_text("Dear colleague,\nthank you for referring P3.\n")
    return folder


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command in this process: exit code, stdout, stderr."""

    def call(*arguments: str | Path) -> tuple[int, str, str]:
        code = main([str(a) for a in arguments])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call
