"""Which weighting a recipe asks for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from evoscope.multitask.settings import Settings
from evoscope.multitask.weighting.adaptive import Adaptive
from evoscope.multitask.weighting.dynamic_weight_average import DynamicWeightAverage
from evoscope.multitask.weighting.fixed import Fixed
from evoscope.multitask.weighting.inverse_variance import InverseVariance
from evoscope.multitask.weighting.learned import Learned
from evoscope.multitask.weighting.uncertainty import Uncertainty
from evoscope.multitask.weighting.weighting import Weighting


class FixedSettings(Settings):
    """See `Fixed`."""

    kind: Literal["fixed"] = "fixed"
    weights: dict[str, Annotated[float, Field(ge=0, allow_inf_nan=False)]] | None = None


class UncertaintySettings(Settings):
    """See `Uncertainty`."""

    kind: Literal["uncertainty"] = "uncertainty"
    low: float = Field(-4.0, lt=0)
    high: float = Field(6.0, gt=0)


class InverseVarianceSettings(Settings):
    """See `InverseVariance`, and its warning."""

    kind: Literal["inverse_variance"] = "inverse_variance"
    window: int = Field(5, ge=2)
    floor: float = Field(1e-6, gt=0)


class DynamicWeightAverageSettings(Settings):
    """See `DynamicWeightAverage`."""

    kind: Literal["dwa"] = "dwa"
    temperature: float = Field(2.0, gt=0)


class AdaptiveSettings(Settings):
    """See `Adaptive`."""

    kind: Literal["adaptive"] = "adaptive"
    decay: float = Field(0.99, ge=0, lt=1)
    floor: float = Field(1e-3, gt=0)


class LearnedSettings(Settings):
    """See `Learned`, and `ValidationGradient` for ``every``, ``rows`` and ``importance``."""

    kind: Literal["learned"] = "learned"
    rate: float = Field(0.05, gt=0)
    limit: float = Field(3.0, gt=0)
    every: int = Field(10, ge=1)
    rows: int = Field(64, ge=1)
    importance: dict[str, Annotated[float, Field(ge=0, allow_inf_nan=False)]] | None = None


WeightingSettings: TypeAlias = Annotated[
    FixedSettings
    | UncertaintySettings
    | InverseVarianceSettings
    | DynamicWeightAverageSettings
    | AdaptiveSettings
    | LearnedSettings,
    Field(discriminator="kind"),
]
"""A weighting, told apart by ``kind``."""


def make_weighting(settings: WeightingSettings, tasks: Sequence[str]) -> Weighting:
    """Build the weighting a recipe asks for.

    Raises:
        ValueError: weights that do not name the tasks.

    Example:
        >>> type(make_weighting(DynamicWeightAverageSettings(), ["wave", "class"])).__name__
        'DynamicWeightAverage'
    """
    match settings:
        case FixedSettings():
            return Fixed(tasks, settings.weights)
        case UncertaintySettings():
            return Uncertainty(tasks, settings.low, settings.high)
        case InverseVarianceSettings():
            return InverseVariance(tasks, settings.window, settings.floor)
        case DynamicWeightAverageSettings():
            return DynamicWeightAverage(tasks, settings.temperature)
        case AdaptiveSettings():
            return Adaptive(tasks, settings.decay, settings.floor)
        case LearnedSettings():
            return Learned(tasks, settings.rate, settings.limit)
