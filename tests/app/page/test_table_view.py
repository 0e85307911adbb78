"""The table of all series: found, sorted, chosen, paged; the address keeps what is looked at."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from .ears import MARKED_DB, Ears, three_ears
from .serving import Server


@pytest.fixture(scope="module")
def ears(server: Server) -> Iterator[Ears]:
    with three_ears(server) as ears:
        yield ears


def open_table(page: Any, server: Server, ears: Ears, query: str = "") -> None:
    page.goto(f"{server.url}#/table?upload={ears.upload}{query}")
    page.locator("tbody tr").first.wait_for()


def column(page: Any, name: str) -> list[str]:
    headings = page.locator("thead th").all_inner_texts()
    place = [one.rstrip(" ▲▼") for one in headings].index(name) + 2
    return list(page.locator(f"tbody tr > :nth-child({place})").all_inner_texts())


def rows_are(page: Any, number: int) -> None:
    page.locator(
        f".view.table tbody:not(:has(tr:nth-child({number + 1}))) tr:nth-child({number})"
    ).wait_for()


def test_a_heading_sorts_both_ways_and_keeps_the_focus(
    page: Any, server: Server, ears: Ears
) -> None:
    open_table(page, server, ears)
    heading = page.get_by_role("button", name="Threshold")
    heading.focus()
    page.keyboard.press("Enter")
    page.locator('th[aria-sort="ascending"]', has_text="Threshold").wait_for()
    upwards = [float(one.split()[0]) for one in column(page, "Threshold")]
    assert upwards == sorted([ears.thresholds[0], MARKED_DB, ears.thresholds[2]])
    assert page.evaluate("document.activeElement.textContent.trim()") == "Threshold ▲"
    page.keyboard.press("Enter")
    page.locator('th[aria-sort="descending"]', has_text="Threshold").wait_for()
    assert [float(one.split()[0]) for one in column(page, "Threshold")] == upwards[::-1]


def test_filters_find_and_the_address_keeps_them(page: Any, server: Server, ears: Ears) -> None:
    open_table(page, server, ears)
    rows_are(page, 3)
    page.get_by_label("Search").fill("tab-b")
    rows_are(page, 1)
    assert column(page, "Subject") == ["TAB-B"]
    page.reload()
    rows_are(page, 1)
    assert page.get_by_label("Search").input_value() == "tab-b"
    page.get_by_label("Search").fill("")
    rows_are(page, 3)
    filters = page.get_by_role("search")
    filters.get_by_label("Corrections").select_option("Corrected")
    rows_are(page, 1)
    assert column(page, "Corrected by") == ["anna"]
    filters.get_by_label("Corrections").select_option("any")
    rows_are(page, 3)
    filters.locator('select[name="ear"]').select_option("Left")
    rows_are(page, 1)
    assert column(page, "Ear") == ["Left"]
    filters.locator('select[name="status"]').select_option("No response")
    page.get_by_text("0 series found").wait_for()
    page.get_by_role("button", name="Clear the filters").click()
    page.locator("tbody tr").nth(2).wait_for()
    assert page.url.endswith("#/table")


def test_pages_follow_each_other(page: Any, server: Server, ears: Ears) -> None:
    open_table(page, server, ears, "&limit=2&sort=subject&order=up")
    rows_are(page, 2)
    pages = page.get_by_role("navigation", name="Pages")
    assert "1\N{EN DASH}2 of 3" in pages.inner_text()
    page.get_by_label("Choose all on this page").check()
    pages.get_by_role("button", name="Later").click()
    rows_are(page, 1)
    assert column(page, "Subject") == ["TAB-C"]
    # What was chosen on another page still is.
    page.locator(".above").get_by_text("2 chosen").wait_for()
    page.get_by_role("button", name="Choose all 3 found").click()
    page.locator(".above").get_by_text("3 chosen").wait_for()
    pages.get_by_role("button", name="Earlier").click()
    rows_are(page, 2)
    assert page.locator("tbody input:checked").count() == 2


def test_columns_are_chosen_once(page: Any, server: Server, ears: Ears) -> None:
    open_table(page, server, ears)
    page.get_by_text("Columns", exact=True).click()
    page.get_by_label("Species").check()
    page.get_by_label("Warnings").uncheck()
    assert column(page, "Species") == ["human"] * 3
    page.reload()
    page.locator("tbody tr").first.wait_for()
    headings = page.locator("thead th").all_inner_texts()
    assert "Species" in headings
    assert "Warnings" not in headings


def test_a_row_leads_to_its_series_and_back_to_the_same_table(
    page: Any, server: Server, ears: Ears
) -> None:
    open_table(page, server, ears, "&sort=subject&order=up")
    link = page.locator("tbody th a").first
    target = link.get_attribute("href")
    link.click()
    page.wait_for_url(f"**/{target}")
    page.locator(".waterfall canvas").wait_for()
    page.go_back()
    rows_are(page, 3)
    assert column(page, "Subject") == ["TAB-A", "TAB-B", "TAB-C"]


def test_chosen_series_are_deleted_once_confirmed(page: Any, server: Server) -> None:
    with three_ears(server) as own:
        open_table(page, server, own, "&sort=subject&order=up")
        page.locator("tbody input").nth(0).check()
        page.locator("tbody input").nth(2).check()
        page.locator(".above").get_by_role("button", name="Delete").click()
        page.get_by_role("dialog").get_by_role("button", name="Delete").click()
        rows_are(page, 1)
        assert column(page, "Subject") == ["TAB-B"]
        with server.asking() as api:
            assert len(api.get(f"/uploads/{own.upload}").json()["series"]) == 1


def test_a_row_under_the_pointer_is_marked_from_end_to_end(
    page: Any, server: Server, ears: Ears
) -> None:
    page.goto(f"{server.url}#/table?upload={ears.upload}")
    row = page.locator("tbody tr").nth(1)
    row.hover()
    colour = "(cells) => cells.map((cell) => getComputedStyle(cell).backgroundColor)"
    assert len(set(row.locator("th, td").evaluate_all(colour))) == 1
    others = page.locator("tbody tr").nth(0).locator("th, td").evaluate_all(colour)
    assert not set(others) & set(row.locator("th").evaluate_all(colour))
