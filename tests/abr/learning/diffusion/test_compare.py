"""Networks that are compared have the same time, and losses at every noise level."""

from __future__ import annotations

import numpy as np

from evoscope.abr.learning.diffusion import Ground, load_diffusion_recipe
from evoscope.abr.learning.diffusion.compare import BANDS, VARIANTS, trained
from evoscope.abr.learning.training import TrainingCohort


def test_every_variant_is_a_recipe_and_they_differ() -> None:
    recipes = [load_diffusion_recipe(None, overrides) for overrides in VARIANTS.values()]
    assert [r.network.kind for r in recipes] == ["components", "components", "unet"]
    assert [r.diffusing.loss_weight for r in recipes] == ["velocity", "min_snr", "velocity"]


def test_a_second_of_training_is_told_by_its_losses(ground: Ground, cohort: TrainingCohort) -> None:
    small = ("network.width=32", "network.hidden=32", "network.blocks=1")
    recipe = load_diffusion_recipe(None, small)
    short, long = (trained(recipe, ground, cohort, seconds=s)[1] for s in (0.05, 1.5))
    assert long["recordings"] == long["steps"] * recipe.batch_size > short["recordings"]
    for name in ("signal", "parameters"):
        assert len(long["losses"][name]) == len(BANDS) - 1
    assert np.nanmean(long["losses"]["parameters"]) < np.nanmean(short["losses"]["parameters"])
