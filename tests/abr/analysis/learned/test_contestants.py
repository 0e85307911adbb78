"""A pack by name: on the command line, and against the truth of a cohort."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from evoscope.abr.analysis import analyze
from evoscope.abr.benchmark.protocol import predict
from evoscope.abr.benchmark.protocol.contestants import contestant
from evoscope.abr.cohort import COLUMNS, Cohort, CohortWriter
from evoscope.abr.findings import WAVES, Document
from evoscope.abr.formats import write_csv
from evoscope.cli import evaluate_command, main
from evoscope.runtime import PackError

from . import oracle
from .oracle import Case, case

RATE_HZ = 15_000.0


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    return [
        case(10 + i, 15.0 + 10 * i, sampling_rate_hz=RATE_HZ, subject=f"P{i}") for i in range(3)
    ]


@pytest.fixture(scope="module")
def pack(cases: list[Case], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return oracle.write(tmp_path_factory.mktemp("contest") / "pack", cases).folder


@pytest.fixture(scope="module")
def cohort(cases: list[Case], tmp_path_factory: pytest.TempPathFactory) -> Cohort:
    path = tmp_path_factory.mktemp("cohort") / "cohort.parquet"
    first = cases[0][0].recordings[0]
    with CohortWriter(
        path,
        n_samples=first.waveform.size,
        sampling_rate_hz=RATE_HZ,
        onset_sample=first.onset_sample,
    ) as writer:
        for series, truth in cases:
            n, who = len(series), series.recordings[0].subject.id
            levels = [truth.levels[r.level_db] for r in series]
            columns: dict[str, object] = {column.name: None for column in COLUMNS} | {
                "patient_id": [who] * n,
                "ear": ["right"] * n,
                "series_id": [f"{who} right"] * n,
                "record": list(range(n)),
                "species": ["human"] * n,
                "sex": ["unknown"] * n,
                "stimulus": ["click"] * n,
                "level_db": [r.level_db for r in series],
                "level_reference": ["nHL"] * n,
                "rate_hz": [r.stimulus.rate_hz for r in series],
                "polarity": ["alternating"] * n,
                "transducer": ["insert"] * n,
                "sampling_rate_hz": [RATE_HZ] * n,
                "onset_sample": [first.onset_sample] * n,
                "waveform": np.array([r.waveform for r in series]),
                "half_a": np.array([r.halves[0] for r in series if r.halves is not None]),
                "half_b": np.array([r.halves[1] for r in series if r.halves is not None]),
                "clean_waveform": np.array([one.clean_waveform for one in levels]),
                "response_present": [one.response_present for one in levels],
                "loss_type": ["normal"] * n,
                "true_threshold_db": [truth.true_threshold_db] * n,
                "lowest_response_level_db": [truth.lowest_response_level_db] * n,
                "synthetic": [True] * n,
                "weight": [1.0] * n,
            }
            for wave in WAVES:
                found = [one.wave(wave) for one in levels]
                columns[f"wave_{wave}_present"] = [w.present for w in found]
                columns[f"wave_{wave}_latency_ms"] = [w.latency_ms for w in found]
                columns[f"wave_{wave}_amplitude_uv"] = [w.amplitude_uv for w in found]
            writer.append(columns)
    return Cohort.open(path)


def test_a_contestant_that_knows_the_truth_is_right_about_every_patient(
    cohort: Cohort, pack: Path
) -> None:
    found = predict(cohort, {"P0", "P1", "P2"}, analyzer=contestant(str(pack)))
    rows, series = found.recordings, found.series
    assert rows["found_V_present"].tolist() == rows["wave_V_present"].tolist()
    there = rows["found_V_present"].to_numpy()
    error = (rows["found_V_latency_ms"] - rows["wave_V_latency_ms"])[there]
    assert error.abs().max() < 0.02
    assert (series["found_threshold_db"] == series["lowest_response_level_db"]).all()
    assert (found.ears["found_class"] == "normal").all()


def test_the_shipped_pack_is_who_answers_when_nobody_is_named(cohort: Cohort) -> None:
    named, plain, classical = (
        predict(cohort, {"P0"}, analyzer=who)
        for who in (contestant("default"), analyze, contestant("classical"))
    )
    assert named.recordings.equals(plain.recordings)
    assert not named.recordings.equals(classical.recordings)


def test_a_contestants_name_holds_version_and_hash(pack: Path) -> None:
    name, version, sha256 = contestant(str(pack)).name.split()
    assert (name, version, len(sha256)) == ("oracle", "7", 64)


def test_a_contestant_that_is_not_there_is_refused() -> None:
    with pytest.raises(PackError, match="should be a folder"):
        contestant("no/such/pack")


def test_evaluate_asks_the_pack_that_is_named(
    cohort: Cohort, pack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: dict[str, object] = {}

    def note(_cohort: Cohort, **settings: object) -> None:
        asked.update(settings)
        raise ValueError("no need to measure")

    monkeypatch.setattr(evaluate_command, "evaluate", note)
    assert main(["abr", "evaluate", str(pack), "--data", str(cohort.path)]) == 2
    who = contestant(str(pack))
    assert (asked["pack"], asked["analyzer"]) == (who.name, who)


def test_analyze_takes_a_pack(
    cases: list[Case], pack: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write_csv(cases[0][0], tmp_path / "p0.csv")
    assert main(["abr", "analyze", str(file), "--analyzer", str(pack), "--json"]) == 0
    document = Document.model_validate(json.loads(capsys.readouterr().out))
    assert document.series[0].analyzer.name == "oracle"


def test_analyze_refuses_a_pack_that_is_not_there(
    tmp_path: Path, cases: list[Case], capsys: pytest.CaptureFixture[str]
) -> None:
    file = write_csv(cases[0][0], tmp_path / "p0.csv")
    assert main(["abr", "analyze", str(file), "--analyzer", "nowhere", "--json"]) == 2
    assert "--analyzer should be 'classical'" in capsys.readouterr().err
