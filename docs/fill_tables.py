"""Fill tables from result files and code: ``.venv/bin/python docs/fill_tables.py``.

A test fails where a page says something else.
"""

from __future__ import annotations

import json
from pathlib import Path

from evoscope.abr.simulation import PROFILES
from evoscope.measure.results import fill_file, number

DOCS = Path(__file__).parent
RESULTS = DOCS.parent / "benchmarks" / "results"

# What a reader of the page on limits should see first, of each file: task, metric, slices.
REAL = (
    ("threshold", "mae_db", "data=human_click_ihs", "thresholds of two ears, clicks"),
    ("threshold", "mae_db", "data=human_tone_wfdb", "thresholds of tones, people"),
    ("threshold", "mae_db", "data=mouse_tdt_samp8", "thresholds of mice"),
    ("threshold", "coverage_90", "data=mouse_tdt_samp8", "intervals that hold the label, mice"),
    ("latency.V", "mae_ms", "data=human_click_ihs", "wave V of two ears"),
)
CLINIC = (
    ("existence.V", "false_peak_rate", "all", "wave V named where none is"),
    ("existence.V", "missed_peak_rate", "all", "wave V missed"),
    ("latency.V", "coverage_90", "all", "latency intervals that hold the truth"),
    ("threshold", "mae_db", "all", "threshold"),
    ("threshold", "within_10db", "all", "threshold within 10 dB"),
    ("class.ear", "accuracy", "mix=enriched", "loss type of the ear, all equally frequent"),
    ("class.ear", "recall.neuropathy", "mix=enriched", "neuropathy called neuropathy"),
)
Wanted = tuple[tuple[str, str, str, str], ...]


def limits(file: str, wanted: Wanted) -> str:
    """Return a table of some figures of a result file, each beside the trivial guess."""
    figures = json.loads((RESULTS / file).read_text(encoding="utf-8"))["figures"]
    found = {(one["task"], one["metric"], one["slice"]): one for one in figures}
    lines = ["| of | figure | value | 90 % interval | n | trivial |", "|---|---|---|---|---|---|"]
    for task, metric, slice_, says in wanted:
        one = found[task, metric, slice_]
        ends = "-" if one["low"] is None else f"{number(one['low'])} to {number(one['high'])}"
        lines.append(
            f"| {says} | {metric.replace('_', ' ')} | {number(one['value'])} | {ends} | "
            f"{one['n']} | {number(one['trivial'])} |"
        )
    return "\n".join(lines)


def profiles() -> str:
    """Return a table of the simulator's profiles."""
    lines = [
        "| profile | who | species | levels in | patients by default |",
        "|---|---|---|---|---|",
        *(
            f"| `{one.name}` | {one.about} | {one.species} | dB {one.level_reference} | "
            f"{one.patients:,} |"
            for one in PROFILES.values()
        ),
    ]
    return "\n".join(lines)


TABLES = {
    ("limits.md", "limits-real"): lambda: limits("real.json", REAL),
    ("limits.md", "limits-clinic"): lambda: limits("clinic.json", CLINIC),
    ("simulator.md", "profiles"): profiles,
}


if __name__ == "__main__":
    for (page, name), table in TABLES.items():
        fill_file(DOCS / page, name, table())
