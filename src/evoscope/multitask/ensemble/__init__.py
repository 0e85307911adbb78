"""Several models that answer as one, and how far they disagree."""

from evoscope.multitask.ensemble.combine import combined
from evoscope.multitask.ensemble.ensemble import Ensemble
from evoscope.multitask.ensemble.train import load_ensemble, train_ensemble

__all__ = ["Ensemble", "combined", "load_ensemble", "train_ensemble"]
