"""The address names a view, and a view that does not come is said."""

from __future__ import annotations

from typing import Any

from .serving import Server


def test_a_view_whose_files_do_not_come_says_so_and_is_tried_again(
    page: Any, server: Server
) -> None:
    page.goto(f"{server.url}#/text")
    page.wait_for_selector("textarea")
    page.route("**/js/views/table.js", lambda route: route.abort())
    page.click("nav a:has-text('Table')")
    page.wait_for_selector("text=This view could not be loaded.")
    assert page.locator("textarea").count() == 0
    page.unroute("**/js/views/table.js")
    page.click("text=Load the page again")
    page.wait_for_selector(".view.table h1")
