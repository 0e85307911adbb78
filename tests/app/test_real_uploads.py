"""Files as devices wrote them, sent to the server: found is what the same files say without it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from evoscope.abr.analysis import Options, build_document
from evoscope.abr.analysis.files import analyze_each, read_found
from evoscope.abr.findings import Findings
from evoscope.abr.formats import discover, group
from evoscope.app.factory import create_app
from evoscope.app.settings import Settings

pytestmark = [
    pytest.mark.realdata,
    pytest.mark.skipif(
        not os.environ.get("EVOSCOPE_REALDATA"),
        reason="EVOSCOPE_REALDATA should name the folder of real recordings",
    ),
]

# One upload of each format: the folder, and which files of it.
UPLOADS = {
    "ihs": ("human_click_ihs", "txt/P3_*"),
    "wfdb": ("human_tone_wfdb", "N1_evoked_ave*_F1_*"),
    "arf": ("mouse_tdt_samp8", "arf/*_1281_click.arf"),
    "biosig text": ("rodent_tdt", "gansemer_210308M1HL-*.txt"),
    "biosig csv": ("rodent_tdt", "B1_1282_tone baseline.csv"),
    "epl": ("mouse_epl", "*-*-[0-9]"),
    "psi": ("mouse_psi", "Example_2 abr_io/**/*"),
}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory, settings: Settings) -> Iterator[TestClient]:
    """A server with the analyzer that ships."""
    data = tmp_path_factory.mktemp("real") / "store"
    here = Settings(data=data, limits=settings.limits)
    with TestClient(create_app(here), base_url="http://127.0.0.1:8765") as client:
        yield client


@pytest.mark.timeout(600)  # the folder of single trials: a minute, twice that on a busy machine
@pytest.mark.parametrize("kind", UPLOADS)
def test_what_the_server_finds_is_what_the_analysis_finds(
    kind: str, client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, pattern = UPLOADS[kind]
    home = Path(os.environ["EVOSCOPE_REALDATA"]) / "abr" / folder
    sent = []
    for path in sorted(path for path in home.glob(pattern) if path.is_file()):
        name = path.relative_to(home)
        sent.append(("files", (str(name), path.read_bytes())))
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).symlink_to(path)
    answer = client.post("/api/v1/analyze", files=sent)
    assert answer.status_code == 200, answer.text
    monkeypatch.chdir(tmp_path)
    found = discover(sorted(path.name for path in tmp_path.iterdir()))
    inputs = read_found(found)
    series = [one for _, one in analyze_each(group(inputs.recordings), Options())]
    assert len(series) >= 1
    expected = build_document([one for one in series if isinstance(one, Findings)])
    assert answer.json()["series"] == expected.model_dump(mode="json")["series"]
    assert answer.json()["errors"] == []
