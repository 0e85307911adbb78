"""Which layers of a backbone are trained, from when on, and how fast."""

from evoscope.multitask.freezing.freeze import freeze, unfreeze_layers
from evoscope.multitask.freezing.layers import Layered, layers_of
from evoscope.multitask.freezing.rates import Rates, rate_factors
from evoscope.multitask.freezing.settings import (
    Freezing,
    FullFreezing,
    NoFreezing,
    PartialFreezing,
    ProgressiveFreezing,
)

__all__ = [
    "Freezing",
    "FullFreezing",
    "Layered",
    "NoFreezing",
    "PartialFreezing",
    "ProgressiveFreezing",
    "Rates",
    "freeze",
    "layers_of",
    "rate_factors",
    "unfreeze_layers",
]
