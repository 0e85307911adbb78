"""How much each task's loss counts."""

from evoscope.multitask.weighting.adaptive import Adaptive
from evoscope.multitask.weighting.dynamic_weight_average import DynamicWeightAverage
from evoscope.multitask.weighting.fixed import Fixed
from evoscope.multitask.weighting.inverse_variance import (
    InverseVariance,
    inverse_variance_weights,
)
from evoscope.multitask.weighting.learned import Learned
from evoscope.multitask.weighting.settings import (
    AdaptiveSettings,
    DynamicWeightAverageSettings,
    FixedSettings,
    InverseVarianceSettings,
    LearnedSettings,
    UncertaintySettings,
    WeightingSettings,
    make_weighting,
)
from evoscope.multitask.weighting.uncertainty import Uncertainty
from evoscope.multitask.weighting.weighting import Weighting

__all__ = [
    "Adaptive",
    "AdaptiveSettings",
    "DynamicWeightAverage",
    "DynamicWeightAverageSettings",
    "Fixed",
    "FixedSettings",
    "InverseVariance",
    "InverseVarianceSettings",
    "Learned",
    "LearnedSettings",
    "Uncertainty",
    "UncertaintySettings",
    "Weighting",
    "WeightingSettings",
    "inverse_variance_weights",
    "make_weighting",
]
