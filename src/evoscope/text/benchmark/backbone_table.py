"""A comparison of encoders as tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from evoscope.measure.results import number
from evoscope.text.benchmark.page import Row

SPEED_HEAD: Row = (
    "encoder", "weights", "mill.", "in", "file MB", "load s", "RAM MB", "per CPU s: 1",
    "8", "32",
)  # fmt: skip
"""Millions of parameters; RAM that opening and running took; texts by batch size, a second of the
processor: other programs slow a second of the clock."""
QUALITY_HEAD: Row = ("encoder", "precision", "probe", "value", "90 % interval", "n", "trivial")


def speed(encoders: Sequence[Mapping[str, Any]]) -> list[Row]:
    """Size, loading, memory and throughput, a row an encoder and precision."""
    return [
        (
            str(one["name"]),
            str(one["weights"]),
            f"{one['parameters'] / 1e6:.1f}",
            str(run["precision"]),
            f"{run['file_mb']:.0f}",
            f"{run['load_s']:.2f}",
            f"{run['memory_mb']:.0f}",
            *(f"{run['throughput'][size]['texts_per_cpu_s']:.0f}" for size in ("1", "8", "32")),
        )
        for one in encoders
        for run in one["running"]
    ]


def quality(encoders: Sequence[Mapping[str, Any]]) -> list[Row]:
    """What probes reach, a row each; none of random weights."""
    return [
        (
            str(one["name"]),
            str(run["precision"]),
            name,
            number(figure["found"]["value"]),
            f"{number(figure['found']['low'])} to {number(figure['found']['high'])}",
            str(figure["found"]["n"]),
            number(figure["trivial"]),
        )
        for one in encoders
        for run in one["running"]
        for name, figure in run["quality"].items()
    ]
