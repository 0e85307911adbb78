"""``python -m evoscope.abr.learning.diffusion.compare``: networks and weights at equal time.

Every variant is trained from the same cohorts for the same processor time, its learning rate
falling over that time, and written as a pack beside its losses at each noise level.
``python -m evoscope.abr.benchmark.synthetic --networks FOLDER`` judges the packs.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import cos, pi
from pathlib import Path
from typing import Any

import torch
from torch.nn.utils import clip_grad_norm_

from evoscope.abr.generation.contract import CLOCK
from evoscope.abr.learning.diffusion.fit import Ground, build_network, ground_of
from evoscope.abr.learning.diffusion.networks import GeneratorNetwork
from evoscope.abr.learning.diffusion.pack import write_generator_pack
from evoscope.abr.learning.diffusion.recipe import DiffusionRecipe, load_diffusion_recipe
from evoscope.abr.learning.diffusion.responses import Responses
from evoscope.abr.learning.diffusion.source import DiffusionSource
from evoscope.abr.learning.diffusion.task import VelocityTask
from evoscope.abr.learning.training import TrainingCohort, load_cohort
from evoscope.measure.results import commit_of
from evoscope.multitask import Batch
from evoscope.multitask.optimisation.average import MovingAverage

LINES = "networks.json"
UNET = (
    "batch_size=32",
    "precision=float32",
    "network={kind: unet, channels: [16, 32, 64, 96, 96], condition_width: 96,"
    " transformer_levels: [], attention_skips: false, task_extractors: false,"
    " multi_scale_attention: false, task_stride: 4}",
)
VARIANTS: Mapping[str, tuple[str, ...]] = {
    "components": (),
    "components-min-snr": ("diffusing.loss_weight=min_snr",),
    "unet": UNET,
}
BANDS = (0.0, 0.05, 0.2, 0.7, 2.0, 8.0, float("inf"))
"""Noise over signal, between which losses are told apart."""
_WARM_UP, _EMA = 100, 0.998
_NAMES = ("signal", "parameters")


def main(arguments: Sequence[str] | None = None) -> int:
    """Train every variant, write its pack and its losses."""
    options = _options().parse_args(arguments)
    torch.set_num_threads(1)
    cohorts = [load_cohort(path, cache=options.cache) for path in options.cohorts]
    ground = ground_of(cohorts)
    lines = []
    for name, overrides in VARIANTS.items():
        recipe = load_diffusion_recipe(None, overrides)
        network, line = trained(recipe, ground, cohorts[0], seconds=options.seconds)
        folder = options.output / name
        write_generator_pack(
            folder,
            network,
            ground,
            recipe,
            cohorts,
            name=name,
            version="0",
            commit=commit_of(Path(__file__).parent),
            wall_seconds=options.seconds,
            overwrite=True,
        )
        lines.append({"name": name, "seconds": options.seconds, **line})
        print(json.dumps(lines[-1]), flush=True)
    (options.output / LINES).write_text(json.dumps(lines, indent=1) + "\n", encoding="utf-8")
    return 0


def trained(
    recipe: DiffusionRecipe, ground: Ground, held: TrainingCohort, *, seconds: float
) -> tuple[GeneratorNetwork, dict[str, Any]]:
    """Train for so much processor time; return the averaged network and what it came to."""
    network = build_network(recipe, ground)
    training, validation = (
        DiffusionSource(c, r, coordinates=ground.coordinates, settings=recipe.diffusing)
        for c, r in (
            (ground.cohort, ground.responses),
            (held.validation, Responses.of(held.validation)),
        )
    )
    tasks, rate = [VelocityTask(name) for name in _NAMES], recipe.optimiser.learning_rate
    for task in tasks:
        task.fit(training.labels)
    optimiser = torch.optim.AdamW(
        network.parameters(), lr=rate, weight_decay=recipe.optimiser.weight_decay
    )
    average, generator = MovingAverage(network, _EMA), torch.Generator().manual_seed(recipe.seed)
    began, steps = time.process_time(), 0
    while (share := (time.process_time() - began) / seconds) < 1.0:
        for group in optimiser.param_groups:
            group["lr"] = rate * min(1.0, (steps + 1) / _WARM_UP) * (cos(pi * share) + 1.0) / 2.0
        rows = torch.randint(len(training), (recipe.batch_size,), generator=generator)
        batch = training.batch(rows, generator)
        with torch.autocast("cpu", torch.bfloat16, enabled=recipe.precision == "bf16"):
            answer = network(**batch.inputs)
        signal, parameters = (task.loss(answer, batch.labels) for task in tasks)
        loss = signal.total / signal.weight + 0.2 * parameters.total / parameters.weight
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # torch leaves it unannotated
        clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        average.update(network, steps)
        steps += 1
    kept = average.model.eval()
    assert isinstance(kept, GeneratorNetwork)  # a copy of the one above
    batch = validation.batch(torch.arange(len(validation)), torch.Generator().manual_seed(0))
    return kept, {
        "parameters": sum(p.numel() for p in network.parameters()),
        "steps": steps,
        "batch_size": recipe.batch_size,
        "recordings": steps * recipe.batch_size,
        "losses": losses(kept, batch),
    }


@torch.no_grad()
def losses(network: GeneratorNetwork, batch: Batch) -> dict[str, list[float]]:
    """Mean squared error of the velocity in each of ``BANDS``; recorded noise is left out."""
    answer, sigma = network(**batch.inputs), CLOCK.sigma(batch.inputs["t"])
    drawn = ~batch.inputs["noisy_parameters"].isnan().all(dim=1)
    found: dict[str, list[float]] = {}
    for name in _NAMES:
        error = (answer[f"{name}.v"] - batch.labels.targets[name]).square()
        found[name] = [
            float(error[drawn & (sigma >= low) & (sigma < high)].nanmean())
            for low, high in pairwise(BANDS)
        ]
    return found


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m evoscope.abr.learning.diffusion.compare")
    parser.add_argument("cohorts", nargs="+", type=Path, help="Parquet files, splits beside them")
    parser.add_argument("--output", type=Path, required=True, help="folder of the packs")
    parser.add_argument("--seconds", type=float, default=120.0, help="processor time of each")
    parser.add_argument("--cache", type=Path, help="folder that keeps encoded cohorts")
    return parser


if __name__ == "__main__":
    sys.exit(main())
