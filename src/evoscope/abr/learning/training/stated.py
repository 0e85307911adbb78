"""What every pack's card states alike: how it was trained, and on what."""

from __future__ import annotations

import json
import platform

import torch
from torch import nn

from evoscope.abr.learning.training.fit import TrainingCohort
from evoscope.multitask import Recipe
from evoscope.runtime import Training, TrainingData


def data_stated(cohort: TrainingCohort, *, used_for: str) -> TrainingData:
    """State a cohort: its hashes, its size, and what it was used for."""
    n, held = len(cohort.training), len(cohort.validation)
    return TrainingData(
        name=cohort.name,
        sha256=cohort.sha256,
        split_sha256=cohort.split_sha256,
        simulated=cohort.simulated,
        used_for=used_for,
        note=f"{n} series to learn from, {held} held out",
    )


def training_stated(
    recipe: Recipe,
    network: nn.Module,
    *,
    about: str,
    commit: str,
    wall_seconds: float,
    further: str = "",
) -> Training:
    """State how a network was trained, so that it can be trained again.

    Args:
        recipe: all of it goes on the card.
        network: that was trained.
        about: the recipe in words; empty for one of the user's own.
        commit: of the code that trained it.
        wall_seconds: that it took.
        further: what else is to be said of it.
    """
    own = about.strip() or "a recipe of the user's own"
    return Training(
        commit=commit,
        recipe=f"{own}{further}",
        settings=json.loads(recipe.model_dump_json()),
        seed=recipe.seed,
        parameters=sum(p.numel() for p in network.parameters()),
        wall_seconds=wall_seconds,
        machine=f"{platform.machine()}, {torch.get_num_threads()} threads, no GPU",
    )
