"""Recordings come in: by hand, by folder, by drop; what cannot be read says so beside itself."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.abr.formats.builders_binary import build_arf, build_wfdb
from tests.abr.formats.builders_text import BUILDERS

from .serving import Server

HARMFUL = "<img src=x onerror=document.title='harmed'>.ARF"
FILES = 'input[type="file"]:not([webkitdirectory])'
FOLDER = 'input[type="file"][webkitdirectory]'


@pytest.fixture
def home(page: Any, server: Server) -> Iterator[Any]:
    """The page's home; what a test uploads is forgotten afterwards."""
    with server.asking() as api:
        before = {one["id"] for one in api.get("/uploads").json()}
        page.goto(server.url)
        page.get_by_role("button", name="Choose files").wait_for()
        yield page
        for one in api.get("/uploads").json():
            if one["id"] not in before:
                api.delete(f"/uploads/{one['id']}")


def done(page: Any) -> str:
    """Wait until nothing is under way; what the progress says then."""
    page.locator(".progress").get_by_role("button", name="Close").wait_for(timeout=100_000)
    return str(page.locator(".progress h2").inner_text())


def row(page: Any, name: str) -> Any:
    return page.locator(".progress .files li").filter(has_text=name)


def test_files_of_several_devices_become_ears(home: Any, tmp_path: Path) -> None:
    wfdb = build_wfdb(tmp_path)
    files = [
        BUILDERS["ihs"](tmp_path),
        BUILDERS["epl"](tmp_path),
        BUILDERS["biosig_text"](tmp_path),
        build_arf(tmp_path),
        *sorted(tmp_path.glob(f"{wfdb.stem}.*")),
    ]
    home.set_input_files(FILES, files)
    assert done(home) == f"{len(files)} files read"
    for file in files:
        assert row(home, file.name).locator(".state").inner_text() == "read"
    assert {"P1", "ABR-7"} <= subjects(home, 4)
    home.locator(".subject li a").nth(5).wait_for()


def test_what_is_wrong_with_a_file_is_said_beside_it_and_its_name_is_only_text(
    home: Any, ear_file: tuple[str, bytes]
) -> None:
    name, content = ear_file
    broken = content[:2000].replace(b"sampling_rate_hz", b"something")
    home.set_input_files(
        FILES,
        [
            {"name": name, "mimeType": "text/csv", "buffer": content},
            {"name": "no rate.csv", "mimeType": "text/csv", "buffer": broken},
            {"name": HARMFUL, "mimeType": "text/csv", "buffer": broken},
            {"name": "notes.docx", "mimeType": "text/plain", "buffer": b"dear diary"},
        ],
    )
    assert done(home) == "1 file read, 2 could not be read, 1 left out"
    failed = row(home, "no rate.csv")
    assert failed.locator(".state").inner_text() == "could not be read"
    assert "sampling_rate_hz" in failed.locator(".why").inner_text()
    assert failed.locator(".why .hint").inner_text().strip()
    # What needs a hand comes first; a name from a file is shown as it is, and does nothing.
    assert home.locator(".progress .files li").first.get_attribute("data-state") == "failed"
    assert row(home, HARMFUL).locator(".state").inner_text() == "could not be read"
    assert row(home, "notes.docx").locator(".why").inner_text().strip()
    assert home.locator("main img").count() == 0
    assert home.title() == "Evoscope: ears"
    # It is still said tomorrow.
    home.reload()
    home.get_by_text("Recent uploads").click()
    home.get_by_text("What was not read").click()
    home.locator(".recent .files li").filter(has_text="no rate.csv").wait_for()
    assert home.locator("main img").count() == 0


def test_a_name_in_a_file_is_only_text(home: Any, ear_file: tuple[str, bytes]) -> None:
    name, content = ear_file
    subject = b"<b onclick=alert(1)>P3</b>"
    harmful = content.replace(b",P3,", b"," + subject + b",")
    home.set_input_files(FILES, {"name": name, "mimeType": "text/csv", "buffer": harmful})
    done(home)
    assert subjects(home, 1) == {subject.decode()}
    home.goto(home.url.split("#")[0] + "#/table?text=onclick")
    assert home.locator("tbody th a").inner_text() == subject.decode()
    assert home.locator("main b").count() == 0


def subjects(page: Any, number: int) -> set[str]:
    """The subjects of the list, once there are that many."""
    names = page.locator(".subject h2")
    names.nth(number - 1).wait_for()
    return set(names.all_inner_texts())


def folder_of(tmp_path: Path, ear: bytes) -> Path:
    top = tmp_path / "clinic"
    for number, subject in enumerate((b"A1", b"A2")):
        inner = top / f"patient {number}" / "deeper"
        inner.mkdir(parents=True)
        (inner / "right.csv").write_bytes(ear.replace(b",P3,", b"," + subject + b","))
    (top / ".hidden").write_text("not for anyone")
    return top


def test_a_folder_is_read_to_its_ends(
    home: Any, ear_file: tuple[str, bytes], tmp_path: Path
) -> None:
    home.set_input_files(FOLDER, folder_of(tmp_path, ear_file[1]))
    assert done(home) == "2 files read"
    assert row(home, "clinic/patient 0/deeper/right.csv").count() == 1
    assert subjects(home, 2) == {"A1", "A2"}


def test_files_and_folders_may_be_dropped(
    home: Any, ear_file: tuple[str, bytes], tmp_path: Path
) -> None:
    folder = folder_of(tmp_path, ear_file[1])
    alone = tmp_path / "alone.csv"
    alone.write_bytes(ear_file[1].replace(b",P3,", b",A3,"))
    browser = home.context.new_cdp_session(home)
    box = home.locator(".subjects, .drop").first.bounding_box()
    data = {"items": [], "files": [str(folder), str(alone)], "dragOperationsMask": 1}
    place = {"x": box["x"] + 20, "y": box["y"] + 20, "data": data}
    browser.send("Input.dispatchDragEvent", {"type": "dragEnter", **place})
    browser.send("Input.dispatchDragEvent", {"type": "dragOver", **place})
    home.locator(".drop.over").wait_for()
    browser.send("Input.dispatchDragEvent", {"type": "drop", **place})
    assert done(home) == "3 files read"
    assert subjects(home, 3) == {"A1", "A2", "A3"}


def test_who_has_no_file_sees_a_waterfall_at_once(home: Any, server: Server) -> None:
    home.get_by_role("button", name="Try the demo ears").click()
    home.wait_for_url(re.compile(r"#/series/[0-9a-f]{32}$"))
    home.locator(".waterfall canvas").wait_for()
    with server.asking() as api:
        demo = api.get("/series", params={"subject": "Demo (simulated)"}).json()["series"]
        ears = {one["ear"]: one for one in demo}
        assert ears["right"]["threshold_db"] < ears["left"]["threshold_db"]
        # Told as any file is: two replicates at every level, the clock with its onset.
        found = api.get(f"/series/{ears['right']['id']}").json()["findings"]
    assert {level["pooled"] for level in found["levels"]} == {2}
    wave = next(one for one in found["levels"][-1]["waves"] if one["name"] == "V")
    assert 5.0 < wave["latency_ms"]["value"] < 6.5


def test_an_upload_goes_on_while_something_else_is_looked_at(
    home: Any, ear_file: tuple[str, bytes]
) -> None:
    name, content = ear_file
    home.set_input_files(FILES, {"name": name, "mimeType": "text/csv", "buffer": content})
    home.get_by_role("link", name="Table").click()
    home.get_by_role("heading", name="Table").wait_for()
    home.get_by_role("link", name="Ears", exact=True).click()
    assert done(home) == "1 file read"
    assert home.locator(".progress [role=status]").inner_text() == "1 file read"
    home.get_by_role("button", name="Close").click()
    home.locator(".progress").wait_for(state="hidden")  # at the next frame


def test_options_reach_the_analysis(home: Any, server: Server, ear_file: tuple[str, bytes]) -> None:
    name, content = ear_file
    unsaid = content.replace(b",nHL,", b",unknown,")
    home.get_by_text("Options").click()
    home.get_by_label("Level reference").select_option("peSPL")
    home.get_by_label("Replace names").check()
    home.get_by_label("Age", exact=True).fill("6")
    home.get_by_label("Age in").select_option("weeks")
    home.set_input_files(FILES, {"name": name, "mimeType": "text/csv", "buffer": unsaid})
    done(home)
    (subject,) = subjects(home, 1)
    assert re.fullmatch(r"S-[A-Z2-7]{10}", subject)
    (link,) = home.locator(".subject li a").all()
    found = server.series(link.get_attribute("href").rsplit("/", 1)[-1])["findings"]
    assert found["info"]["level_reference"] == "peSPL"
    assert found["info"]["age_weeks"] == 6
    # The next files are of the same laboratory, and of another person.
    assert home.get_by_label("Level reference").input_value() == "peSPL"
    assert home.get_by_label("Age", exact=True).input_value() == ""


def test_calling_off_keeps_what_is_not_read_out_of_the_store(
    home: Any, server: Server, ear_file: tuple[str, bytes]
) -> None:
    name, content = ear_file
    copies = [
        {
            "name": f"{i} {name}",
            "mimeType": "text/csv",
            "buffer": content.replace(b"P3", b"C%d" % i),
        }
        for i in range(30)
    ]
    home.set_input_files(FILES, copies)
    home.get_by_role("button", name="Call off").click()
    assert "called off" in done(home)
    with server.asking() as api:
        assert api.get("/series", params={"text": "C2"}).json()["total"] == 0


@pytest.mark.realdata
@pytest.mark.timeout(300)  # real recordings are longer, and a busy machine is slow
def test_real_recordings_become_ears(home: Any) -> None:
    if not os.environ.get("EVOSCOPE_REALDATA"):
        pytest.skip("EVOSCOPE_REALDATA is not set: no real recordings here")
    data = Path(os.environ["EVOSCOPE_REALDATA"]) / "abr"
    human = sorted((data / "human_click_ihs").rglob("*.gz"))[:4]
    mouse = sorted((data / "mouse_tdt_samp8" / "arf").glob("*_click.arf"))[:2]
    epl = sorted((data / "mouse_epl").glob("ABR-*"))
    tone = sorted((data / "human_tone_wfdb").rglob("*.hea"))[:2]
    files = [*human, *mouse, *epl, *tone, *(one.with_suffix(".dat") for one in tone)]
    home.set_input_files(FILES, files)
    assert done(home) == f"{len(files)} files read"
    assert len(subjects(home, len(mouse) + len(epl))) <= len(files)
