"""The whole judgement on small cohorts: figures by their promised names, a page, a command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import evoscope
from evoscope.cli import main


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    where = tmp_path_factory.mktemp("judge")
    evoscope.simulate(where / "real.parquet", patients=40, seed=1)
    evoscope.simulate(where / "made.parquet", patients=25, seed=2)
    return where


def test_a_synthetic_cohort_is_judged_beside_its_rivals(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["abr", "evaluate", "--generation", str(folder / "made.parquet")]
    asked += ["--data", str(folder / "real.parquet"), "-o", str(folder / "out")]
    assert main([*asked, "--recordings", "60"]) == 0
    found = json.loads((folder / "out" / "evaluation.json").read_text())
    figures = {(f["metric"], f["slice"]): f for f in found["figures"]}
    promised = ("frechet_over_floor", "mmd_over_floor", "c2st_auc", "nn_ratio", "tstr_ratio")
    for rival in ("cohort", "gaussian", "conditional-mean", "oversampling", "simulator"):
        for metric in (*promised, "latency_w1_over_floor"):
            assert (metric, f"model={rival}") in figures
    assert all(f["task"] == "generation" and f["simulated"] for f in found["figures"])
    page = (folder / "out" / "evaluation.html").read_text()
    assert page.count("data:image/svg+xml") == 6
    assert "frechet_over_floor" in capsys.readouterr().out
    assert main(asked) == 2  # an earlier judgement is not replaced


@pytest.mark.parametrize(
    ("more", "says"),
    [
        (["--generation", "--split", "all"], "should go with the test patients"),
        (["--steps", "5"], "should go with --generation"),
        (["--generation", "--recordings", "3"], "most should be at least 50"),
    ],
)
def test_what_does_not_fit_is_refused(
    folder: Path, more: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = [
        "abr",
        "evaluate",
        str(folder / "made.parquet"),
        "--data",
        str(folder / "real.parquet"),
    ]
    assert main([*asked, *more]) == 2
    assert says in capsys.readouterr().err


def test_a_generator_that_is_not_there_is_a_sentence(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["abr", "evaluate", "--generation", str(folder / "none")]
    assert main([*asked, "--data", str(folder / "real.parquet")]) == 2
    assert "A model pack should be a folder" in capsys.readouterr().err


def test_a_cohort_of_another_population_is_refused_before_anything_is_judged(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    drawn = ["abr", "generate", "-o", str(folder / "few.parquet"), "--model", "cvae"]
    assert main([*drawn, "--ears", "10", "--class", "neuropathy", "--level", "60"]) == 0
    asked = ["abr", "evaluate", "--generation", str(folder / "few.parquet")]
    asked += ["--data", str(folder / "real.parquet"), "-o", str(folder / "never")]
    assert main([*asked, "--recordings", "60"]) == 2
    said = " ".join(capsys.readouterr().err.split())
    assert "another population" in said
    assert "judge the generator itself" in said
    assert not (folder / "never").exists()
