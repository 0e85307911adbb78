"""``python sweep/figures.py``: fill ``docs/reliability.md`` from what the sweep found."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from evoscope.measure.results import fill_file

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "reliability.md"
MUTANTS = ROOT / "sweep" / "results" / "mutants.json"


def mutants(groups: dict[str, dict[str, Any]]) -> str:
    """A row for each group of faults that were planted."""
    lines = [
        "| group | possible | planted | a test failed | never ended | nobody noticed | noticed | "
        "95 % interval | least noticed |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for name, one in groups.items():
        worst, least = min(one["files"].items(), key=lambda item: item[1]["noticed"])
        missed = one["survived"] + one["untested"]
        lines.append(
            f"| {name} | {one['population']:,} | {one['tried']:,} | {one['killed']:,} | "
            f"{one['timeout']} | {missed} | {one['noticed']:.1%} | "
            f"{one['low']:.1%} to {one['high']:.1%} | `{worst}` {least['noticed']:.0%} |"
        )
    return "\n".join(lines)


TABLES = {"mutants": lambda: mutants(json.loads(MUTANTS.read_text("utf-8")))}

if __name__ == "__main__":
    for name, table in TABLES.items():
        fill_file(PAGE, name, table())
