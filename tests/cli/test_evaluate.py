"""``evoscope abr evaluate`` from the shell: a tiny clinic, and what may go wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from evoscope.abr.benchmark.evaluation import Evaluation
from evoscope.abr.cohort import (
    COLUMNS,
    Cohort,
    CohortWriter,
    load_split,
    make_split,
    split_path,
)
from evoscope.abr.findings import WAVES
from evoscope.abr.simulation import simulate_series

Run = Callable[..., tuple[int, str, str]]
RATE_HZ, LEVELS_DB = 15_000.0, (20.0, 50.0, 80.0)


def write_clinic(path: Path, patients: int = 8) -> Path:
    with CohortWriter(path, n_samples=225, sampling_rate_hz=RATE_HZ, onset_sample=15.0) as writer:
        for i in range(patients):
            threshold = 5.0 + 5.0 * i
            series, truth = simulate_series(
                true_threshold_db=threshold, levels_db=LEVELS_DB, seed=i, sampling_rate_hz=RATE_HZ
            )
            n = len(series)
            levels = [truth.levels[r.level_db] for r in series]
            halves = np.array([r.halves for r in series])
            columns: dict[str, object] = {column.name: None for column in COLUMNS} | {
                "patient_id": [f"P{i}"] * n,
                "ear": ["left"] * n,
                "series_id": [f"P{i} left"] * n,
                "record": list(range(n)),
                "species": ["human"] * n,
                "sex": ["unknown"] * n,
                "stimulus": ["click"] * n,
                "level_db": [r.level_db for r in series],
                "level_reference": ["nHL"] * n,
                "rate_hz": [21.1] * n,
                "polarity": ["alternating"] * n,
                "transducer": ["insert"] * n,
                "sampling_rate_hz": [RATE_HZ] * n,
                "onset_sample": [15.0] * n,
                "waveform": np.array([r.waveform for r in series]),
                "half_a": halves[:, 0],
                "half_b": halves[:, 1],
                "clean_waveform": np.array([one.clean_waveform for one in levels]),
                "response_present": [one.response_present for one in levels],
                "loss_type": ["normal" if threshold < 25 else "snhl"] * n,
                "true_threshold_db": [threshold] * n,
                "lowest_response_level_db": [truth.lowest_response_level_db] * n,
                "synthetic": [False] * n,
                "weight": [1.0] * n,
            }
            for wave in WAVES:
                found = [one.wave(wave) for one in levels]
                columns[f"wave_{wave}_present"] = [w.present for w in found]
                columns[f"wave_{wave}_latency_ms"] = [w.latency_ms for w in found]
                columns[f"wave_{wave}_amplitude_uv"] = [w.amplitude_uv for w in found]
            writer.append(columns)
    return path


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = write_clinic(tmp_path_factory.mktemp("clinic") / "cohort.parquet")
    cohort = Cohort.open(path)
    make_split(cohort, seed=1).save(split_path(cohort))
    return path


@pytest.fixture(scope="module", autouse=True)
def few_resamples() -> object:
    from evoscope.abr.benchmark.protocol import ruler

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ruler, "RESAMPLES", 20)
        patch.setattr(ruler, "SLICE_RESAMPLES", 4)
        yield


def test_an_evaluation_leaves_one_json_and_one_page(run: Run, data: Path, tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"
    code, printed, said = run(
        "abr", "evaluate", "classical", "--data", data, "--split", "train", "-o", out,
        "--processes", "1",
    )  # fmt: skip
    assert code == 0, said
    assert sorted(p.name for p in out.iterdir()) == ["evaluation.html", "evaluation.json"]
    document = json.loads((out / "evaluation.json").read_text(encoding="utf-8"))
    promised = {"pack", "data", "commit", "figures"}
    assert promised <= document.keys()
    assert {"path", "sha256", "split_sha256"} <= document["data"].keys()
    figure = {"task", "metric", "slice", "value", "low", "high", "n", "trivial", "limit"}
    assert all(figure | {"simulated"} <= one.keys() for one in document["figures"])
    assert all(one["simulated"] for one in document["figures"])
    cohort = Cohort.open(data)
    split = load_split(split_path(cohort), cohort)
    assert document["data"]["sha256"] == cohort.table_sha256()
    assert document["data"]["split_sha256"] == split.sha256
    assert document["data"]["patients"] == list(split.patients.values()).count("train")
    assert "threshold mae_db" in printed
    assert "not passed" in printed
    page = (out / "evaluation.html").read_text(encoding="utf-8")
    assert "Simulated data" in page
    assert re.findall(r'(?:src|href)="(?!data:|#)', page) == []
    assert "://" not in page
    assert "<script" not in page


def test_every_promised_figure_is_in_the_document(run: Run, data: Path) -> None:
    code, printed, _ = run(
        "abr", "evaluate", "classical", "--data", data, "--split", "all", "--json",
        "--processes", "1",
    )  # fmt: skip
    assert code == 0
    evaluation = Evaluation.model_validate_json(printed)
    found = {(f.task, f.metric) for f in evaluation.figures if f.slice == "all"}
    promised = {
        "existence.V": "f1 auc false_peak_rate missed_peak_rate",
        "latency.V": "r2 correlation mae_ms within_1ms",
        "amplitude.V": "r2 mae_uv",
        "denoise": "mse_over_noise mse_over_wiener correlation snr_db",
        "detection": "auc sensitivity_at_5fpr",
        "threshold": "mae_db bias_db within_5db within_10db r2 correlation over_rate under_rate "
        "coverage_90",
        "class.ear": "accuracy macro_f1 balanced_accuracy recall.snhl ece",
        "class.recording": "accuracy macro_f1 balanced_accuracy recall.total ece",
    }
    wanted = {(task, m) for task, metrics in promised.items() for m in metrics.split()}
    assert wanted <= found
    assert evaluation.data.split_sha256 is None
    assert len(evaluation.gates) == 10


def test_a_quick_look_says_so_and_repeats(run: Run, data: Path) -> None:
    arguments = ("abr", "evaluate", "classical", "--data", data, "--split", "train",
                 "--patients", "3", "--seed", "4", "--json", "--processes", "1")  # fmt: skip
    _, first, _ = run(*arguments)
    _, second, _ = run(*arguments)
    assert first == second
    evaluation = Evaluation.model_validate_json(first)
    assert (evaluation.data.patients, evaluation.data.recordings) == (3, 9)
    assert "quick look: 3 of" in evaluation.data.note


@pytest.mark.parametrize(
    ("pack", "says"),
    [("no_pack", "should be 'classical'"), ("my_pack.onnx", "should be 'classical'")],
)
def test_a_pack_that_cannot_be_run_is_refused(run: Run, data: Path, pack: str, says: str) -> None:
    code, out, err = run("abr", "evaluate", pack, "--data", data)
    assert (code, out) == (2, "")
    assert says in err


def test_a_cohort_without_its_split_is_told_what_to_do(run: Run, tmp_path: Path) -> None:
    alone = write_clinic(tmp_path / "cohort.parquet", patients=2)
    code, out, err = run("abr", "evaluate", "classical", "--data", alone)
    assert (code, out) == (2, "")
    assert "A split should be there" in err


def test_another_cohorts_split_is_refused(run: Run, data: Path, tmp_path: Path) -> None:
    other = write_clinic(tmp_path / "cohort.parquet", patients=7)
    (tmp_path / "split.json").write_bytes(data.with_name("split.json").read_bytes())
    code, _, err = run("abr", "evaluate", "classical", "--data", other)
    assert code == 2
    assert "should be this cohort's" in err


def test_what_is_no_cohort_is_refused(run: Run, tmp_path: Path) -> None:
    letter = tmp_path / "cohort.parquet"
    letter.write_text("Dear colleague,", encoding="utf-8")
    for path, says in ((letter, "should be a Parquet file"), (tmp_path / "no", "Found nothing")):
        code, _, err = run("abr", "evaluate", "classical", "--data", path)
        assert code == 2
        assert says in err
        assert "Traceback" not in err


@pytest.mark.parametrize(
    ("option", "value", "says"),
    [
        ("--patients", "0", "at least 1"),
        ("--processes", "0", "at least 1"),
        ("--seed", "-1", "0 or larger"),
        ("--split", "tset", "test"),
    ],
)
def test_impossible_requests_are_refused(
    run: Run, data: Path, option: str, value: str, says: str
) -> None:
    code, out, err = run("abr", "evaluate", "classical", "--data", data, f"{option}={value}")
    assert (code, out) == (2, "")
    assert says in err


def test_an_earlier_evaluation_is_not_lost(run: Run, data: Path, tmp_path: Path) -> None:
    (tmp_path / "evaluation.json").write_text("{}", encoding="utf-8")
    code, _, err = run("abr", "evaluate", "classical", "--data", data, "-o", tmp_path)
    assert code == 2
    assert "--overwrite" in err
    assert (tmp_path / "evaluation.json").read_text(encoding="utf-8") == "{}"
