"""The loop from a person to a model: corrections leave as a cohort that a network learns from."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from evoscope.abr.analysis import Options, analyze
from evoscope.abr.cohort import Cohort, load_split, split_path
from evoscope.abr.simulation import simulate_series
from evoscope.app.readings import Acted, MarkLossType, MarkThreshold, MarkWave, reading_of
from evoscope.app.work.cohort import export_cohort
from evoscope.app.work.refused import RefusedError
from evoscope.app.work.stored import to_bytes
from evoscope.cli import main
from evoscope.multitask.verdict import ending, judge_task

AT = datetime(2026, 1, 1, tzinfo=UTC)
PATIENTS = 8


def write_input(folder: Path, *, other_rate_hz: float = 20_000.0) -> None:
    """What the server hands a worker: kept series of patients, each read by anna."""
    series = []
    for i in range(PATIENTS):
        made, _ = simulate_series(
            true_threshold_db=25,
            levels_db=(20, 40, 60, 80),
            seed=i,
            subject=f"P{i}",
            sampling_rate_hz=20_000.0 if i else other_rate_hz,
        )
        acts = (
            MarkWave(
                kind="wave", level_db=60, wave="V", present=True, latency_ms=6.1, amplitude_uv=0.2
            ),
            MarkWave(kind="wave", level_db=20, wave="V", present=False),
            MarkThreshold(kind="threshold", value_db=40),
            MarkLossType(kind="loss_type", value="snhl" if i < 2 else "cannot tell"),
        )
        reading = reading_of("anna", [Acted(n, AT, act) for n, act in enumerate(acts, start=1)])
        findings = analyze(made, options=Options(analyzer="classical"))
        (folder / f"series-{i}.npz").write_bytes(to_bytes(made))
        series.append(
            {
                "id": f"{i:032x}",
                "findings": findings.model_dump(mode="json"),
                "options": {"analyzer": "classical"},
                "reading": reading.model_dump(mode="json"),
            }
        )
    (folder / "cohort.json").write_text(json.dumps({"series": series}))


def unpacked(folder: Path, **arguments: Any) -> Cohort:
    export_cohort({"accept": False, **arguments}, folder, lambda *_: None)
    zipfile.ZipFile(folder / "cohort.zip").extractall(folder / "out")
    cohort = Cohort.open(folder / "out" / "cohort.parquet")
    cohort.validate()
    load_split(split_path(cohort), cohort)
    return cohort


def test_only_what_a_person_marked_is_a_label(tmp_path: Path) -> None:
    write_input(tmp_path)
    cohort = unpacked(tmp_path)
    assert cohort.metadata.sampling_rate_hz == 20_000  # their own clock: nothing was resampled
    table = cohort.to_pandas().set_index(["patient_id", "level_db"])
    at = {level: table.loc[("P3", level)] for level in (20, 40, 60, 80)}
    assert (at[60]["marked_V_present"], at[60]["marked_V_latency_ms"]) == (True, 6.1)
    assert at[20]["marked_V_present"] is False
    assert at[40]["marked_V_present"] is None
    assert {row["marked_threshold_db"] for row in at.values()} == {40}
    types = table["loss_type"].groupby("patient_id").first()
    assert types[["P0", "P1"]].eq("snhl").all()
    assert types.drop(["P0", "P1"]).isna().all()  # "cannot tell" is no class
    assert not table["synthetic"].any()


def test_what_the_reader_left_counts_where_it_is_accepted(tmp_path: Path) -> None:
    write_input(tmp_path)
    table = unpacked(tmp_path, accept=True).to_pandas()
    loud = table[table["level_db"] == 80]
    assert (loud["marked_V_present"] == True).all()  # noqa: E712 - null is neither
    assert loud["marked_V_latency_ms"].between(5, 7).all()


def test_recordings_of_different_clocks_share_that_of_the_networks(tmp_path: Path) -> None:
    write_input(tmp_path, other_rate_hz=24_414.0)
    cohort = unpacked(tmp_path)
    assert cohort.metadata.sampling_rate_hz == 15_000
    assert cohort.to_pandas()["patient_id"].nunique() == PATIENTS


def test_a_network_learns_from_the_export(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # Of a verdict that is not read here: the usual 200 take most of the time of a small run.
    monkeypatch.setattr(ending, "judge_task", partial(judge_task, resamples=2))
    write_input(tmp_path)
    cohort = unpacked(tmp_path, accept=True)
    # What the service's page says to run; few patients, so one pass over them.
    arguments = ["abr", "train", "finetune", "--from", "default", "--data", str(cohort.path)]
    fast = ["--set", "epochs=1", "--set", "batch_size=8", "--processes", "1"]
    code = main([*arguments, "-o", str(tmp_path / "run"), *fast])
    said = capsys.readouterr()
    assert code == 0, said.err
    assert (tmp_path / "run" / "pack" / "card.json").is_file()


def test_nothing_to_export_is_said(tmp_path: Path) -> None:
    (tmp_path / "cohort.json").write_text('{"series": []}')
    with pytest.raises(RefusedError, match="Found none"):
        export_cohort({"accept": False}, tmp_path, lambda *_: None)


def test_the_server_exports_what_one_rater_corrected(client: TestClient, series: str) -> None:
    act = {"kind": "wave", "level_db": 60, "wave": "V", "present": True, "latency_ms": 6.1}
    for rater in ("anna", "bert"):
        body = {"rater": rater, "act": {**act, "latency_ms": 6.1 if rater == "anna" else 5.8}}
        client.post(f"/api/v1/series/{series}/corrections", json=body)
    answer = client.get("/api/v1/export/cohort.zip", params={"rater": "bert", "series": series})
    assert answer.status_code == 200
    with zipfile.ZipFile(io.BytesIO(answer.content)) as packed:
        assert set(packed.namelist()) == {"cohort.parquet", "cohort.split.json"}
    nobody = client.get("/api/v1/export/cohort.zip", params={"rater": "carl", "series": series})
    assert nobody.status_code == 422
    assert "Correct a series first" in nobody.json()["hint"]
