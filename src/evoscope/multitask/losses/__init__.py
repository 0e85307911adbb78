"""Losses, per label: what is not known is hidden before anything is computed."""

from evoscope.multitask.losses.class_weights import (
    class_balanced_weights,
    compute_class_weights,
    count_classes,
    inverse_weights,
    missed_class_weights,
)
from evoscope.multitask.losses.distillation import binary_distillation_loss, distillation_loss
from evoscope.multitask.losses.focal import (
    FocalLoss,
    focal_binary_cross_entropy,
    focal_cross_entropy,
)
from evoscope.multitask.losses.masking import hide, masked_mean, masked_sum, widen
from evoscope.multitask.losses.regression import (
    gaussian_nll,
    huber,
    outlier_mixture_nll,
    squared_error,
)

__all__ = [
    "FocalLoss",
    "binary_distillation_loss",
    "class_balanced_weights",
    "compute_class_weights",
    "count_classes",
    "distillation_loss",
    "focal_binary_cross_entropy",
    "focal_cross_entropy",
    "gaussian_nll",
    "hide",
    "huber",
    "inverse_weights",
    "masked_mean",
    "masked_sum",
    "missed_class_weights",
    "outlier_mixture_nll",
    "squared_error",
    "widen",
]
