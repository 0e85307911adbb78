"""The table of how fast an autoencoder trains and draws; it needs no training stack."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from evoscope.measure.results import number, short_commit


def table_of(found: Mapping[str, Any]) -> str:
    """Markdown of ``cvae_speed.json``: intervals are of 90 %, over steps or calls."""
    training, drawing = found["training"], found["drawing"]
    last = {name: float(np.mean(training[name]["losses"][-10:])) for name in ("ours", "plain")}
    rows = [
        ("drawn by one core, recordings/s", drawing["recordings_per_s"], "3000"),
        ("reference trained by one core, samples/s", training["ours"]["samples_per_s"], "-"),
        (
            "the same graph on `torch.nn`'s layers, samples/s",
            training["plain"]["samples_per_s"],
            "-",
        ),
        ("ratio", training["ratio"], "1.3"),
    ]
    lines = ["| what | value | 90 % interval | n | goal |", "|---|---|---|---|---|"]
    lines += [
        f"| {says} | {number(one['value'])} | {number(one['low'])} to {number(one['high'])} | "
        f"{one['n']} | {goal} |"
        for says, one, goal in rows
    ]
    batches = len(training["ours"]["losses"])
    lines += [
        f"| loss, mean of the last ten of {batches} batches | {number(last['ours'])}, on "
        f"`torch.nn`'s {number(last['plain'])} | - | 10 | the same curve |",
        "",
        f"Seconds of the processor, {found['machine']}, one thread, torch {found['torch']}, commit "
        f"`{short_commit(found['commit'])}`. The layers of `torch.nn` are the trivial way.",
    ]
    return "\n".join(lines)
