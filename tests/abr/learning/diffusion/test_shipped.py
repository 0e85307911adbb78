"""The shipped generator's card names the recipe that the package ships."""

from __future__ import annotations

import json

from evoscope.abr.generation import open_generator
from evoscope.abr.learning.diffusion import Ground, build_network, load_diffusion_recipe


def test_the_card_states_the_shipped_recipe() -> None:
    recipe = load_diffusion_recipe()
    training = open_generator("diffusion").pack.card.training
    stated, shipped = dict(training.settings), json.loads(recipe.model_dump_json())
    assert stated.pop("about").strip() == shipped.pop("about").strip()
    assert stated == shipped


def test_the_recipe_builds_what_the_card_counts(ground: Ground) -> None:
    network = build_network(load_diffusion_recipe(), ground)
    parameters = sum(p.numel() for p in network.parameters())
    assert parameters == open_generator("diffusion").pack.card.training.parameters
