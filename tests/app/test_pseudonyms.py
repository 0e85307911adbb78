"""With pseudonyms, no name of a person or file is left in what is answered, stored or exported."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from starlette.testclient import TestClient

from evoscope.abr.formats import write_csv
from evoscope.abr.simulation import simulate_series
from evoscope.app.settings import Settings
from evoscope.app.work.pseudonyms import Pseudonyms

Send = Callable[..., Any]
NAMES = (b"Hopper", b"Grace")


def test_names_are_gone_from_answers_store_and_exports(
    send: Send, client: TestClient, settings: Settings, tmp_path: Path
) -> None:
    series, _ = simulate_series(
        true_threshold_db=22, levels_db=(20, 40, 60), seed=1, subject="Hopper Grace"
    )
    data = write_csv(series, tmp_path / "x.csv").read_bytes()
    broken = data.replace(b",nHL,", b",loud,")
    files = [
        ("Hopper/Grace_right.csv", data),
        ("Hopper/Grace_copy.csv", data),  # its reader names the other file in a warning
        ("Hopper/Grace_broken.csv", broken),
        ("Grace.txt", b"Dear Hopper\n"),
    ]
    answer = send(*files, pseudonymise="true")
    assert answer.status_code == 207
    upload = answer.headers["x-evoscope-upload"]
    kept = client.get(f"/api/v1/uploads/{upload}")
    (identity,) = kept.json()["series"]
    exported = client.get("/api/v1/export/findings.json", params={"upload": upload})
    texts = [answer.content, kept.content, exported.content]
    texts += [path.read_bytes() for path in settings.data.glob("evoscope.sqlite*")]
    for name in NAMES:
        assert not any(name in text for text in texts)
    with sqlite3.connect(settings.data / "evoscope.sqlite") as connection:
        (blob,) = connection.execute(
            "SELECT recordings FROM series WHERE id = ?", (identity,)
        ).fetchone()
    assert not any(name in blob for name in NAMES)
    # The same person has the same pseudonym in the next upload.
    (one,) = answer.json()["series"]
    again = send(("other.csv", data), pseudonymise="true").json()["series"][0]
    assert again["info"]["subject"] == one["info"]["subject"] != "Hopper Grace"


def test_the_key_is_the_owners_alone(settings: Settings, client: TestClient) -> None:
    path = settings.data / "pseudonyms.key"
    if path.exists():
        assert path.stat().st_mode & 0o077 == 0
    assert settings.data.stat().st_mode & 0o077 == 0


def test_another_key_gives_other_pseudonyms() -> None:
    assert Pseudonyms(b"a").of("Anna") != Pseudonyms(b"b").of("Anna")
    assert Pseudonyms(b"a").path("Anna/right.csv").endswith(".csv")
    assert "nna" not in Pseudonyms(b"a").path("Anna/right.Anna1")
