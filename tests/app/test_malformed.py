"""Fifty uploads that nobody should send: each is answered below 500, and the next is served."""

from __future__ import annotations

import gzip
import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

Send = Callable[..., Any]
NAMES = (
    *("../../x", "..\\..\\x", "/etc/passwd", "C:\\windows\\x.csv", "a/../../../b.csv", "~root/x"),
    *("", ".", "..", ".hidden", "con", "nul.csv", "x" * 400, "é" * 300, "a\0b.csv", "a\nb.csv"),
    *("\u202egnp.csv", "%2e%2e%2fx", "a;b.csv", "'; DROP TABLE series; --.csv", "<script>.csv"),
)

HEADER_OF_ELSEWHERE = b"x 1 16000 10\n/etc/passwd 16 1 16 0 0 0 0 ABR\n#<SPL>: 60"
HEADER_THAT_CLIMBS = (
    b"Brain Vision Data Exchange Header File Version 1.0\n[Common Infos]\n"
    b"DataFile=../../x.eeg\nMarkerFile=/etc/passwd"
)


def _zip(path: str) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(path, "x" * 1_000_000)
    return written.getvalue()


def _numpy_pickle() -> bytes:
    # A header of numpy's that asks for pickled objects: opening it must not run them.
    head = b"{'descr': '|O', 'fortran_order': False, 'shape': (1,), }"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(head)) + head + b"cos\nsystem\n(S'x'\ntR."


def odd_contents(ear: bytes) -> dict[str, tuple[str, bytes]]:
    lines = ear.split(b"\n")
    return {
        "empty": ("p3.csv", b""),
        "one byte": ("p3.csv", b"\0"),
        "cut in a row": ("p3.csv", ear[: len(ear) // 2]),
        "cut in the head": ("p3.csv", ear[:20]),
        "head alone": ("p3.csv", lines[0]),
        "huge head": ("p3.csv", b"," * 1_000_000 + b"\n" + ear),
        "one long line": ("p3.csv", b"1" * 3_000_000),
        "a million columns": ("p3.csv", b"1," * 1_000_000),
        "zeros": ("p3.csv", bytes(2_000_000)),
        "noise": ("p3.csv", bytes((i * 7919 + (i >> 3) * 104_729) % 256 for i in range(200_000))),
        "utf-16": ("p3.csv", ear.decode().encode("utf-16")),
        "not utf-8": ("p3.csv", ear.replace(b"P3", b"\xff\xfe\xfd")),
        "nan": ("p3.csv", ear.replace(b"0.", b"nan,0.", 3)),
        "infinite": ("p3.csv", ear.replace(b"60", b"1e999")),
        "negative rate": ("p3.csv", ear.replace(b"20000", b"-20000")),
        "formula": ("p3.csv", ear.replace(b"P3", b"=cmd|'/c calc'!A1")),
        "html": ("p3.csv", ear.replace(b"P3", b"<script>alert(1)</script>")),
        "zip": ("x.zip", _zip("p3.csv")),
        "zip that climbs": ("x.zip", _zip("../../p3.csv")),
        "zip named csv": ("p3.csv", _zip("p3.csv")),
        "gzip": ("p3.csv.gz", gzip.compress(ear)),
        "gzip bomb": ("p3.csv.gz", gzip.compress(bytes(300_000_000), 9)),
        "gzip cut": ("p3.csv.gz", gzip.compress(ear)[:500]),
        "pickle": ("x.npy", _numpy_pickle()),
        "elf": ("x.exe", b"\x7fELF" + bytes(1000)),
        "pdf": ("x.pdf", b"%PDF-1.7\n" + bytes(1000)),
        "header of elsewhere": ("x.hea", HEADER_OF_ELSEWHERE),
        "header that climbs": ("x.vhdr", HEADER_THAT_CLIMBS),
        "edf of nothing": ("x.edf", b"0       " + b" " * 248),
        "arf": ("x.arf", struct.pack("<4i", 2**31 - 1, -1, 0, 0) * 100),
    }


@pytest.fixture(scope="module")
def odd(ear: bytes) -> dict[str, tuple[str, bytes]]:
    return odd_contents(ear)


def answered(answer: Any) -> dict[str, Any]:
    body: dict[str, Any] = answer.json()
    assert answer.status_code < 500, body
    if answer.status_code >= 400:
        assert body["error"]
    return body


def test_there_are_fifty_of_them(odd: dict[str, tuple[str, bytes]]) -> None:
    assert len(NAMES) + len(odd) >= 50


def test_names_never_lead_out_of_the_upload(
    send: Send, ear: bytes, settings: Any, client: TestClient
) -> None:
    around = {path for path in settings.data.parent.rglob("*") if "spool" not in path.parts}
    small = ear[:300]
    for name in NAMES:
        answered(send((name, small)))
    after = {path for path in settings.data.parent.rglob("*") if "spool" not in path.parts}
    assert {path.name for path in after - around} <= {"evoscope.sqlite-wal", "evoscope.sqlite-shm"}


def test_no_content_is_a_server_error(send: Send, odd: dict[str, tuple[str, bytes]]) -> None:
    for kind, file in odd.items():
        answer = send(file)
        assert answer.status_code < 500, (kind, answer.text)


def test_all_of_them_at_once_do_not_cost_a_good_one(
    send: Send, ear: bytes, odd: dict[str, tuple[str, bytes]], client: TestClient
) -> None:
    files = [(f"{i}/{name}", content) for i, (name, content) in enumerate(odd.values())]
    body = answered(send(("good/p3.csv", ear), *files))
    assert "good/p3.csv" in {one["info"]["file"] for one in body["series"]}
    assert client.get("/api/v1/health").json()["status"] == "ok"


def test_markup_in_a_name_is_text_in_the_report(
    send: Send, odd: dict[str, tuple[str, bytes]], client: TestClient
) -> None:
    upload = send(odd["html"]).headers["x-evoscope-upload"]
    params = {"upload": upload, "figures": "false"}
    page = client.get("/api/v1/export/report.html", params=params).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_a_form_that_is_none_is_refused(client: TestClient) -> None:
    form = "multipart/form-data; boundary=x"
    for body, kind in (
        (b"", form),
        (b"--x\r\n", form),
        (b"--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n--x--", form),
        (b"x", "multipart/form-data"),
        (b"{}", "application/json"),
        (b"\xff", "application/x-www-form-urlencoded"),
    ):
        headers = {"content-type": kind}
        answer = client.post("/api/v1/analyze", content=body, headers=headers)
        assert 400 <= answer.status_code < 500, body
        assert answer.json()["error"]


def test_more_files_than_are_taken_are_refused(client: TestClient, settings: Any) -> None:
    most = settings.limits.upload_files
    files = [("files", (f"{i}.csv", b"x")) for i in range(most + 1)]
    answer = client.post("/api/v1/analyze", files=files)
    assert answer.status_code == 400
    assert str(most) in answer.json()["error"]


def test_a_file_larger_than_one_may_be_is_left_out(tmp_path: Path, ear: bytes) -> None:
    from starlette.datastructures import UploadFile

    from evoscope.app.received import write_files
    from evoscope.app.settings import Limits

    files = [
        UploadFile(io.BytesIO(b"x" * size), size=size, filename=f"{size}.csv") for size in (10, 11)
    ]
    received = write_files(files, tmp_path, Limits(file_bytes=10))
    assert [one["file"] for one in received.skipped] == ["11.csv"]
    assert [path.name for path in (tmp_path / "files").iterdir()] == ["10.csv"]


@pytest.mark.parametrize(
    "field",
    [
        {"species": "dragon"},
        {"filter": "x"},
        {"unknown": "1"},
        {"age_years": "young"},
        {"age_weeks": "nan"},
        {"age_weeks": "-21"},
        {"age_years": "0", "age_weeks": "6"},
    ],
)
def test_a_field_that_cannot_be_is_refused(send: Send, ear: bytes, field: dict[str, str]) -> None:
    assert send(("p3.csv", ear), **field).status_code == 422
