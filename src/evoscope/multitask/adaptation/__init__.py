"""A model in a new clinic: features made alike, statistics estimated anew."""

from evoscope.multitask.adaptation.coral import (
    Coral,
    CoralSettings,
    FeatureHead,
    Penalty,
    coral_loss,
)
from evoscope.multitask.adaptation.normalisation import adapt_normalisation

__all__ = [
    "Coral",
    "CoralSettings",
    "FeatureHead",
    "Penalty",
    "adapt_normalisation",
    "coral_loss",
]
