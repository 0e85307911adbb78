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
    server.correct(own_series, "anna", kind="threshold", status="estimated", value_db=30)
    open_home(page, server)
    row = page.locator(f'.subject li[data-id="{own_series}"]')
    summary = server.series(own_series)["summary"]
    assert row.locator(".ear").inner_text() == "Right"
    assert row.locator(".threshold").inner_text().startswith(f"{summary['threshold_db']:g} dB")
    row.get_by_text("corrected by anna").wait_for()
    row.locator("a").click()
    page.wait_for_url(f"**/#/series/{own_series}")


WORDS = [
    ({"status": "estimated", "threshold_db": 30.0, "low_db": 24.96, "high_db": 41.2},
     ["30 dB", "25 to 41.2 dB"]),
    ({"status": "estimated", "threshold_db": -5.0, "low_db": None, "high_db": None},
     ["\N{MINUS SIGN}5 dB", ""]),
    ({"status": "no_response", "threshold_db": None, "low_db": 90.0, "high_db": None},
     ["No response to 90 dB", ""]),
    ({"status": "below_range", "threshold_db": None, "low_db": None, "high_db": 20.0},
     ["At or below 20 dB", ""]),
    ({"status": "inconclusive", "threshold_db": None, "low_db": None, "high_db": None},
     ["Inconclusive", ""]),
]  # fmt: skip


def test_a_threshold_is_said_in_words(page: Any, server: Server) -> None:
    page.goto(server.url)
    words = """async (rows) => {
      const words = await import("/js/ears/words.js");
      return rows.map((row) => [words.threshold(row), words.interval(row)]);
    }"""
    assert page.evaluate(words, [row for row, _ in WORDS]) == [said for _, said in WORDS]


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
