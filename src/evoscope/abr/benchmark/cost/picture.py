"""A picture of how the cost grows."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from matplotlib.figure import Figure

_INK = "#1f5a7a"


def draw_growth(document: Mapping[str, Any], path: Path) -> None:
    """Draw cost per recording and per trial over how many there are, on a logarithmic axis."""
    figure = Figure(figsize=(7.0, 2.8), layout="constrained")
    left, right = figure.subplots(1, 2)
    for axes, rows, count, cost, label in (
        (left, document["recordings"], "recordings", "ms_each", "CPU ms a recording"),
        (right, document["sweeps"], "sweeps", "us_each", "CPU us a single trial"),
    ):
        axes.semilogx([row[count] for row in rows], [row[cost] for row in rows], "o-", color=_INK)
        axes.set_xlabel(count if count == "recordings" else "single trials")
        axes.set_ylabel(label)
        axes.set_ylim(bottom=0.0)
        axes.grid(alpha=0.3)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=120)
