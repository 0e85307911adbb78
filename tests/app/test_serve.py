"""``evoscope serve`` as a process: starts, answers, is killed, and has every correction again."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2 as httpx
import pytest

from evoscope.cli import main

EVOSCOPE = [sys.executable, "-c", "import sys; from evoscope.cli import main; sys.exit(main())"]


@contextmanager
def serving(data: Path, *arguments: str, **environment: str) -> Iterator[tuple[Any, str]]:
    """A running server: its process and where it listens."""
    process = subprocess.Popen(
        [*EVOSCOPE, "serve", "--port", "0", "--data", str(data), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **environment},
        start_new_session=True,
    )
    stop = threading.Timer(250, process.kill)  # a server that says nothing fails, it does not hang
    stop.start()
    try:
        assert process.stdout is not None
        said = process.stdout.readline()
        found = re.search(r"http://\S+/", said)
        if found is None:
            process.kill()
            raise AssertionError(process.communicate())
        yield process, found.group()
    finally:
        stop.cancel()
        if process.poll() is None:
            process.kill()
        process.communicate()


def asking(url: str) -> httpx.Client:
    return httpx.Client(base_url=f"{url}api/v1", timeout=90)


@pytest.mark.timeout(300)  # two starts of a server: 10 s, and many times that on a busy machine
def test_a_killed_server_has_every_correction_again(tmp_path: Path, ear: bytes) -> None:
    data = tmp_path / "store"
    with serving(data, "--analyzer", "classical") as (process, url), asking(url) as api:
        answer = api.post("/analyze", files=[("files", ("p3.csv", ear))])
        assert answer.status_code == 200, answer.text
        (series,) = api.get(f"/uploads/{answer.headers['x-evoscope-upload']}").json()["series"]
        for level in (80, 60, 40):
            act = {"kind": "wave", "level_db": level, "wave": "V", "present": False}
            body = {"rater": "anna", "act": act}
            assert api.post(f"/series/{series}/corrections", json=body).status_code == 201
        process.send_signal(signal.SIGKILL)
        process.wait()
    with serving(data) as (process, url), asking(url) as api:
        one = api.get(f"/series/{series}").json()
        assert [mark["level_db"] for mark in one["readings"][0]["waves"]] == [40, 60, 80]
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=60) == 128 + signal.SIGTERM
        logged = [json.loads(one) for one in process.stderr.read().splitlines() if one[:1] == "{"]
        (line,) = [one for one in logged if one["event"] == "request"]
        assert (line["route"], line["status"]) == ("/series/{series}", 200)


def test_another_host_demands_a_token_before_anything_starts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["serve", "--host", "0.0.0.0", "--data", str(tmp_path / "store")])
    assert code == 2
    assert "token" in capsys.readouterr().err
    assert not (tmp_path / "store").exists()


def test_a_port_that_is_taken_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        code = main(["serve", "--port", port, "--data", str(tmp_path / "store")])
    assert code == 2
    assert "another port" in capsys.readouterr().err


def test_a_pack_that_is_not_there_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["serve", "--analyzer", str(tmp_path), "--data", str(tmp_path / "store")])
    assert code == 2
    assert "card.json" in capsys.readouterr().err


def test_the_server_starts_without_what_only_workers_need() -> None:
    probe = (
        "import sys\nimport evoscope.app.factory\n"
        "heavy = {'numpy', 'scipy', 'pandas', 'matplotlib', 'sqlalchemy', 'onnxruntime', 'torch'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    said = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True).stdout
    assert said.strip() == "[]"


def test_an_empty_folder_gets_its_tables_without_what_migrates(tmp_path: Path) -> None:
    probe = (
        "import sys\nfrom evoscope.app.store.store import Store\n"
        "Store(sys.argv[1]).close()\n"
        "print('alembic' in sys.modules)"
    )
    url = f"sqlite:///{tmp_path / 'store.sqlite'}"
    done = subprocess.run(
        [sys.executable, "-c", probe, url], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"


@pytest.mark.timeout(300)
@pytest.mark.skipif(sys.platform == "win32", reason="the browser here is a shell script")
def test_the_page_opens_where_it_is_asked_for_and_only_there(tmp_path: Path) -> None:
    opened, browser = tmp_path / "opened", tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > {opened}.part && mv {opened}.part {opened}\n')
    browser.chmod(0o755)
    silent = serving(tmp_path / "silent", BROWSER=f"{browser} %s", DISPLAY=":9")
    with silent as (_, url), asking(url) as api:
        assert api.get("/health").status_code == 200
        assert not opened.exists()  # nobody is at this terminal
    with serving(tmp_path / "shown", "--browser", BROWSER=f"{browser} %s") as (_, url):
        for _ in range(600):
            if opened.exists():
                break
            time.sleep(0.1)
        assert opened.read_text().strip() == url
