"""Masked, pooled metrics with patient intervals and trivial baselines; numpy only."""

from evoscope.measure.baselines import (
    always_present_baseline,
    constant_baseline,
    majority_baseline,
)
from evoscope.measure.bootstrap import Metric, bootstrap_interval, resampled_rows
from evoscope.measure.classification import accuracy, balanced_accuracy, f1, macro_f1
from evoscope.measure.intervals import coverage, proportion_interval
from evoscope.measure.measured import Measured, undefined
from evoscope.measure.ranking import auc, sensitivity_at_fpr, sensitivity_at_specificity
from evoscope.measure.regression import bias, correlation, mean_absolute_error, r2, within

__all__ = [
    "Measured",
    "Metric",
    "accuracy",
    "always_present_baseline",
    "auc",
    "balanced_accuracy",
    "bias",
    "bootstrap_interval",
    "constant_baseline",
    "correlation",
    "coverage",
    "f1",
    "macro_f1",
    "majority_baseline",
    "mean_absolute_error",
    "proportion_interval",
    "r2",
    "resampled_rows",
    "sensitivity_at_fpr",
    "sensitivity_at_specificity",
    "undefined",
    "within",
]
