"""The table of what the training loop costs beside a bare one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from evoscope.measure.results import short_commit

_SAYS = {"signals": "signals", "table": "a table"}


def loop_table(found: Mapping[str, Any]) -> str:
    """Markdown of ``multitask_overhead.json``; the bare loop is the trivial one."""
    lines = [
        "| model | bare, ms a step | added, ms | overhead | quartiles | turns |",
        "|---|---|---|---|---|---|",
    ]
    for name, one in found["figures"].items():
        low, high = (f"{100 * end:.1f} %" for end in one["overhead_quartiles"])
        lines.append(
            f"| {_SAYS[name]}, {one['parameters']:,} parameters | {one['bare_ms_per_step']:.1f} | "
            f"{one['added_ms_per_step']:.2f} | {100 * one['overhead']:.1f} % | {low} to {high} | "
            f"{one['turns']} of {one['steps_per_turn']} steps |"
        )
    about = f"{found['machine']}, torch {found['torch']}, commit `{short_commit(found['commit'])}`."
    return "\n".join([*lines, "", about])
