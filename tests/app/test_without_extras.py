"""A server without the libraries of extras: what needs one is refused in words, others go on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from tests.abr.formats.builders_binary import build_wfdb
from tests.without_extras import environment_without

from evoscope.abr.demo import demo_files
from evoscope.app import factory
from evoscope.app.settings import Settings


@pytest.fixture(scope="module")
def client(settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    home = tmp_path_factory.mktemp("without")
    here = settings.model_copy(update={"data": home / "store"})
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", environment_without(home)["PYTHONPATH"])  # of its workers
        with TestClient(factory.create_app(here), base_url="http://127.0.0.1:8765") as client:
            yield client


def test_a_physionet_file_is_listed_with_the_extra_beside_ears_that_are_read(
    client: TestClient, tmp_path: Path
) -> None:
    header = build_wfdb(tmp_path)
    sent = [*tmp_path.iterdir(), demo_files()[0]]
    answer = client.post(
        "/api/v1/analyze",
        files=[("files", (path.name, path.read_bytes())) for path in sent],
        params={"wait": True},
    )
    assert answer.status_code == 207
    document = answer.json()
    assert len(document["series"]) == 1
    (error,) = document["errors"]
    assert error["file"].endswith(header.name)
    assert error["hint"] == 'Install it: pip install "evoscope[physionet]".'


def test_synthetic_ears_are_a_503_that_names_the_extra(client: TestClient) -> None:
    asked = {"n": 2, "loss_class": "normal", "levels_db": [60]}
    answer = client.post("/api/v1/generate", json=asked)
    assert answer.status_code == 503
    assert "pip install 'evoscope[cohorts]'" in answer.json()["error"]
    assert client.get("/api/v1/series").status_code == 200
