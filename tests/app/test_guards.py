"""What stands before every request, met as a client meets it."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from evoscope.app.factory import create_app
from evoscope.app.guards import COOKIE, Rates
from evoscope.app.record import JsonLines
from evoscope.app.settings import Limits, Settings

TOKEN = "a token that nobody guesses"
HERE = "http://127.0.0.1:8765"


def app_of(tmp_path: Path, **fields: object) -> TestClient:
    """A client of a server that was not started: guards come before everything it needs."""
    settings = Settings(data=tmp_path / "store", **fields)  # type: ignore[arg-type]
    return TestClient(create_app(settings), base_url=HERE, raise_server_exceptions=False)


def test_every_response_forbids_foreign_and_inline_scripts(client: TestClient) -> None:
    for path in ("/api/v1/health", "/nothing", "/api/v1/series/x", "/metrics"):
        headers = client.get(path).headers
        policy = dict(part.split(" ", 1) for part in headers["content-security-policy"].split("; "))
        assert policy["script-src"] == "'self'", path
        assert policy["default-src"] == "'self'"
        assert headers["x-content-type-options"] == "nosniff"


def test_what_the_api_says_of_people_is_not_cached(client: TestClient) -> None:
    assert client.get("/api/v1/series").headers["cache-control"] == "no-store"


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "", "[", "localhost."])
def test_a_foreign_host_name_is_refused(client: TestClient, host: str) -> None:
    # A name that someone else's DNS points here (rebinding) would read the store.
    answer = client.get("/api/v1/series", headers={"host": host})
    assert answer.status_code == 403
    assert set(answer.json()) == {"error", "hint"}


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:9999"])
def test_another_sites_page_cannot_write(client: TestClient, origin: str) -> None:
    answer = client.post("/api/v1/simulate", json={}, headers={"origin": origin})
    assert answer.status_code == 403
    own = client.delete("/api/v1/jobs/" + "0" * 32, headers={"origin": HERE})
    assert own.status_code == 404


def test_a_body_beyond_the_limit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    client = app_of(tmp_path, limits=Limits(body_bytes=1000))
    answer = client.post("/api/v1/simulate", content=b"x" * 1001)
    assert answer.status_code == 413
    assert "1000 bytes" in answer.json()["error"]


def test_a_body_that_hides_its_length_is_cut_off(tmp_path: Path) -> None:
    client = app_of(tmp_path, limits=Limits(body_bytes=1000))
    chunks = (b"x" * 100 for _ in range(11))
    answer = client.post(
        "/api/v1/simulate", content=chunks, headers={"content-type": "application/json"}
    )
    assert answer.status_code == 413


def test_an_upload_may_be_larger_than_other_bodies(tmp_path: Path) -> None:
    limits = Limits(body_bytes=1000, upload_bytes=2000)
    client = app_of(tmp_path, limits=limits)
    assert client.post("/api/v1/analyze", content=b"x" * 1500).status_code != 413
    assert client.post("/api/v1/analyze", content=b"x" * 2500).status_code == 413


def test_the_token_opens_by_header_and_by_cookie_and_nothing_else_does(tmp_path: Path) -> None:
    client = app_of(tmp_path, token=TOKEN)
    path = "/api/v1/openapi.json"
    assert client.get(path).status_code == 401
    assert client.get(path, headers={"authorization": "Bearer wrong"}).status_code == 401
    assert client.get(path, headers={"cookie": f"{COOKIE}={TOKEN}"}).status_code == 401
    assert client.get(path, headers=[(b"cookie", b"a=\x80;;=,")]).status_code == 401
    assert client.get("/metrics").status_code == 401
    assert client.get(path, headers={"authorization": f"Bearer {TOKEN}"}).status_code == 200


def test_a_page_shows_the_token_once(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "store", token=TOKEN)  # type: ignore[arg-type]
    with TestClient(create_app(settings), base_url=HERE) as client:
        assert client.get("/api/v1/health").json()["token_needed"] is True
        assert client.post("/api/v1/session", json={"token": "wrong"}).status_code == 401
        assert client.get("/api/v1/series").status_code == 401
        answer = client.post("/api/v1/session", json={"token": TOKEN})
        cookie = answer.headers["set-cookie"].lower()
        assert "httponly" in cookie
        assert "samesite=strict" in cookie
        assert TOKEN not in cookie
        assert client.get("/api/v1/series").json() == {"total": 0, "series": []}


def test_a_peer_is_slowed_by_its_address_not_by_what_it_says(tmp_path: Path) -> None:
    client = app_of(tmp_path, limits=Limits(requests_a_second=0.01, burst=3))
    codes = [
        client.get("/metrics", headers={"x-forwarded-for": f"10.0.0.{i}"}).status_code
        for i in range(5)
    ]
    assert codes == [200, 200, 200, 429, 429]
    assert int(client.get("/metrics").headers["retry-after"]) > 0


def test_opening_the_page_leaves_what_its_user_does_uncounted(tmp_path: Path) -> None:
    # A browser fetches every file of the page at once; a drag right after it must be saved.
    client = app_of(tmp_path, limits=Limits(requests_a_second=0.01, burst=2))
    assert {client.get("/").status_code for _ in range(300)} == {200}
    assert [client.get("/metrics").status_code for _ in range(3)] == [200, 200, 429]
    assert client.get("/").status_code == 200


def test_rates_recover_and_keep_peers_apart() -> None:
    now = [0.0]
    rates = Rates(a_second=2.0, burst=1, clock=lambda: now[0])
    assert rates.wait_s("10.0.0.1") == 0.0
    assert rates.wait_s("10.0.0.1") == 0.5
    assert rates.wait_s("10.0.0.2") == 0.0
    now[0] = 0.5
    assert rates.wait_s("10.0.0.1") == 0.0
    # One household's IPv6 addresses are one peer.
    assert rates.wait_s("2001:db8::1") == 0.0
    assert rates.wait_s("2001:db8::ffff:2") > 0.0


def test_the_log_names_routes_never_names_or_words(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="evoscope.app"):
        client.get("/api/v1/series", params={"subject": "Anna Smith"})
        client.post("/api/v1/text/analyze", json={"text": "a secret", "extra": "another secret"})
        client.get("/Anna/Smith")
    lines = [JsonLines().format(record) for record in caplog.records]
    assert [json.loads(line)["route"] for line in lines] == ["/series", "/text/analyze", "none"]
    assert not any(word in line for line in lines for word in ("Anna", "Smith", "secret"))
    assert not any("testclient" in line for line in lines)


def test_an_error_does_not_repeat_what_was_sent(client: TestClient) -> None:
    answer = client.post("/api/v1/text/analyze", json={"text": 5, "Anna Smith": "my secret"})
    assert answer.status_code == 422
    assert "secret" not in answer.text


def test_metrics_count_requests_by_route(client: TestClient) -> None:
    def count() -> int:
        label = 'evoscope_requests_total{method="GET",route="/health",status="200"}'
        lines = client.get("/metrics").text.splitlines()
        return int(next((line.split()[-1] for line in lines if line.startswith(label)), "0"))

    before = count()
    client.get("/api/v1/health")
    assert count() == before + 1
