"""The API as a page and a program use it: files in, findings, corrections, exports out."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from starlette.testclient import TestClient

from evoscope.abr.findings import json_schema
from evoscope.cli import main

Send = Callable[..., Any]
LETTER = ("letter.txt", b"Dear colleague,\nthank you for referring P3.\n")


def act(client: TestClient, series: str, rater: str = "anna", **act: Any) -> Any:
    body = {"rater": rater, "act": act}
    return client.post(f"/api/v1/series/{series}/corrections", json=body)


def export(client: TestClient, what: str, **params: Any) -> Any:
    answer = client.get(f"/api/v1/export/{what}", params=params)
    assert answer.status_code == 200, answer.text
    return answer


def test_the_answer_is_what_the_command_line_writes(
    send: Send, ear: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = send(("p3.csv", ear))
    assert answer.status_code == 200
    jsonschema.validate(answer.json(), json_schema())
    (tmp_path / "p3.csv").write_bytes(ear)
    monkeypatch.chdir(tmp_path)
    arguments = ["abr", "analyze", "p3.csv", "-o", "out", "--analyzer", "classical"]
    assert main([*arguments, "--no-figures"]) == 0
    assert answer.json() == json.loads((tmp_path / "out" / "findings.json").read_text())


def test_one_bad_file_does_not_cost_the_others(send: Send, ear: bytes) -> None:
    broken = ear.replace(b",nHL,", b",loud,")
    answer = send(("p3.csv", ear), ("sub/broken.csv", broken), LETTER)
    assert answer.status_code == 207
    document = answer.json()
    assert len(document["series"]) == 1
    assert [one["file"] for one in document["errors"]] == ["sub/broken.csv"]
    assert "loud" in document["errors"][0]["reason"]
    assert [one["file"] for one in document["skipped"]] == ["letter.txt"]


def test_files_that_all_fail_are_a_client_error_with_a_hint(send: Send) -> None:
    answer = send(LETTER)
    assert answer.status_code == 422
    assert answer.json()["error"]
    assert answer.json()["hint"]


def test_folders_keep_two_patients_of_one_file_name_apart(send: Send, ear: bytes) -> None:
    document = send(("P3/right.csv", ear), ("P4/right.csv", ear)).json()
    assert [one["info"]["file"] for one in document["series"]] == ["P3/right.csv", "P4/right.csv"]


def test_long_work_is_followed_to_its_end(send: Send, ear: bytes, client: TestClient) -> None:
    answer = send(("p3.csv", ear), wait=False)
    assert answer.status_code == 202
    job = answer.json()
    assert answer.headers["location"] == f"/api/v1/jobs/{job['id']}"
    text = client.get(f"/api/v1/jobs/{job['id']}/events").text
    events = [
        (lines[0].removeprefix("event: "), json.loads(lines[1].removeprefix("data: ")))
        for lines in (block.split("\n") for block in text.strip().split("\n\n"))
        if not lines[0].startswith(":")
    ]
    assert [name for name, _ in events][-1] == "end"
    assert {"progress"} >= {name for name, _ in events[:-1]}
    end = events[-1][1]
    assert (end["state"], end["problem"]) == ("done", None)
    assert client.get(f"/api/v1/jobs/{job['id']}").json() == end
    upload = client.get(f"/api/v1/uploads/{end['result']['upload']}").json()
    assert upload["series"] == end["result"]["series"]
    # What has ended stays as it ended.
    assert client.delete(f"/api/v1/jobs/{job['id']}").json() == end


def test_a_job_that_is_called_off_stores_nothing(
    send: Send, ear: bytes, client: TestClient
) -> None:
    files = [(f"{i}/p3.csv", ear) for i in range(60)]
    job = send(*files, wait=False).json()["id"]
    client.delete(f"/api/v1/jobs/{job}")
    text = client.get(f"/api/v1/jobs/{job}/events").text
    assert '"state":"cancelled"' in text
    latest = client.get("/api/v1/uploads", params={"limit": 1}).json()[0]
    assert (latest["state"], latest["series"]) == ("cancelled", [])


def test_a_series_has_what_a_waterfall_draws(client: TestClient, stored: str) -> None:
    one = client.get(f"/api/v1/series/{stored}").json()
    findings = one["findings"]
    assert [level["level_db"] for level in findings["levels"]] == [10, 20, 30, 40, 60, 80]
    for level in findings["levels"]:
        for trace in ("trace", "denoised"):
            assert len(level[trace]["values_uv"]) > 100
    assert one["summary"]["id"] == stored
    assert one["version"] == 1
    norms = client.get(f"/api/v1/series/{stored}/norms").json()["latency"]
    v_at_60 = next(n for n in norms if (n["wave"], n["level_db"]) == ("V", 60))
    assert v_at_60["low_ms"] < 5.9 < v_at_60["high_ms"]


def test_series_are_listed_and_filtered(client: TestClient, stored: str) -> None:
    page = client.get("/api/v1/series", params={"subject": "P3", "limit": 1}).json()
    assert page["total"] >= 1
    assert len(page["series"]) == 1
    assert client.get("/api/v1/series", params={"subject": "nobody"}).json()["total"] == 0
    assert client.get("/api/v1/series", params={"sort": "colour"}).status_code == 422


def test_a_correction_is_there_for_the_next_who_looks(client: TestClient, series: str) -> None:
    made = act(client, series, kind="wave", level_db=60, wave="V", present=True, latency_ms=5.9)
    assert made.status_code == 201
    (mark,) = made.json()["waves"]
    assert (mark["rater"], mark["latency_ms"]) == ("anna", 5.9)
    assert mark["amplitude_uv"] > 0.05  # measured where it was placed
    act(client, series, "bert", kind="threshold", value_db=40)
    one = client.get(f"/api/v1/series/{series}").json()
    assert [reading["rater"] for reading in one["readings"]] == ["anna", "bert"]
    assert one["readings"][0] == made.json()
    assert one["summary"]["raters"] == ["anna", "bert"]
    undone = act(client, series, kind="undo").json()
    assert (undone["waves"], undone["can_redo"]) == ([], True)
    history = client.get(f"/api/v1/series/{series}/corrections", params={"rater": "anna"}).json()
    assert [one["act"]["kind"] for one in history["acts"]] == ["wave", "undo"]


@pytest.mark.parametrize(
    ("status", "wrong"),
    [
        (422, {"kind": "wave", "level_db": 61, "wave": "V", "present": False}),
        (422, {"kind": "wave", "level_db": 60, "wave": "V", "present": True, "latency_ms": 45}),
        (422, {"kind": "wave", "level_db": 60, "wave": "V", "present": True}),
        (409, {"kind": "undo"}),
        (409, {"kind": "redo"}),
    ],
)
def test_a_correction_that_cannot_be_is_refused_and_not_kept(
    client: TestClient, stored: str, status: int, wrong: dict[str, Any]
) -> None:
    assert act(client, stored, "zoe", **wrong).status_code == status
    assert "zoe" not in client.get(f"/api/v1/series/{stored}").json()["summary"]["raters"]


@pytest.mark.parametrize("rater", ["", "  ", "machine", "x" * 61, "a\nb", "\ud800"])
def test_a_rater_has_a_name_that_a_table_can_hold(
    client: TestClient, stored: str, rater: str
) -> None:
    body = json.dumps({"rater": rater, "act": {"kind": "undo"}})
    path = f"/api/v1/series/{stored}/corrections"
    answer = client.post(path, content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 422


def test_another_analysis_leaves_corrections_and_the_first_findings(
    client: TestClient, series: str
) -> None:
    act(client, series, kind="wave", level_db=60, wave="V", present=True, latency_ms=5.9)
    before = client.get(f"/api/v1/series/{series}").json()
    job = client.post(f"/api/v1/series/{series}/analyze", json={"filter": "smooth"}).json()
    end = client.get(f"/api/v1/jobs/{job['id']}/events").text.strip().split("\n")[-1]
    assert json.loads(end.removeprefix("data: "))["result"] == {"series": series, "version": 2}
    after = client.get(f"/api/v1/series/{series}").json()
    assert after["version"] == 2
    assert after["findings"] != before["findings"]
    assert after["versions"][1]["options"]["filter_preset"] == "smooth"
    assert after["readings"] == before["readings"]
    first = client.get(f"/api/v1/series/{series}", params={"version": 1}).json()
    assert first["findings"] == before["findings"]
    assert client.get(f"/api/v1/series/{series}", params={"version": 3}).status_code == 404


def test_an_age_is_kept_with_the_analysis_that_was_told_it(client: TestClient, series: str) -> None:
    job = client.post(f"/api/v1/series/{series}/analyze", json={"age_weeks": 6}).json()
    client.get(f"/api/v1/jobs/{job['id']}/events")
    after = client.get(f"/api/v1/series/{series}").json()
    assert after["versions"][-1]["options"]["age_weeks"] == 6
    assert after["findings"]["info"]["age_weeks"] == 6
    assert "preset infant" in str(after["findings"]["processing"])
    first = client.get(f"/api/v1/series/{series}", params={"version": 1}).json()
    assert first["findings"]["info"]["age_weeks"] is None


def test_analyzing_again_without_changes_finds_the_same(client: TestClient, series: str) -> None:
    job = client.post(f"/api/v1/series/{series}/analyze", json={}).json()
    client.get(f"/api/v1/jobs/{job['id']}/events")
    first, again = (
        client.get(f"/api/v1/series/{series}", params={"version": version}).json()["findings"]
        for version in (1, 2)
    )
    assert again == first


def test_exports_say_what_the_screen_says(client: TestClient, series: str) -> None:
    act(client, series, kind="wave", level_db=60, wave="V", present=True, latency_ms=6.125)
    act(client, series, kind="threshold", value_db=45)
    act(client, series, kind="loss_type", value="neuropathy")
    chosen = {"series": series, "rater": "anna"}
    document = export(client, "findings.json", **chosen).json()
    jsonschema.validate(document, json_schema())
    (found,) = document["series"]
    at_60 = next(level for level in found["levels"] if level["level_db"] == 60)
    wave_v = next(wave for wave in at_60["waves"] if wave["name"] == "V")
    assert wave_v["latency_ms"]["value"] == 6.125
    assert found["threshold"]["value_db"] == 45
    assert (found["loss_type"]["name"], found["loss_type"]["probability"]) == ("neuropathy", None)
    # Without a rater it is the analysis, as it was answered.
    plain = export(client, "findings.json", series=series).json()["series"][0]
    assert plain == client.get(f"/api/v1/series/{series}").json()["findings"]
    waves = list(csv.DictReader(io.StringIO(export(client, "tables/waves.csv", **chosen).text)))
    row = next(one for one in waves if (one["level_db"], one["wave"]) == ("60", "V"))
    assert row["latency_ms"] == "6.125"
    marks = export(client, "tables/corrections.csv", series=series).text
    rows = list(csv.DictReader(io.StringIO(marks)))
    assert [one["what"] for one in rows] == ["wave", "threshold", "loss type"]
    assert [one["loss_type"] for one in rows] == ["", "", "neuropathy"]
    report = export(client, "report.html", **chosen, figures=False)
    assert "Corrected by anna" in report.text
    assert "Neuropathy" in report.text
    assert "<script" not in report.text
    packed = zipfile.ZipFile(
        io.BytesIO(export(client, "results.zip", **chosen, figures=False).content)
    )
    assert {"results/report.html", "results/waves.csv", "results/corrections.csv"} <= set(
        packed.namelist()
    )


def test_readers_are_compared(client: TestClient, series: str) -> None:
    act(client, series, kind="wave", level_db=60, wave="V", present=False)
    found = client.get(
        "/api/v1/compare", params={"a": "machine", "b": "anna", "series": series}
    ).json()
    pair = next(p for p in found["series"][0]["waves"] if (p["level_db"], p["wave"]) == (60, "V"))
    assert (pair["a"]["present"], pair["b"]["present"]) == (True, False)
    figure = next(one for one in found["waves"] if one["wave"] == "V")
    assert figure["agreement"]["value"] == pytest.approx(5 / 6)


def test_an_ear_is_simulated_with_its_truth(client: TestClient) -> None:
    asked = {"true_threshold_db": 30, "levels_db": [20, 60], "replicates": 2, "analyzer": "default"}
    made = client.post("/api/v1/simulate", json=asked).json()
    soft, loud = made["levels"]
    assert (soft["response_present"], loud["response_present"]) == (False, True)
    assert len(loud["averages_uv"]) == 2
    assert {wave["name"] for wave in loud["waves"] if wave["present"]} >= {"V"}
    assert made["findings"]["levels"]
    impossible = client.post("/api/v1/simulate", json={"stimulus": "tone"})
    assert impossible.status_code == 422
    assert "frequency_hz" in impossible.json()["error"]


def test_what_ships_draws_ears_and_reads_messages(client: TestClient) -> None:
    answer = client.post("/api/v1/generate", json={"loss_class": "snhl", "levels_db": [60]})
    assert answer.status_code == 200, answer.text
    assert answer.json()["recordings"]
    answer = client.post("/api/v1/text/analyze", json={"text": "Hello!"})
    assert answer.status_code == 200, answer.text
    assert answer.json()["emotion_scores"]


def test_text_requests_are_bounded(client: TestClient) -> None:
    many = client.post("/api/v1/text/analyze/batch", json={"texts": ["x"] * 101})
    assert (many.status_code, "at most 100" in many.json()["error"]) == (422, True)
    long = client.post("/api/v1/text/analyze", json={"text": "x" * 20_001})
    assert (long.status_code, "20000" in long.json()["error"]) == (422, True)
    assert client.post("/api/v1/text/analyze/batch", json={"texts": []}).status_code == 422


def test_forgetting_is_forgetting(client: TestClient, send: Send, ear: bytes) -> None:
    upload = send(("p3.csv", ear)).headers["x-evoscope-upload"]
    (series,) = client.get(f"/api/v1/uploads/{upload}").json()["series"]
    assert client.delete(f"/api/v1/series/{series}").status_code == 204
    assert client.get(f"/api/v1/series/{series}").status_code == 404
    assert client.delete(f"/api/v1/uploads/{upload}").status_code == 204
    assert client.delete(f"/api/v1/uploads/{upload}").status_code == 404


def test_no_upload_is_left_in_the_spool(client: TestClient, settings: Any) -> None:
    assert list((settings.data / "spool").iterdir()) == []
