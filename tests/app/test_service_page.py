"""What docs/service.md says is so: its program runs, its routes and options exist."""

from __future__ import annotations

import re
from pathlib import Path

import httpx2 as httpx
import pytest
from starlette.testclient import TestClient

PAGE = (Path(__file__).parents[2] / "docs" / "service.md").read_text(encoding="utf-8")


def test_the_program_runs(
    client: TestClient,
    ear: bytes,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "p3.csv").write_bytes(ear)
    monkeypatch.chdir(tmp_path)

    class Api:
        """The server of these tests in the place of one that listens."""

        def __init__(self, *, base_url: str, **_settings: object) -> None:
            self.prefix = httpx.URL(base_url).path.rstrip("/")

        def __getattr__(self, method: str) -> object:
            call = getattr(client, method)
            return lambda path, **sent: call(f"{self.prefix}{path}", **sent)

    monkeypatch.setattr(httpx, "Client", Api)
    (program,) = re.findall(r"^```python\n(.*?)^```", PAGE, flags=re.DOTALL | re.MULTILINE)
    exec(compile(program, "service.md", "exec"), {"__name__": "page"})
    said = capsys.readouterr().out.splitlines()
    assert re.fullmatch(r"P3 right click estimated \d+\.0", said[0])
    assert said[1:] == ["anna 6.1", "text/html; charset=utf-8"]


def test_every_route_of_the_page_exists_and_every_route_is_on_it(client: TestClient) -> None:
    document = client.get("/api/v1/openapi.json").json()
    table = PAGE.split("| request | does |")[1].split("\n\n")[0]
    named = set(re.findall(r"`(?:[A-Z]+ )?(/[a-z/{}._]+)", table)) - {"/api/v", "/metrics"}
    shown = {re.sub(r"\{\w+\}", "{}", path) for path in named}
    there = {re.sub(r"\{\w+\}", "{}", path.removeprefix("/api/v1")) for path in document["paths"]}
    assert shown == there


def test_every_option_of_the_command_is_on_the_page(capsys: pytest.CaptureFixture[str]) -> None:
    from evoscope.cli import main

    assert main(["serve", "--help"]) == 0
    options = set(re.findall(r"--[a-z][a-z-]+", capsys.readouterr().out)) - {"--help", "--version"}
    table = PAGE.split("| option | is |")[1].split("\n\n")[0]
    assert options == set(re.findall(r"--[a-z][a-z-]+", table))
