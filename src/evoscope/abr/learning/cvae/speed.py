"""How fast an autoencoder trains and draws: ``python -m evoscope.abr.learning.cvae.speed``.

Training is held against the same graph on PyTorch's own transformer layers, as the design document
writes it: same batches, same loss, same optimiser, in turns, in one process. Time is that of the
processor, not of the wall: other work on the machine slows both alike.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import ArrayLike
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
from evoscope.measure import Measured, bootstrap_interval
from evoscope.measure.machine import machine
from evoscope.measure.results import commit_of, write_text

RESULT = Path("benchmarks/results/cvae_speed.json")
PATIENTS = 40
WARM = 4
DRAWN_AT_ONCE = 256


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


@dataclass(frozen=True)
class Sizes:
    """Training steps that are timed, and recordings that are drawn."""

    steps: int
    drawn: int


SIZES, QUICK = Sizes(steps=40, drawn=4096), Sizes(steps=2, drawn=512)


def training_speeds(steps: int) -> dict[str, Any]:
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
            losses[name].append(float(loss.detach()))
    timed = {name: s[WARM:] for name, s in spent.items()}
    sizes = [recipe.batch_size] * steps
    return {
        **{
            name: {
                "parameters": sum(p.numel() for p in network.parameters()),
                "samples_per_s": _ratio(sizes, timed[name]),
                "losses": [round(value, 5) for value in losses[name]],
            }
            for name, network in networks.items()
        },
        "ratio": _ratio(timed["plain"], timed["ours"]),
    }


def drawing_speed(n: int) -> dict[str, Any]:
    """Draw with the shipped pack, through ONNX Runtime on one thread."""
    generator = open_generator("cvae")
    assert isinstance(generator, CVAEGenerator)
    asked = {"loss_class": "snhl", "level_db": 60.0}
    generator.generate(DRAWN_AT_ONCE, asked)
    seconds = [
        _processor_s(partial(generator.generate, DRAWN_AT_ONCE, asked, seed=seed))
        for seed in range(n // DRAWN_AT_ONCE)
    ]
    return {
        "recordings": n,
        "recordings_per_s": _ratio([DRAWN_AT_ONCE] * len(seconds), seconds),
        "pack_sha256": generator.pack.sha256,
    }


def _ratio(above: Sequence[float], below: Sequence[float]) -> dict[str, float | int | None]:
    """The ratio of two sums over steps, with its 90 % interval over resampled steps."""

    def ratio(top: ArrayLike, bottom: ArrayLike, _mask: ArrayLike | None = None) -> Measured:
        a, b = np.asarray(top), np.asarray(bottom)
        return Measured(float(a.sum() / b.sum()), a.size)

    found = bootstrap_interval(ratio, np.arange(len(above)), above, below, seed=0)
    return {"value": found.value, "low": found.low, "high": found.high, "n": found.n}


def _processor_s(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def main() -> int:
    """Measure, write the result, print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a few steps, nothing written")
    quick = parser.parse_args().quick
    sizes = QUICK if quick else SIZES
    torch.set_num_threads(1)
    found = {
        "commit": commit_of(Path.cwd()),
        "machine": machine(),
        "threads": 1,
        "torch": torch.__version__,
        "drawing": drawing_speed(sizes.drawn),
        "training": training_speeds(sizes.steps),
    }
    text = json.dumps(found, indent=1) + "\n"
    if not quick:
        write_text(text, RESULT)
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
