"""The blinded quiz over HTTP: nothing tells before the answer, and the score is right."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from starlette.testclient import TestClient

from evoscope.abr.formats import write_csv
from evoscope.abr.simulation import simulate_series
from evoscope.app.factory import create_app
from evoscope.app.settings import Limits, Settings

BASE = "http://127.0.0.1:8765"


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A server of its own: whose store holds what this module put there."""
    data = tmp_path_factory.mktemp("quiz") / "store"
    limits = Limits(requests_a_second=1e6, burst=1_000_000)
    settings = Settings(data=data, analyzer="classical", limits=limits)
    with TestClient(create_app(settings), base_url=BASE) as client:
        yield client


@pytest.fixture(scope="module")
def begun(quiet: TestClient) -> dict[str, Any]:
    answer = quiet.post("/api/v1/quizzes", json={"n": 12})
    assert answer.status_code == 201, answer.text
    view: dict[str, Any] = answer.json()
    return view


def answered(client: TestClient, view: dict[str, Any], said: str) -> dict[str, Any]:
    body = {"number": view["item"]["number"], "said": said}
    answer = client.post(f"/api/v1/quizzes/{view['id']}/answers", json=body)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_nothing_before_the_answer_says_what_is_so(begun: dict[str, Any]) -> None:
    assert begun["real"] == "simulated"  # an empty store has no recording to show
    assert set(begun["item"]) == {"number", "level_db", "values_uv"}
    assert begun["answered"] == []
    assert begun["score"]["classes"] == []
    left = json.dumps(begun)
    assert "synthetic" not in left
    assert "loss_class" not in left


def test_answers_are_scored_and_each_counts_once(quiet: TestClient, begun: dict[str, Any]) -> None:
    view, told = begun, []
    while view["item"]:
        assert len(view["item"]["values_uv"]) == len(begun["item"]["values_uv"])
        assert max(map(abs, view["item"]["values_uv"])) <= begun["axis_uv"]
        view = answered(quiet, view, "synthetic")
        told.append(view["answered"][-1])
    assert {one["kind"] for one in told} == {"real", "synthetic"}
    right = sum(one["kind"] == "synthetic" for one in told)
    score = view["score"]
    assert (score["n"], score["right"]) == (12, right)
    assert score["low"] < right / 12 < score["high"]
    # Who always says the same is no better than chance, whatever the share of right answers.
    assert abs(score["d_prime"]) < 1.0
    assert score["criterion"] < -1.0
    assert sum(one["n"] for one in score["classes"]) == 12
    again = {"number": 12, "said": "real"}
    assert quiet.post(f"/api/v1/quizzes/{view['id']}/answers", json=again).status_code == 409
    assert quiet.get(f"/api/v1/quizzes/{view['id']}").json() == view


def test_an_item_that_is_not_the_next_is_refused(quiet: TestClient) -> None:
    view = quiet.post("/api/v1/quizzes", json={"n": 4}).json()
    answers = f"/api/v1/quizzes/{view['id']}/answers"
    problem = quiet.post(answers, json={"number": 2, "said": "real"})
    assert problem.status_code == 409
    assert "1, the next one" in problem.json()["error"]
    assert quiet.get("/api/v1/quizzes/" + "0" * 32).status_code == 404


def test_both_kinds_have_the_same_noise_band_and_size(quiet: TestClient) -> None:
    """A line through simple measures should not tell them: else the quiz judges the treatment."""
    of: dict[str, list[tuple[float, float]]] = {"real": [], "synthetic": []}
    view = quiet.post("/api/v1/quizzes", json={"n": 60}).json()
    while view["item"]:
        values = np.array(view["item"]["values_uv"])
        fast = np.abs(np.fft.rfft(values))[20:].sum() / np.abs(np.fft.rfft(values)).sum()
        view = answered(quiet, view, "real")
        of[view["answered"][-1]["kind"]].append((float(fast), float(values.std())))
    for real, synthetic in zip(np.array(of["real"]).T, np.array(of["synthetic"]).T, strict=True):
        above = np.mean(real[:, None] > synthetic[None, :])
        assert 0.2 < above < 0.8  # area under the curve of that measure


def test_stored_recordings_are_the_real_ones(quiet: TestClient, tmp_path: Path) -> None:
    ids = []
    for seed in (1, 2):
        series, _ = simulate_series(
            true_threshold_db=22.0, levels_db=(30, 40, 60, 80), seed=seed, subject=f"P{seed}"
        )
        file = write_csv(series, tmp_path / f"{seed}.csv")
        sent = quiet.post("/api/v1/analyze", files=[("files", (file.name, file.read_bytes()))])
        assert sent.status_code == 200
        upload = quiet.get(f"/api/v1/uploads/{sent.headers['x-evoscope-upload']}").json()
        ids += upload["series"]
    view = quiet.post("/api/v1/quizzes", json={"n": 60}).json()
    assert view["real"] == "recorded"
    assert 4 <= view["of"] <= 8  # eight levels; none is shown twice
    # A person knows better than the analysis at which levels there is a response.
    act = {"kind": "threshold", "status": "estimated", "value_db": 60}
    for one in ids:
        said = quiet.post(f"/api/v1/series/{one}/corrections", json={"rater": "anna", "act": act})
        assert said.status_code == 201
    view = quiet.post("/api/v1/quizzes", json={"n": 60}).json()
    assert (view["real"], view["of"]) == ("recorded", 4)  # 60 and 80 dB of both
    while view["item"]:
        assert view["item"]["level_db"] >= 60
        view = answered(quiet, view, "real")
