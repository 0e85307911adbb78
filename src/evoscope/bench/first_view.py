"""The table of how soon the page can be used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from evoscope.measure.results import number, short_commit

GOAL_S = 1.5
_SAYS = {"listens_s": "until the server listens", "usable_s": "until the page can be used"}


def first_view_table(found: Mapping[str, Any]) -> str:
    """Markdown of ``first_view.json``."""
    view, trivial = found["measured"]["view"], found["measured"]["trivial"]
    reached = {"listens_s": "-", "usable_s": _verdict(view["usable_s"]["median"])}
    goals = {"listens_s": "-", "usable_s": f"{GOAL_S:g} s"}
    lines = [
        "| from the start of `evoscope serve` | median of "
        f"{view['usable_s']['n']} | least to most | a page of one line | goal | reached |",
        "|---|---|---|---|---|---|",
        *(
            f"| {says} | {number(view[key]['median'])} s | {number(view[key]['least'])} to "
            f"{number(view[key]['most'])} s | {number(trivial[key]['median'])} s | {goals[key]} | "
            f"{reached[key]} |"
            for key, says in _SAYS.items()
        ),
    ]
    ahead = ", with priority over others' work" * (found["priority"] < 0)
    about = (
        f"{found['browser']} without a screen, on {found['machine']}{ahead}, commit "
        f"`{short_commit(found['commit'])}`."
    )
    return "\n".join([*lines, "", about])


def _verdict(usable_s: float) -> str:
    return "yes" if usable_s <= GOAL_S else "no"
