"""A server in this process, with workers of its own, and an ear to send it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from evoscope.abr.formats import write_csv
from evoscope.abr.simulation import simulate_series
from evoscope.app.factory import create_app
from evoscope.app.settings import Limits, Settings

BASE = "http://127.0.0.1:8765"
LIMITS = Limits(requests_a_second=1e6, burst=1_000_000)


def write_ear(path: Path, subject: str = "P3", seed: int = 1) -> Path:
    series, _ = simulate_series(
        true_threshold_db=22.0, levels_db=(10, 20, 30, 40, 60, 80), seed=seed, subject=subject
    )
    return write_csv(series, path)


@pytest.fixture(scope="session")
def ear(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return write_ear(tmp_path_factory.mktemp("ear") / "p3.csv").read_bytes()


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    data = tmp_path_factory.mktemp("server") / "store"
    return Settings(data=data, analyzer="classical", limits=LIMITS)


@pytest.fixture(scope="session")
def client(settings: Settings) -> Iterator[TestClient]:
    with TestClient(create_app(settings), base_url=BASE) as client:
        yield client


Send = Callable[..., Any]


@pytest.fixture(scope="session")
def send(client: TestClient) -> Send:
    """Send files; return the response."""

    def call(*files: tuple[str, bytes], wait: bool = True, **fields: str) -> Any:
        sent = [("files", file) for file in files]
        return client.post("/api/v1/analyze", files=sent, data=fields, params={"wait": wait})

    return call


@pytest.fixture(scope="session")
def stored(send: Send, ear: bytes, client: TestClient) -> str:
    """The id of a series that is there for all tests that only look at it."""
    upload = send(("p3.csv", ear)).headers["x-evoscope-upload"]
    return str(client.get(f"/api/v1/uploads/{upload}").json()["series"][0])


@pytest.fixture
def series(send: Send, ear: bytes, client: TestClient) -> Iterator[str]:
    """The id of a series of its own, forgotten afterwards."""
    upload = send(("p3.csv", ear)).headers["x-evoscope-upload"]
    yield str(client.get(f"/api/v1/uploads/{upload}").json()["series"][0])
    client.delete(f"/api/v1/uploads/{upload}")
