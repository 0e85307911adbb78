"""Cohorts in, a trained generator out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from evoscope.abr.encoding import grid_time_ms
from evoscope.abr.encoding.encoded_cohort import EncodedCohort, join
from evoscope.abr.generation.coordinates import Coordinates
from evoscope.abr.generation.finish import Finish
from evoscope.abr.learning.diffusion.component_network import ComponentNetwork
from evoscope.abr.learning.diffusion.networks import ComponentSettings, GeneratorNetwork
from evoscope.abr.learning.diffusion.prior import Prior
from evoscope.abr.learning.diffusion.recipe import DiffusionRecipe
from evoscope.abr.learning.diffusion.responses import Responses
from evoscope.abr.learning.diffusion.source import DiffusionSource
from evoscope.abr.learning.diffusion.task import VelocityTask
from evoscope.abr.learning.diffusion.unet_network import UNetNetwork
from evoscope.abr.learning.training.fit import TrainingCohort
from evoscope.multitask import Run, train
from evoscope.multitask.making import make_model


@dataclass(frozen=True, eq=False)
class Ground:
    """What a generator stands on before it is trained: all of it from training patients.

    Attributes:
        cohort: all training patients.
        responses: of them.
        coordinates: fitted to them.
        prior: of the responses in these coordinates.
        floor_sigma: noise in the responses, below which nothing is learned; 0 where they are true.
        finish: of what is drawn; none where the responses hold noise.
    """

    cohort: EncodedCohort
    responses: Responses
    coordinates: Coordinates
    prior: Prior
    floor_sigma: float
    finish: Finish


def ground_of(cohorts: Sequence[TrainingCohort]) -> Ground:
    """Lay the ground for a generator.

    Raises:
        ValueError: no cohort, cohorts of different lengths, nothing to learn from, or no halves.
    """
    if not cohorts:
        raise ValueError("There should be at least one cohort to train on. Found none.")
    cohort = join([own.training for own in cohorts])
    responses = Responses.of(cohort)
    with_halves = (cohort.noise != 0).any(axis=1) & cohort.covered.all(axis=1)
    coordinates = Coordinates.fit(responses.uv, cohort.noise[with_halves])
    floor = responses.floor(cohort, coordinates)
    prior = Prior.fit(coordinates.enter(responses.uv), noise_power=float(np.mean(floor**2)))
    return Ground(
        cohort, responses, coordinates, prior, float(np.mean(floor)), _finish(responses, cohort)
    )


def _finish(responses: Responses, cohort: EncodedCohort) -> Finish:
    if responses.noise_uv.any():
        return Finish()
    rows = responses.rows
    return Finish.fit(
        responses.uv.astype(np.float64),
        grid_time_ms(responses.uv.shape[1]),
        cohort.present[rows] == 1,
        cohort.latency_ms[rows].astype(np.float64),
    )


def build_network(recipe: DiffusionRecipe, ground: Ground) -> GeneratorNetwork:
    """Build the network that a recipe describes, untrained."""
    network = make_model(lambda _: _untrained(recipe, ground), recipe)
    assert isinstance(network, GeneratorNetwork)  # it was made the line before
    return network


def _untrained(recipe: DiffusionRecipe, ground: Ground) -> GeneratorNetwork:
    if isinstance(recipe.network, ComponentSettings):
        return ComponentNetwork(recipe.network, ground.prior)
    prior = ground.prior if recipe.diffusing.linear_start else None
    return UNetNetwork(recipe.network, prior=prior, length=ground.coordinates.n_samples)


def train_generator(
    recipe: DiffusionRecipe,
    cohorts: Sequence[TrainingCohort],
    *,
    folder: str | Path,
    resume: bool = False,
) -> tuple[GeneratorNetwork, Ground, Run]:
    """Train a generator.

    Args:
        recipe: how.
        cohorts: what to learn from; the first one's validation patients judge the run.
        folder: of the run.
        resume: go on where a run of this folder stopped.

    Returns:
        the network with the weights worth keeping, what it stands on, and the run.

    Raises:
        ValueError: cohorts that do not fit, or what `train` refuses.
    """
    ground = ground_of(cohorts)
    network = build_network(recipe, ground)
    held = cohorts[0].validation
    training, validation = (
        DiffusionSource(cohort, own, coordinates=ground.coordinates, settings=recipe.diffusing)
        for cohort, own in ((ground.cohort, ground.responses), (held, Responses.of(held)))
    )
    run = train(
        network,
        [VelocityTask("signal"), VelocityTask("parameters")],
        training,
        validation,
        recipe,
        folder=folder,
        resume=resume,
        facts={f"{cohort.name} sha256": cohort.sha256 for cohort in cohorts}
        | {f"{cohort.name} split": cohort.split_sha256 for cohort in cohorts},
    )
    return network, ground, run
