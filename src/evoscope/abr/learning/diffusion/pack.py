"""A trained generator as a model pack: graph, coordinates, what was seen."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import torch

from evoscope.abr.generation.contract import (
    CLOCK,
    COLUMNS,
    GRAPH,
    PURPOSE,
    SEEN,
    TAXONOMIES,
    described,
)
from evoscope.abr.generation.parameters import Parameters
from evoscope.abr.generation.seen import Seen
from evoscope.abr.learning.diffusion.conditions import condition_table
from evoscope.abr.learning.diffusion.fit import Ground
from evoscope.abr.learning.diffusion.networks import GeneratorNetwork
from evoscope.abr.learning.diffusion.recipe import DiffusionRecipe
from evoscope.abr.learning.export import export_onnx
from evoscope.abr.learning.half_weights import halve_weights
from evoscope.abr.learning.training.fit import TrainingCohort
from evoscope.abr.learning.training.stated import data_stated, training_stated
from evoscope.abr.learning.unet import PARAMETERS
from evoscope.runtime import Card, Constant, Pack, write_pack

_USED_FOR = "training; its validation patients judge the run"
_LIMITS = (
    "What it draws is as good as what it has learned from: of a simulator, a simulator's ears.",
    "Rare classes and levels were seldom seen; drawing them says so in a warning.",
    "A synthetic recording is nobody's: it is no evidence about a patient.",
)


def write_generator_pack(
    folder: str | Path,
    network: GeneratorNetwork,
    ground: Ground,
    recipe: DiffusionRecipe,
    cohorts: Sequence[TrainingCohort],
    *,
    name: str,
    version: str,
    commit: str,
    wall_seconds: float,
    overwrite: bool = False,
) -> Pack:
    """Write a trained generator as a pack.

    Args:
        folder: of the pack.
        network: trained.
        ground: it stands on.
        recipe: it was trained by.
        cohorts: it was trained on.
        name: of the pack.
        version: of these weights.
        commit: of the code that trained it.
        wall_seconds: that training took.
        overwrite: replace a pack that is there.

    Raises:
        ValueError: a folder in the way.
    """
    parameters = Parameters(
        [p.name for p in PARAMETERS], [p.centre for p in PARAMETERS], [p.scale for p in PARAMETERS]
    )
    seen = Seen.of(condition_table(ground.cohort)[ground.responses.rows])
    n_samples = ground.coordinates.n_samples
    card = Card(
        name=name,
        version=version,
        purpose=PURPOSE,
        summary="Draws brainstem responses by diffusion, with their waves, class and threshold.",
        intended_use="Method development: rare classes, other levels, data that may be shared.",
        limits=_LIMITS,
        licence="Apache-2.0",
        data=tuple(data_stated(cohort, used_for=_USED_FOR) for cohort in cohorts),
        training=training_stated(
            recipe, network, about=recipe.about, commit=commit, wall_seconds=wall_seconds
        ),
        graphs={GRAPH: described(n_samples=n_samples, n_parameters=len(PARAMETERS))},
        taxonomies=dict(TAXONOMIES),
        constants={
            **ground.coordinates.constants(),
            **parameters.constants(),
            **ground.finish.constants(),
            "least_noise_nv": Constant(
                value=1000.0 * ground.floor_sigma * ground.coordinates.scale_uv,
                units="nV",
                meaning="noise in what it has learned from; 0 where that was the truth",
            ),
            "sigma_max": Constant(
                value=CLOCK.sigma_max, units="1", meaning="noise over signal where drawing begins"
            ),
        },
    )
    return write_pack(
        folder,
        {GRAPH: generator_graph(network, n_samples=n_samples)},
        card,
        attached={SEEN: seen.model_dump_json(indent=1).encode()},
        overwrite=overwrite,
    )


def generator_graph(network: GeneratorNetwork, *, n_samples: int) -> bytes:
    """Return the graph of a network, for any number of recordings; weights in half the bits."""
    conditions = torch.zeros(4, len(COLUMNS))
    conditions[2:] = torch.nan
    inputs = {
        "x": torch.randn(4, n_samples),
        "t": torch.linspace(0.1, 0.9, 4),
        "conditions": conditions,
        "noisy_parameters": torch.randn(4, len(PARAMETERS)),
    }
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "step.onnx"
        export_onnx(network, path, inputs=inputs)
        return halve_weights(
            path.read_bytes(), [f"network.{n}" for n, _ in network.named_parameters()]
        )
