"""The table of how smoothly a mark follows the hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from evoscope.measure.results import number, short_commit

_SAYS = {
    "idle": "nothing is dragged",
    "plain": "a mark is dragged",
    "busy": "with replicates and denoised traces",
}
_COLUMNS = {
    "interval_median_ms": "between frames, median, ms",
    "interval_p95_ms": "95th percentile, ms",
    "share_within_17_5_ms": "share within 17.5 ms",
    "drawing_fastest_quarter_ms": "drawing a frame, fastest quarter, ms",
    "drawing_median_ms": "median, ms",
}


def frames_table(found: Mapping[str, Any]) -> str:
    """Markdown of ``page_frames.json``."""
    lines = [f"| | {' | '.join(_COLUMNS.values())} | frames |", "|---" * 7 + "|"]
    for name, one in found["measured"].items():
        cells = [_cell(one[key]) for key in _COLUMNS]
        n = one["interval_median_ms"]["n"]
        lines.append(f"| {_SAYS[name]} | {' | '.join(cells)} | {n} |")
    about = (
        f"{found['levels']} levels, {found['browser']} without a screen, on {found['machine']}, "
        f"commit `{short_commit(found['commit'])}`. In brackets intervals of 90 %."
    )
    return "\n".join([*lines, "", about])


def _cell(one: Mapping[str, Any]) -> str:
    if one["low"] is None or one["high"] is None:
        return number(one["value"])
    return f"{number(one['value'])} ({number(one['low'])} to {number(one['high'])})"
