"""Several runs from one beginning as one network: the mean of their weights.

Networks that were fine-tuned from the same weights lie in one valley, and their mean often
generalises better than any of them, at the price of one ("model soups", Wortsman et al. 2022).
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import nn

from evoscope.text.learning.recipe import TextRecipe, changed


def member_recipes(recipe: TextRecipe) -> tuple[TextRecipe, ...]:
    """Return the recipes of the runs whose weights are averaged: the recipe, and its members.

    Raises:
        ValueError: a member that changes what it cannot.

    Example:
        >>> from evoscope.text.learning.recipe import load_recipe
        >>> recipe = load_recipe("quick").model_copy(update={"members": ({"epochs": 2},)})
        >>> [one.epochs for one in member_recipes(recipe)][1:]
        [2]
    """
    alone = recipe.model_copy(update={"members": ()})
    return (alone, *(changed(alone, member) for member in recipe.members))


@torch.no_grad()
def average_weights(networks: Sequence[nn.Module]) -> nn.Module:
    """Give the first network the mean of all their weights, and return it.

    Args:
        networks: of one architecture, on one device.

    Example:
        >>> one, other = nn.Linear(1, 1), nn.Linear(1, 1)
        >>> middle = (one.weight + other.weight) / 2
        >>> bool(torch.allclose(average_weights([one, other]).weight, middle))
        True
    """
    first, states = networks[0], [network.state_dict() for network in networks]
    first.load_state_dict(
        {
            # Counters and the like are the first's: a mean of them would mean nothing.
            name: torch.stack([state[name].double() for state in states]).mean(0).to(value.dtype)
            if value.is_floating_point()
            else value
            for name, value in states[0].items()
        }
    )
    return first
