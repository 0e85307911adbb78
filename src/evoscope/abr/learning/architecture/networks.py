"""The networks that are drawn, by the names under which documents show them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import torch

from evoscope.abr.encoding import MOST_SAMPLES
from evoscope.abr.generation.contract import COLUMNS
from evoscope.abr.learning.architecture.lineage import Drawing, draw
from evoscope.abr.learning.cvae import build_cvae, load_cvae_recipe
from evoscope.abr.learning.cvae.scales import Scales
from evoscope.abr.learning.networks import build_network
from evoscope.abr.learning.series.network import example_inputs as example_series
from evoscope.abr.learning.training import load_recipe
from evoscope.abr.learning.unet import HierarchicalUNet
from evoscope.abr.learning.unet.configurations import CONFIGURATIONS
from evoscope.abr.learning.unet.example import example_inputs

_SAMPLES = 200


def _unet() -> Drawing:
    config = CONFIGURATIONS["reference"]
    return draw(HierarchicalUNet(config), example_inputs(config, 2))


def _series() -> Drawing:
    network = build_network(load_recipe("production").network)
    return draw(network, example_series(4, MOST_SAMPLES), opened=("backbone",))


def _cvae(recipe: str) -> Drawing:
    scales = Scales(np.zeros(_SAMPLES), 0.1, np.zeros(6), np.ones(6))
    unknown = torch.full((2, 3), torch.nan)
    inputs = {
        "signal": torch.randn(2, _SAMPLES),
        "conditions": torch.full((2, len(COLUMNS)), torch.nan),
        "latency_ms": unknown,
        "amplitude_uv": unknown,
    }
    return draw(build_cvae(load_cvae_recipe(recipe), scales), inputs)


NETWORKS: Mapping[str, Callable[[], Drawing]] = {
    "unet": _unet,
    "series": _series,
    "cvae_reference": lambda: _cvae("cvae_reference"),
    "cvae": lambda: _cvae("cvae"),
}
