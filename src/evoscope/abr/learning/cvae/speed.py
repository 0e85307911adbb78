"""How fast an autoencoder trains and draws: ``python -m evoscope.abr.learning.cvae.speed``.

Training is held against the same graph on PyTorch's own transformer layers, as the design document
writes it: same batches, same loss, same optimiser, in turns, in one process. Time is that of the
processor, not of the wall: other work on the machine slows both alike.
"""

from __future__ import annotations

import json
import platform
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from evoscope.abr.generation import open_generator
from evoscope.abr.generation.cvae import CVAEGenerator
from evoscope.abr.learning.cvae.fit import TASK
from evoscope.abr.learning.cvae.network import ConditionalVAE
from evoscope.abr.learning.cvae.recipe import load_cvae_recipe
from evoscope.abr.learning.cvae.source import CVAESource
from evoscope.abr.learning.cvae.task import EvidenceBound
from evoscope.abr.learning.training import load_cohort
from evoscope.abr.simulation.make import simulate
from evoscope.measure.results import commit_of, fill_file, number, write_text

RESULT = Path("benchmarks/results/cvae_speed.json")
PAGE = Path("docs/abr-autoencoder.md")
STEPS, WARM = 40, 4
DRAWN = 4096
PATIENTS = 40


class PlainVAE(ConditionalVAE):
    """The same autoencoder on `torch.nn`'s transformer layers, as they come."""

    def _layers(self, *, cross: bool) -> nn.ModuleList:
        kind = nn.TransformerDecoderLayer if cross else nn.TransformerEncoderLayer
        c = self.config
        return nn.ModuleList(
            kind(
                c.channels,
                c.heads,
                c.feed_forward,
                dropout=c.dropout,
                activation="gelu",
                batch_first=True,
                norm_first=True,
            )
            for _ in range(c.layers)
        )


def training_speeds(steps: int = STEPS) -> dict[str, Any]:
    """Train both for some batches, in turns.

    Returns:
        for ``ours`` and ``plain``: parameters, samples_per_s and the loss of every step; and the
        ratio of the speeds.
    """
    recipe = load_cvae_recipe("cvae_reference")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "clinic.parquet"
        simulate(path, patients=PATIENTS, seed=1, processes=1)
        source = CVAESource(load_cohort(path).training, recipe.seeing, varied=True)
    task = EvidenceBound(TASK, recipe.bound)
    task.fit(source.labels)
    networks: dict[str, ConditionalVAE] = {}
    for name, kind in (("ours", ConditionalVAE), ("plain", PlainVAE)):
        torch.manual_seed(0)
        networks[name] = kind(recipe.network, source.scales()).train()
    optimisers = {
        name: torch.optim.Adam(network.parameters(), lr=recipe.optimiser.learning_rate)
        for name, network in networks.items()
    }
    spent: dict[str, list[float]] = {name: [] for name in networks}
    losses: dict[str, list[float]] = {name: [] for name in networks}
    draws = torch.Generator().manual_seed(0)
    for _ in range(WARM + steps):
        rows = torch.randint(len(source), (recipe.batch_size,), generator=draws)
        batch = source.batch(rows, draws)
        for name, network in networks.items():
            began = time.process_time()
            optimisers[name].zero_grad(set_to_none=True)
            found = task.loss(network(**batch.inputs), batch.labels)
            loss = found.total / found.weight
            torch.autograd.backward(loss)
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimisers[name].step()
            spent[name].append(time.process_time() - began)
            losses[name].append(float(loss))
    speed = {name: recipe.batch_size / float(np.median(s[WARM:])) for name, s in spent.items()}
    return {
        **{
            name: {
                "parameters": sum(p.numel() for p in network.parameters()),
                "samples_per_s": speed[name],
                "losses": [round(value, 5) for value in losses[name]],
            }
            for name, network in networks.items()
        },
        "ratio": speed["ours"] / speed["plain"],
    }


def drawing_speed(n: int = DRAWN) -> dict[str, Any]:
    """Draw with the shipped pack, through ONNX Runtime on one thread."""
    generator = open_generator("cvae")
    assert isinstance(generator, CVAEGenerator)
    asked = {"loss_class": "snhl", "level_db": 60.0}
    generator.generate(256, asked)
    return {
        "recordings": n,
        "recordings_per_s": n / _processor_s(lambda: generator.generate(n, asked, seed=1)),
        "pack_sha256": generator.pack.sha256,
    }


def _processor_s(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def rows(found: dict[str, Any]) -> str:
    """Return a table for the page."""
    training, drawing = found["training"], found["drawing"]
    last = {name: float(np.mean(training[name]["losses"][-10:])) for name in ("ours", "plain")}
    lines = [
        "| what | value | goal |",
        "|---|---|---|",
        f"| drawn by one core, recordings/s | {number(drawing['recordings_per_s'])} | 3000 |",
        f"| reference trained by one core, samples/s | {number(training['ours']['samples_per_s'])} "
        "| - |",
        "| the same graph on `torch.nn`'s layers, samples/s | "
        f"{number(training['plain']['samples_per_s'])} | - |",
        f"| ratio | {number(training['ratio'])} | 1.3 |",
        f"| loss, mean of the last ten of {len(training['ours']['losses'])} batches | "
        f"{number(last['ours'])}, on `torch.nn`'s {number(last['plain'])} | the same curve |",
        "",
        f"Seconds of the processor, {found['machine']}, torch {found['torch']}, commit "
        f"{found['commit'][:12]}.",
    ]
    return "\n".join(lines)


def main() -> int:
    """Measure, write the result, fill the page."""
    torch.set_num_threads(1)
    found = {
        "commit": commit_of(Path.cwd()),
        "machine": f"{platform.machine()}, one thread",
        "torch": torch.__version__,
        "drawing": drawing_speed(),
        "training": training_speeds(),
    }
    write_text(json.dumps(found, indent=1) + "\n", RESULT)
    fill_file(PAGE, "speed", rows(found))
    print(rows(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
