"""The home of the page: who was recorded and what was found, and forgetting it."""

from __future__ import annotations

from typing import Any

from .serving import Server


def open_home(page: Any, server: Server) -> None:
    page.goto(server.url)
    page.locator(".about").filter(has_text="Everything stays").or_(
        page.locator(".subject")
    ).first.wait_for()


def test_an_empty_store_invites(page: Any, server: Server) -> None:
    page.route("**/api/v1/series?*", lambda route: route.fulfill(json={"total": 0, "series": []}))
    page.route("**/api/v1/uploads?*", lambda route: route.fulfill(json=[]))
    open_home(page, server)
    assert page.get_by_role("heading", level=1).inner_text() == "Read auditory brainstem responses"
    for name in ("Choose files", "Choose a folder", "Try the demo ears"):
        assert page.get_by_role("button", name=name).is_enabled()
    assert page.get_by_text("Recent uploads").count() == 0


def test_a_series_shows_what_was_found_and_leads_to_its_waterfall(
    page: Any, server: Server, own_series: str
) -> None:
    open_home(page, server)
    row = page.locator(f'.subject li[data-id="{own_series}"]')
    summary = server.series(own_series)["summary"]
    found = f"{summary['threshold_db']:g} dB nHL"
    assert row.locator(".ear").inner_text() == "Right"
    assert row.locator(".threshold").inner_text().startswith(found)
    assert row.locator(".human").count() == 0
    row.locator("a").click()
    page.wait_for_url(f"**/#/series/{own_series}")
    # What a person says stands in the place of it, as on the page that it leads to.
    server.correct(own_series, "bert", kind="threshold", status="estimated", value_db=40)
    server.correct(own_series, "bert", kind="loss_type", value="chl")
    open_home(page, server)
    said = row.locator(".threshold")
    said.get_by_text("40 dB nHL", exact=True).wait_for()
    assert said.locator(".human").all_inner_texts() == ["40 dB nHL", "Conductive"]
    assert f"Analysis: {found}" in said.inner_text()
    row.get_by_text("corrected by bert").wait_for()
    row.locator("a").click()
    page.locator(".answers .human", has_text="40 dB nHL").wait_for()
    page.locator(".answers .human", has_text="Conductive loss").wait_for()


WORDS = [
    ({"status": "estimated", "threshold_db": 30.0, "low_db": 24.96, "high_db": 41.2},
     ["30 dB peSPL", "30 dB", "25 to 41.2 dB"]),
    ({"status": "estimated", "threshold_db": -5.0, "low_db": None, "high_db": None},
     ["\N{MINUS SIGN}5 dB peSPL", "\N{MINUS SIGN}5 dB", ""]),
    ({"status": "no_response", "threshold_db": None, "low_db": 90.0, "high_db": None},
     ["No response", "No response", "from 90 dB"]),
    ({"status": "below_range", "threshold_db": None, "low_db": None, "high_db": 20.0},
     ["Below the range", "Below the range", "to 20 dB"]),
    ({"status": "inconclusive", "threshold_db": None, "low_db": None, "high_db": None},
     ["Inconclusive", "Inconclusive", ""]),
]  # fmt: skip


def test_a_threshold_is_said_in_words(page: Any, server: Server) -> None:
    page.goto(server.url)
    words = """async (rows) => {
      const words = await import("/js/ears/words.js");
      const of = (row, level_reference) => words.threshold({ ...row, level_reference });
      return rows.map((row) => [of(row, "peSPL"), of(row, "unknown"), words.interval(row)]);
    }"""
    assert page.evaluate(words, [row for row, _ in WORDS]) == [said for _, said in WORDS]


def test_a_level_without_a_reference_says_so_until_one_is_given(
    page: Any, server: Server, unreferenced: str
) -> None:
    series = unreferenced
    open_home(page, server)
    row = page.locator(f'.subject li[data-id="{series}"] .threshold')
    assert "reference unknown" in row.inner_text()
    assert "nHL" not in row.inner_text()
    page.goto(f"{server.url}#/table?upload={server.series(series)['summary']['upload']}")
    cell = page.locator('tbody td[data-column="threshold"]')
    cell.get_by_text("reference unknown").wait_for()
    server.correct(series, "anna", kind="threshold", status="estimated", value_db=40)
    server.correct(series, "anna", kind="loss_type", value="snhl")
    page.reload()
    cell.get_by_text("40 dB").wait_for()
    fits = "(box) => box.scrollWidth <= box.clientWidth"
    assert page.locator(".view.table .scroll").evaluate(fits)  # no column is pushed out
    with server.asking() as api:
        job = api.post(f"/series/{series}/analyze", json={"level_reference": "peSPL"}).json()
        api.get(f"/jobs/{job['id']}/events")  # open until the job ends
    page.reload()
    cell.get_by_text("40 dB peSPL").wait_for()
    assert cell.get_by_text("reference unknown").count() == 0


def test_nothing_is_deleted_before_it_is_confirmed(
    page: Any, server: Server, ear_file: tuple[str, bytes]
) -> None:
    (series,) = server.analyze(ear_file)
    open_home(page, server)
    row = page.locator(f'.subject li[data-id="{series}"]')
    delete = row.get_by_role("button", name="Delete")
    delete.click()
    # The answer that keeps everything has the focus, Escape gives it, too.
    assert page.evaluate("document.activeElement.textContent") == "Keep"
    page.keyboard.press("Escape")
    page.locator("dialog").wait_for(state="detached")
    assert row.is_visible()
    delete.click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    row.wait_for(state="detached")
    assert page.evaluate("document.activeElement.tagName") == "H1"
    with server.asking() as api:
        assert api.get(f"/series/{series}").status_code == 404


def test_an_upload_is_forgotten_with_all_it_held(
    page: Any, server: Server, ear_file: tuple[str, bytes]
) -> None:
    (series,) = server.analyze(ear_file)
    open_home(page, server)
    page.get_by_text("Recent uploads").click()
    first = page.locator(".recent li").first
    assert "1 file" in first.inner_text()
    first.get_by_role("button", name="Delete the upload").click()
    assert "1 series" in page.get_by_role("dialog").inner_text()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    page.locator(f'.subject li[data-id="{series}"]').wait_for(state="detached")
    with server.asking() as api:
        assert api.get(f"/series/{series}").status_code == 404
