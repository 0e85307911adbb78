"""The table of the first view says the goal is reached only where it is."""

from __future__ import annotations

from typing import Any

from evoscope.bench.first_view import GOAL_S, first_view_table


def stated(median: float) -> dict[str, Any]:
    return {"median": median, "least": median - 0.1, "most": median + 1.0, "n": 5}


def document(usable_s: float, priority: int = 0) -> dict[str, Any]:
    trivial = {"listens_s": stated(0.125), "usable_s": stated(0.25)}
    view = {"listens_s": stated(0.5), "usable_s": stated(usable_s)}
    about = {"commit": "a1" * 20, "machine": "a machine", "browser": "Chromium 1"}
    return {**about, "priority": priority, "measured": {"view": view, "trivial": trivial}}


def test_a_page_that_comes_too_late_is_said_to() -> None:
    late = first_view_table(document(GOAL_S + 0.01)).splitlines()
    soon = first_view_table(document(GOAL_S - 0.01)).splitlines()
    assert late[3].endswith("| 0.250 s | 1.5 s | no |")
    assert soon[3].endswith("| 0.250 s | 1.5 s | yes |")


def test_who_was_served_first_is_said() -> None:
    assert "priority" in first_view_table(document(1.0, priority=-20))
    assert "priority" not in first_view_table(document(1.0))
