"""What a reader of the page on limits should see first, and who is simulated."""

from __future__ import annotations

from evoscope.abr.benchmark.evaluation import Evaluation
from evoscope.abr.simulation import PROFILES
from evoscope.measure.results import number

Wanted = tuple[tuple[str, str, str, str], ...]
"""Task, metric, slice, and what it is of."""
REAL: Wanted = (
    ("threshold", "mae_db", "data=human_click_ihs", "thresholds of two ears, clicks"),
    ("threshold", "mae_db", "data=human_tone_wfdb", "thresholds of tones, people"),
    ("threshold", "mae_db", "data=mouse_tdt_samp8", "thresholds of mice"),
    ("threshold", "coverage_90", "data=mouse_tdt_samp8", "intervals that hold the label, mice"),
    ("latency.V", "mae_ms", "data=human_click_ihs", "wave V of two ears"),
)
CLINIC: Wanted = (
    ("existence.V", "false_peak_rate", "all", "wave V named where none is"),
    ("existence.V", "missed_peak_rate", "all", "wave V missed"),
    ("latency.V", "coverage_90", "all", "latency intervals that hold the truth"),
    ("threshold", "mae_db", "all", "threshold"),
    ("threshold", "within_10db", "all", "threshold within 10 dB"),
    ("class.ear", "accuracy", "mix=enriched", "loss type of the ear, all equally frequent"),
    ("class.ear", "recall.neuropathy", "mix=enriched", "neuropathy called neuropathy"),
)


def limits_table(found: Evaluation, wanted: Wanted) -> str:
    """Some figures of an evaluation, each beside the trivial guess.

    Raises:
        KeyError: a figure that is wanted was not measured.
    """
    figures = {(one.task, one.metric, one.slice): one for one in found.figures}
    lines = ["| of | figure | value | 90 % interval | n | trivial |", "|---|---|---|---|---|---|"]
    for task, metric, where, says in wanted:
        one = figures[task, metric, where]
        ends = "-" if one.low is None else f"{number(one.low)} to {number(one.high)}"
        lines.append(
            f"| {says} | {metric.replace('_', ' ')} | {number(one.value)} | {ends} | "
            f"{one.n} | {number(one.trivial)} |"
        )
    return "\n".join(lines)


def profiles_table() -> str:
    """The simulator's profiles."""
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
