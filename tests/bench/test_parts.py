"""``evoscope bench`` knows every benchmark there is, and says plainly what it leaves out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evoscope.bench import PARTS, Part, part_named, run_part
from evoscope.bench.table import RESULTS, ROOT
from evoscope.bench.tables import TABLES
from evoscope.cli import main


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
def test_what_a_part_runs_exists(part: Part) -> None:
    if part.command[0] == "-m":
        path = ROOT.joinpath("src", *part.command[1].split("."))
        assert (path / "__main__.py").is_file() or path.with_suffix(".py").is_file()
    else:
        assert (ROOT / part.command[0]).is_file()


def test_every_result_file_has_a_part_that_makes_it() -> None:
    there = {path.name for path in (ROOT / RESULTS).glob("*.json")}
    made = {name for part in PARTS for name in part.results}
    assert there - made == set()


def test_every_table_is_of_results_that_can_be_made_again() -> None:
    made = {name for part in PARTS for name in part.results}
    assert {name for table in TABLES for name in table.files} <= made


def test_names_of_parts_are_unique() -> None:
    assert len({part.name for part in PARTS}) == len(PARTS)


def test_a_misspelt_part_is_answered_with_the_right_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "piers"]) == 2
    assert "Did you mean 'peers'?" in capsys.readouterr().err
    with pytest.raises(ValueError, match="peers"):
        part_named("piers")


def test_the_list_runs_nothing_and_names_all(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "--list", "--json"]) == 0
    assert [row["part"] for row in json.loads(capsys.readouterr().out)] == [p.name for p in PARTS]
    assert main(["bench", "peers", "--list"]) == 0
    assert capsys.readouterr().out.startswith("peers ")


def part(*command: str, **fields: object) -> Part:
    return Part("toy", "a toy", command, ("toy.json",), 0.1, **fields)  # type: ignore[arg-type]


def test_a_part_that_fails_is_told_from_one_that_ran(tmp_path: Path) -> None:
    assert run_part(part("-c", "pass"), tmp_path, quick=False).state == "done"
    failed = run_part(part("-c", "raise SystemExit(3)"), tmp_path, quick=False)
    assert (failed.state, failed.why) == ("failed", "exit code 3")


def test_a_part_without_what_it_needs_is_skipped_with_the_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("EVOSCOPE_REALDATA", raising=False)
    skipped = run_part(part("-c", "pass", needs=("real recordings",)), tmp_path, quick=False)
    assert (skipped.state, skipped.why) == ("skipped", "it needs real recordings")


def test_a_part_made_of_runs_that_are_not_there_says_which(tmp_path: Path) -> None:
    of_runs = part("-c", "pass", takes=("runs/lines.jsonl",))
    skipped = run_part(of_runs, tmp_path, quick=False)
    assert (skipped.state, skipped.why) == ("skipped", "it needs runs/lines.jsonl")
    (tmp_path / "runs").mkdir()
    (tmp_path / "runs" / "lines.jsonl").touch()
    assert run_part(of_runs, tmp_path, quick=False).state == "done"


def test_what_takes_hours_runs_only_where_it_is_named(tmp_path: Path) -> None:
    long = part("-c", "pass", hours=True)
    assert run_part(long, tmp_path, quick=False, named=False).state == "skipped"
    assert run_part(long, tmp_path, quick=False, named=True).state == "done"


def test_a_quick_run_may_need_less(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EVOSCOPE_REALDATA", raising=False)
    without = part("-c", "pass", needs=("real recordings",), quick=("--quick",))
    assert run_part(without, tmp_path, quick=True).state == "done"
    with_it = part("-c", "pass", quick=("--quick",), quick_needs=("real recordings",))
    assert run_part(with_it, tmp_path, quick=True).state == "skipped"


def test_a_quick_run_hands_the_part_its_own_words(tmp_path: Path) -> None:
    code = "import sys; sys.exit(0 if sys.argv[1:] == ['--quick'] else 1)"
    assert run_part(part("-c", code, quick=("--quick",)), tmp_path, quick=True).state == "done"
    assert run_part(part("-c", code), tmp_path, quick=True).state == "skipped"


def test_parts_run_on_one_thread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    code = "import os, sys; sys.exit(os.environ['OMP_NUM_THREADS'] != '1')"
    assert run_part(part("-c", code), tmp_path, quick=False).state == "done"
