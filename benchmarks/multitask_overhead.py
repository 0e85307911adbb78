"""Measures what the engine room's loop costs beside a bare hand-written one on the same model.

``python benchmarks/multitask_overhead.py`` writes ``results/multitask_overhead.json``. Both loops
run the same model from the same weights on the same rows, with dropout, masks, clipping and fused
AdamW; the bare one computes its losses by hand, and logs, checks and saves nothing. They take
turns, and processor seconds are counted on one thread, so a busy machine slows both alike.
"""

# ruff: noqa: D102, D103, ARG002  a script, and hooks that need not use everything

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from evoscope.bench.loop import loop_table
from evoscope.measure.machine import machine
from evoscope.measure.results import commit_of, write_text
from evoscope.multitask import (
    Batch,
    Callback,
    Classification,
    Control,
    EpochResult,
    ImprovedTaskHead,
    Labels,
    MultiTaskModel,
    Recipe,
    Regression,
    train,
)

RECIPE = {"epochs": 1, "batch_size": 64, "device": "cpu", "weighting": {"kind": "fixed"}}
SIZES = {"signals": 8, "table": 100}  # steps of one turn
TURNS, QUICK_TURNS = 15, 2


class Clock(Callback):
    """Times an epoch from before its first step to after its last."""

    def on_epoch_start(self, run: Control, epoch: int) -> None:
        self._began = time.process_time()

    def on_epoch(self, run: Control, result: EpochResult) -> None:
        self.seconds = time.process_time() - self._began


def model(size: str) -> nn.Module:
    torch.manual_seed(0)
    if size == "signals":
        layers: list[nn.Module] = [nn.Unflatten(1, (1, 384))]
        for channels, wider in [(1, 64), (64, 128), (128, 192)]:
            layers += [nn.Conv1d(channels, wider, 7, stride=2, padding=3), nn.GELU()]
        backbone = nn.Sequential(*layers, nn.AdaptiveAvgPool1d(1), nn.Flatten(), nn.Dropout(0.1))
        width = 192
    else:
        backbone = nn.Sequential(nn.Linear(384, 64), nn.GELU(), nn.Dropout(0.1))
        width = 64
    kind = ImprovedTaskHead(width, 5, hidden_dims=(64,))
    level = ImprovedTaskHead(width, 1, hidden_dims=(64,), task_type="regression")
    return MultiTaskModel(backbone, {"kind": kind, "level": level})


def rows(count: int) -> Batch:
    draws = torch.Generator().manual_seed(1)
    x = torch.randn(count, 384, generator=draws)
    kind, level = x[:, :5].argmax(1), x[:, :9].sum(1)
    known = torch.rand(count, generator=draws) < 0.5
    present = {"kind": torch.ones(count, dtype=torch.bool), "level": known}
    return Batch({"input": x}, Labels({"kind": kind, "level": level}, present))


def bare(net: nn.Module, data: Batch) -> float:
    """The loop one writes in an afternoon, for these two tasks only."""
    optimizer = torch.optim.AdamW(net.parameters(), lr=1e-3, fused=True)
    x, kind, level = data.inputs["input"], data.labels.targets["kind"], data.labels.targets["level"]
    known = data.labels.present["level"]
    mean, spread = level[known].mean(), level[known].std()
    net.train()
    began = time.process_time()
    for chosen in torch.randperm(len(data)).split(RECIPE["batch_size"]):
        outputs = net(input=x[chosen])
        mask = known[chosen]
        answered = (outputs["level.mean"].squeeze(1) - mean) / spread
        wanted = torch.where(mask, (level[chosen] - mean) / spread, 0.0)
        answered = torch.where(mask, answered, 0.0)
        huber: Tensor = functional.huber_loss(answered, wanted, reduction="sum") / mask.sum()
        loss = functional.cross_entropy(outputs["kind.logits"], kind[chosen]) + huber
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        optimizer.step()
    return time.process_time() - began


def ours(net: nn.Module, data: Batch) -> float:
    clock = Clock()
    tasks = [Classification("kind", list("abcde")), Regression("level")]
    with tempfile.TemporaryDirectory() as folder:
        recipe = Recipe.model_validate(RECIPE)
        train(net, tasks, data, None, recipe, folder=folder, callbacks=[clock])
    return clock.seconds


def measured(size: str, turns: int) -> dict[str, Any]:
    net, steps = model(size), SIZES[size]
    data = rows(steps * RECIPE["batch_size"])
    loops: dict[str, Callable[[nn.Module, Batch], float]] = {"bare": bare, "ours": ours}
    seconds: dict[str, list[float]] = {name: [] for name in loops}
    for turn in range(turns + 1):
        for name in sorted(loops, reverse=bool(turn % 2)):  # neither always comes first
            taken = loops[name](deepcopy(net), data)
            if turn:  # the first one warms up
                seconds[name].append(taken / steps)
    ratios = sorted(a / b for a, b in zip(seconds["ours"], seconds["bare"], strict=True))
    medians = {name: statistics.median(values) for name, values in seconds.items()}
    quartiles = statistics.quantiles(ratios, n=4)
    return {
        "parameters": sum(p.numel() for p in net.parameters()),
        "turns": turns,
        "steps_per_turn": steps,
        "bare_ms_per_step": 1e3 * medians["bare"],
        "ours_ms_per_step": 1e3 * medians["ours"],
        "added_ms_per_step": 1e3 * (medians["ours"] - medians["bare"]),
        "overhead": statistics.median(ratios) - 1,
        "overhead_quartiles": [quartiles[0] - 1, quartiles[2] - 1],
    }


def main() -> None:
    torch.set_num_threads(1)
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="two turns, nothing written")
    quick = parser.parse_args().quick
    here = Path(__file__).parent
    result = {
        "commit": commit_of(here),
        "machine": machine(),
        "threads": 1,
        "torch": torch.__version__,
        "figures": {size: measured(size, QUICK_TURNS if quick else TURNS) for size in SIZES},
    }
    print(loop_table(result))
    if not quick:
        text = json.dumps(result, indent=2) + "\n"
        write_text(text, here / "results" / "multitask_overhead.json")


if __name__ == "__main__":
    main()
