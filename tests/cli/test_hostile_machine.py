"""Full disks, folders that take nothing, kills, races, foreign languages: nothing is lost."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from importlib.resources import files
from pathlib import Path

import pytest

DEMO = Path(str(files("evoscope.abr.demo") / "demo-left.csv"))
SMALL_DISK_BYTES = 20_000


def command(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "evoscope", "abr", "analyze", *map(str, arguments)]


def run(
    *arguments: str | Path,
    env: dict[str, str] | None = None,
    before: Callable[[], None] | None = None,
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command("--analyzer", "classical", "--no-figures", *arguments),
        env={**os.environ, **(env or {})},
        preexec_fn=before,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def contents(folder: Path) -> dict[str, bytes]:
    return {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()}


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("earlier") / "out"
    done = run(DEMO, "-o", folder)
    assert done.returncode == 0, done.stderr
    return folder


def test_a_disk_that_is_full_costs_no_earlier_result(results: Path) -> None:
    before = contents(results)
    small = partial(resource.setrlimit, resource.RLIMIT_FSIZE, (SMALL_DISK_BYTES,) * 2)
    done = run(DEMO, "-o", results, "--overwrite", before=small)
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    assert "File too large" in done.stderr
    assert contents(results) == before
    assert [p.name for p in results.parent.iterdir()] == ["out"]


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a folder that takes nothing")
def test_a_folder_that_takes_nothing_is_said_before_any_work() -> None:
    done = run(DEMO, "-o", "/proc/evoscope/out")
    assert done.returncode == 2
    assert "writable folder" in " ".join(done.stderr.split())
    assert "Choose another folder" in " ".join(done.stderr.split())


@pytest.mark.parametrize("after_s", [1.0, 2.5])
def test_killed_at_any_time_the_results_are_the_old_or_the_new(
    results: Path, after_s: float
) -> None:
    before = contents(results)
    work = subprocess.Popen(
        command("--analyzer", "classical", "--no-figures", DEMO, "-o", results, "--overwrite"),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    time.sleep(after_s)
    work.send_signal(signal.SIGKILL)
    work.wait()
    assert contents(results).keys() == before.keys()
    json.loads((results / "findings.json").read_bytes())


def test_of_two_runs_into_one_folder_one_gets_it_and_the_other_says_so(tmp_path: Path) -> None:
    asked = command("--analyzer", "classical", "--no-figures", DEMO, "-o", tmp_path / "out")
    both = [subprocess.Popen(asked, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    said = [one.communicate()[1] for one in both]
    assert sorted(one.returncode for one in both) == [0, 2]
    loser = next(text for one, text in zip(both, said, strict=True) if one.returncode)
    assert "another folder" in " ".join(loser.split())
    json.loads((tmp_path / "out" / "findings.json").read_bytes())
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize(
    "env",
    [
        {"LC_ALL": "tr_TR.UTF-8", "LC_NUMERIC": "de_DE.UTF-8", "TZ": "Pacific/Kiritimati"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    ],
    ids=["another language and day", "no language"],
)
def test_language_and_clock_change_no_number(
    results: Path, tmp_path: Path, env: dict[str, str]
) -> None:
    ear = tmp_path / "İki ışık.csv"  # noqa: RUF001
    ear.write_bytes(DEMO.read_bytes())
    done = run(ear, "-o", tmp_path / "out", env=env)
    assert done.returncode == 0, done.stderr
    for table in ("waves.csv", "thresholds.csv"):
        ours, theirs = (
            (folder / table).read_text(encoding="utf-8") for folder in (tmp_path / "out", results)
        )
        assert ours.replace(str(ear), str(DEMO)) == theirs
