"""Whoever works, and however the work is divided, the files are the same to the bit."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.abr.generation.toy import write_toy

from evoscope.abr.analysis import Options
from evoscope.abr.analysis.series import analyze
from evoscope.abr.cohort import Cohort
from evoscope.abr.findings import Document
from evoscope.cli import main
from evoscope.scale.cohorts import analyze_cohorts
from evoscope.scale.rows import cut

CLASSICAL = Options(analyzer="classical")


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture(scope="session")
def whole(cohort: Cohort, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Findings of the cohort, made here and in one piece."""
    folder = tmp_path_factory.mktemp("whole") / "out"
    analyze_cohorts([cohort.path], folder, CLASSICAL)
    return files(folder)


def test_findings_do_not_depend_on_how_a_cohort_is_divided(
    cohort: Cohort, whole: dict[str, bytes], tmp_path: Path
) -> None:
    assert len(cut(cohort.path)) == 1
    assert len(cut(cohort.path, at_least=1)) == 3  # a patient is never cut in two
    analyze_cohorts([cohort.path], tmp_path / "out", CLASSICAL, rows=1)
    assert files(tmp_path / "out") == whole


def test_findings_of_a_cohort_are_those_of_its_series(
    cohort: Cohort, whole: dict[str, bytes]
) -> None:
    lines = whole["findings.jsonl"].splitlines()
    documents = [Document.model_validate_json(line) for line in lines]
    found = [one for document in documents for one in document.series]
    expected = [analyze(one, options=CLASSICAL) for one in cohort.series()]
    assert [one.model_dump_json() for one in found] == [e.model_dump_json() for e in expected]


@pytest.mark.usefixtures("two_workers")
@pytest.mark.timeout(600)  # on a busy machine processes take long to start
class TestOnACluster:
    def test_a_cohort_is_analyzed(
        self, cohort: Cohort, whole: dict[str, bytes], tmp_path: Path
    ) -> None:
        seen: list[int] = []
        out = tmp_path / "out"
        found = analyze_cohorts(
            [cohort.path], out, CLASSICAL, engine="ray", rows=1, progress=seen.append
        )
        assert files(out) == whole
        assert sum(seen) == found.recordings == cohort.n_rows
        assert [path.name for path in tmp_path.iterdir()] == ["out"]

    def test_the_command_analyzes_files(self, tmp_path: Path) -> None:
        ears = tmp_path / "ears"
        asked = ["--patients", "2", "--as", "csv", "--processes", "1"]
        assert main(["abr", "simulate", "-o", str(ears.with_suffix(".parquet")), *asked]) == 0
        for engine in ("local", "ray"):
            given = ["abr", "analyze", str(ears), "-o", str(tmp_path / engine), "--no-figures"]
            assert main([*given, "--engine", engine]) == 0
        local, ray = (files(tmp_path / engine) for engine in ("local", "ray"))
        for made in (local, ray):
            assert b"html" in made.pop("report.html")  # it says when it was made
        assert ray == local

    def test_the_command_simulates(self, tmp_path: Path) -> None:
        made = []
        for engine in ("local", "ray"):
            out = tmp_path / engine / "clinic.parquet"
            out.parent.mkdir()
            asked = ["--patients", "20", "--seed", "7", "--processes", "1", "--engine", engine]
            assert main(["abr", "simulate", "-o", str(out), *asked]) == 0
            made.append(files(out.parent))
        assert made[0] == made[1]
        assert set(made[0]) == {"clinic.parquet", "split.json"}

    def test_the_command_generates(self, tmp_path: Path) -> None:
        write_toy(tmp_path / "pack")
        made = []
        for engine in ("local", "ray"):
            out = tmp_path / engine / "drawn.parquet"
            out.parent.mkdir()
            asked = ["-o", str(out), "--model", str(tmp_path / "pack"), "--class", "snhl"]
            asked += ["-n", "70", "--level", "60", "--level", "80", "--steps", "2"]
            assert main(["abr", "generate", *asked, "--engine", engine]) == 0
            made.append(files(out.parent))
        assert made[0] == made[1]
        assert set(made[0]) == {"drawn.parquet", "drawn.png", "split.json"}

    def test_the_command_answers_messages(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # Two parts; texts of many lengths, as what goes through a network together matters.
        monkeypatch.setattr("evoscope.scale.texts.TEXTS", 512)
        texts = [f"You are {'so ' * (i % 9)}kind, {i}!" for i in range(530)]
        pq.write_table(pa.table({"message": texts}), tmp_path / "texts.parquet")
        for engine in ("local", "ray"):
            given = ["text", "analyze", "--file", str(tmp_path / "texts.parquet")]
            given += ["--column", "message", "-o", str(tmp_path / f"{engine}.jsonl")]
            assert main([*given, "--engine", engine]) == 0
        local, ray = ((tmp_path / f"{one}.jsonl").read_bytes() for one in ("local", "ray"))
        assert ray == local
        assert len(local.splitlines()) == len(texts)


def test_a_cluster_needs_a_place_for_what_is_done(
    cohort: Cohort, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["abr", "analyze", str(cohort.path), "--json", "--engine", "ray"]) == 2
    assert "should come with -o" in capsys.readouterr().err


def test_cohorts_and_files_are_not_mixed(
    cohort: Cohort, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "ear.csv").touch()
    given = [str(cohort.path), str(tmp_path / "ear.csv"), "-o", str(tmp_path / "out")]
    assert main(["abr", "analyze", *given]) == 2
    assert "apart from other files" in capsys.readouterr().err
