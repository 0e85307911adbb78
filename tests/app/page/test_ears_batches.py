"""How many files become uploads: none over the server's limits, no recording torn apart."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from evoscope.app.routes import common
from evoscope.app.settings import Limits

from .serving import Server

BATCHES = """async ([of, files]) => {
  const module = await import("/js/ears/batches.js");
  const made = module[of](files.map(([path, size]) => ({ path, file: { size } })));
  return made.map((batch) => batch.map(({ path }) => path));
}"""
MIB = 1 << 20
Files = list[tuple[str, int]]


@pytest.fixture(scope="module")
def batches(browser: Any, server: Server) -> Any:
    page = browser.new_page()
    page.goto(server.url)
    return lambda files, of="batches": page.evaluate(BATCHES, [of, files])


def test_a_few_files_are_one_upload(batches: Any) -> None:
    assert batches([("a.csv", 10), ("b.csv", 10)]) == [["a.csv", "b.csv"]]


def test_no_upload_is_larger_than_the_server_takes(batches: Any) -> None:
    files = [(f"x/{i}.csv", MIB // 4) for i in range(1300)] + [
        (f"y/{i}", 90 * MIB) for i in range(9)
    ]
    sizes, limits = dict(files), Limits()
    made = batches(files)
    assert sorted(path for batch in made for path in batch) == sorted(sizes)
    for batch in made:
        assert len(batch) <= limits.upload_files
        assert sum(sizes[path] for path in batch) <= limits.upload_bytes


def test_a_folder_stays_whole_for_its_recordings_are_joined(batches: Any) -> None:
    files = [(f"p{patient}/{level} dB.txt", 10) for patient in range(40) for level in range(8)]
    made = batches(files)
    assert len(made) > 1
    for patient in range(40):
        homes = [b for b in made if any(path.startswith(f"p{patient}/") for path in b)]
        assert len(homes) == 1


def test_parts_of_a_recording_stay_together_in_a_folder_that_is_divided(batches: Any) -> None:
    files = [(f"all/r{i:04}{kind}", 10) for i in range(600) for kind in (".dat", ".hea")]
    files += [(f"psi/x.zarr/{i}", 10) for i in range(300)] + [("psi/p.txt", 1)]
    made = batches(files)
    for i in range(600):
        (home,) = [b for b in made if f"all/r{i:04}.hea" in b]
        assert f"all/r{i:04}.dat" in home
    (home,) = [b for b in made if "psi/p.txt" in b]
    assert {f"psi/x.zarr/{i}" for i in range(300)} <= set(home)


def test_an_upload_whose_worker_ended_is_halved_until_one_recording_is_left(batches: Any) -> None:
    assert batches([("a/1", 1), ("b/1", 1), ("b/2", 1)], "halves") == [["a/1"], ["b/1", "b/2"]]
    assert batches([("b/1.csv", 1), ("b/2.csv", 1)], "halves") == [["b/1.csv"], ["b/2.csv"]]
    assert batches([("r.hea", 1), ("r.dat", 1)], "halves") == []


def test_a_file_that_ends_its_worker_does_not_cost_the_others(
    page: Any, server: Server, ear_file: tuple[str, bytes]
) -> None:
    _, content = ear_file
    page.route("**/api/v1/analyze?*", _worker_that_chokes_on_b)
    page.route("**/api/v1/jobs/*/events", _how_it_went)
    page.goto(server.url)
    files = [
        {"name": f"{letter}.csv", "mimeType": "text/csv", "buffer": content} for letter in "abcd"
    ]
    page.set_input_files('input[type="file"]:not([webkitdirectory])', files)
    page.locator(".progress").get_by_role("button", name="Close").wait_for()
    assert page.locator(".progress h2").inner_text() == "3 files read, 1 could not be read"
    failed = page.locator('.progress li[data-state="failed"]')
    assert failed.locator(".file").inner_text() == "b.csv"
    assert "SIGKILL" in failed.locator(".why").inner_text()


def _worker_that_chokes_on_b(route: Any) -> None:
    chokes = b'filename="b.csv"' in route.request.post_data_buffer
    job = ("dead" if chokes else "fine").ljust(32, "0")
    route.fulfill(status=202, json={"id": job, "kind": "analyze", "state": "waiting"})


def _how_it_went(route: Any) -> None:
    died = '{"state":"failed","problem":{"status":503,"error":"ended by SIGKILL","hint":"Less."}}'
    fine = '{"state":"done","result":{"upload":"u","series":[],"errors":0,"skipped":0}}'
    end = died if "/dead" in route.request.url else fine
    route.fulfill(content_type="text/event-stream", body=f"event: end\ndata: {end}\n\n")


def test_the_page_offers_what_the_server_takes(page: Any, server: Server) -> None:
    page.goto(server.url)
    choices = page.evaluate('async () => (await import("/js/ears/options.js")).CHOICES')
    assert {name: tuple(one["values"]) for name, one in choices.items()} == {
        "species": get_args(common.SpeciesName),
        "level_reference": get_args(common.ReferenceName),
        "filter": get_args(common.FilterName),
        "analyzer": get_args(get_args(common.AnalyzerName)[0]),
    }
