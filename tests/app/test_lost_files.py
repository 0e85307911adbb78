"""A file that ends or holds up the process that reads it costs itself, not what came with it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.testclient import TestClient

from evoscope.app import factory
from evoscope.app.settings import Settings

# As a defect in a reader's or an analyzer's machine code would do, for files with such names.
PLANTED = """
    import os, signal, time
    from evoscope.abr.analysis import files

    read, analyze = files.read_recordings, files.analyze

    def odd(name):
        if "segfault" in name: os.kill(os.getpid(), signal.SIGSEGV)
        if "killed" in name: os.kill(os.getpid(), signal.SIGKILL)
        if "hang" in name: time.sleep(600)
        if "hoard" in name: bytearray(1 << 40)

    def odd_read(path):
        if "late" not in str(path): odd(str(path))
        return read(path)

    def odd_analyze(series, **options):
        odd(series.file)
        return analyze(series, **options)

    files.read_recordings, files.analyze = odd_read, odd_analyze
"""
SECONDS = 5.0
BASE = "http://127.0.0.1:8765"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory, settings: Settings) -> Iterator[TestClient]:
    home = tmp_path_factory.mktemp("planted")
    (home / "planted_defects.py").write_text(textwrap.dedent(PLANTED))
    limits = settings.limits.model_copy(update={"file_seconds": SECONDS})
    here = Settings(data=home / "store", analyzer="classical", limits=limits)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(home))
        patch.setattr(factory, "ANALYSIS", ("planted_defects",))
        with TestClient(factory.create_app(here), base_url=BASE) as client:
            yield client


def analyzed(client: TestClient, *files: tuple[str, bytes], **params: Any) -> Any:
    return client.post("/api/v1/analyze", files=[("files", one) for one in files], params=params)


def test_only_the_files_that_crash_are_lost(client: TestClient, ear: bytes) -> None:
    odd = ("a/segfault.csv", "b/killed.csv", "c/late-segfault.csv", "d/hoard.csv")
    good = ("a/1.csv", "d/2.csv", "z/3.csv")
    answer = analyzed(client, *((name, ear) for name in (*odd, *good)))
    assert answer.status_code == 207, answer.text
    document = answer.json()
    assert [one["info"]["file"] for one in document["series"]] == list(good)
    errors = {one["file"]: one for one in document["errors"]}
    assert set(errors) == set(odd)
    for name, how in zip(odd, ("SIGSEGV", "SIGKILL", "SIGSEGV", "Memory"), strict=True):
        assert how in errors[name]["reason"]
        assert errors[name]["hint"]
    # They are listed with the upload, where a page looks after a reload.
    upload = client.get(f"/api/v1/uploads/{answer.headers['x-evoscope-upload']}").json()
    assert {one["file"] for one in upload["errors"]} == set(odd)
    assert upload["state"] == "done"


def test_a_file_that_hangs_is_given_up_and_the_rest_goes_on(client: TestClient, ear: bytes) -> None:
    answer = analyzed(client, ("1/p.csv", ear), ("2/hang.csv", ear), ("3/p.csv", ear))
    document = answer.json()
    assert [one["info"]["file"] for one in document["series"]] == ["1/p.csv", "3/p.csv"]
    (error,) = document["errors"]
    assert error["file"] == "2/hang.csv"
    assert f"{SECONDS:g} s" in error["reason"]


def test_an_upload_of_nothing_else_is_a_client_error(client: TestClient, ear: bytes) -> None:
    answer = analyzed(client, ("segfault.csv", ear))
    assert answer.status_code == 422
    assert "SIGSEGV" in answer.json()["error"]
    assert answer.json()["hint"]


def test_what_was_lost_is_counted(client: TestClient, ear: bytes) -> None:
    analyzed(client, ("segfault.csv", ear), ("1.csv", ear))
    lines = client.get("/metrics").text.splitlines()
    label = 'evoscope_work_total{kind="analyze",ending="lost"} '
    assert any(line.startswith(label) for line in lines)
