"""Networks that begin alike and learn the same texts in other orders: their mean is one network.

Weights that began alike and were tuned apart can be averaged, and the mean often reads better than
each (Wortsman et al. 2022, "Model soups", ICML). It costs as many trainings, nothing afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import torch

from evoscope.multitask import Run
from evoscope.text.learning.network import TextNetwork
from evoscope.text.learning.recipe import TextRecipe

UNFINISHED = ("interrupted", "red flag")
"""How the reason begins why a run ended early, and can go on."""
_ORDER = "order-{}"


def train_in_orders(
    make: Callable[[], TextNetwork],
    run: Callable[[TextNetwork, TextRecipe, Path], Run],
    recipe: TextRecipe,
    folder: Path,
) -> tuple[TextNetwork, Run]:
    """Train once for each order, and put the mean of all into the first network.

    Args:
        make: a new network, the same each time.
        run: trains a network by a recipe in a folder.
        recipe: says how many orders; the further ones are those of the seeds after its own.
        folder: of the first run; those of the others are in it.

    Returns:
        the network, and the first run; where a run was left before its end, that one.
    """
    networks = []
    first: Run | None = None
    for k in range(recipe.orders):
        network = make()
        own = recipe.model_copy(update={"seed": recipe.seed + k})
        result = run(network, own, folder if k == 0 else folder / _ORDER.format(k))
        if result.ended.startswith(UNFINISHED):
            return network, result
        networks.append(network.to(torch.device("cpu")))
        first = first or result
    assert first is not None  # a recipe has one order at least
    _average(networks)
    return networks[0], first


def _average(networks: Sequence[TextNetwork]) -> None:
    states = [network.state_dict() for network in networks]
    for name, value in states[0].items():
        if value.is_floating_point():
            value.copy_(torch.stack([state[name] for state in states]).mean(dim=0))
