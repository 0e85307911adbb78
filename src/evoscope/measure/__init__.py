"""Masked, pooled metrics with patient intervals and trivial baselines; numpy only."""

from evoscope.measure.agreement import concordance, limit_of_agreement
from evoscope.measure.baselines import (
    always_present_baseline,
    class_shares_baseline,
    constant_baseline,
    label_shares_baseline,
    majority_baseline,
)
from evoscope.measure.bootstrap import Metric, bootstrap_interval, resampled_rows
from evoscope.measure.calibration import (
    ReliabilityBin,
    expected_calibration_error,
    reliability,
    root_mean_square_calibration_error,
    top_class,
)
from evoscope.measure.class_scaling import ClassScaling, fit_class_scaling
from evoscope.measure.classification import accuracy, balanced_accuracy, f1, macro_f1
from evoscope.measure.conformal import Conformal, conformal_quantile, fit_conformal
from evoscope.measure.conformal_classes import class_scores, class_sets, true_class_score
from evoscope.measure.conformal_regression import (
    absolute_interval,
    absolute_score,
    interval_score,
    widened_interval,
)
from evoscope.measure.crossed import crossed_halves
from evoscope.measure.intervals import coverage, proportion_interval
from evoscope.measure.labels import exact_match, jaccard, macro_one_vs_rest, macro_over_labels
from evoscope.measure.measured import Measured, undefined
from evoscope.measure.ordinal import macro_mean_absolute_error, quadratic_kappa
from evoscope.measure.probabilities import binary_brier, binary_log_loss, brier, log_loss
from evoscope.measure.promised import CoverageTest, coverage_test
from evoscope.measure.ranking import (
    auc,
    average_precision,
    sensitivity_at_fpr,
    sensitivity_at_specificity,
)
from evoscope.measure.regression import (
    bias,
    correlation,
    mean_absolute_error,
    r2,
    root_mean_square_error,
    within,
)
from evoscope.measure.temperature import (
    CrossedTemperature,
    crossed_temperature,
    fit_binary_temperature,
    fit_temperature,
    sigmoid,
    softmax,
)
from evoscope.measure.verdict import (
    Combined,
    Direction,
    Judgement,
    Verdict,
    advantage,
    combine,
    judge,
)

__all__ = [
    "ClassScaling",
    "Combined",
    "Conformal",
    "CoverageTest",
    "CrossedTemperature",
    "Direction",
    "Judgement",
    "Measured",
    "Metric",
    "ReliabilityBin",
    "Verdict",
    "absolute_interval",
    "absolute_score",
    "accuracy",
    "advantage",
    "always_present_baseline",
    "auc",
    "average_precision",
    "balanced_accuracy",
    "bias",
    "binary_brier",
    "binary_log_loss",
    "bootstrap_interval",
    "brier",
    "class_scores",
    "class_sets",
    "class_shares_baseline",
    "combine",
    "concordance",
    "conformal_quantile",
    "constant_baseline",
    "correlation",
    "coverage",
    "coverage_test",
    "crossed_halves",
    "crossed_temperature",
    "exact_match",
    "expected_calibration_error",
    "f1",
    "fit_binary_temperature",
    "fit_class_scaling",
    "fit_conformal",
    "fit_temperature",
    "interval_score",
    "jaccard",
    "judge",
    "label_shares_baseline",
    "limit_of_agreement",
    "log_loss",
    "macro_f1",
    "macro_mean_absolute_error",
    "macro_one_vs_rest",
    "macro_over_labels",
    "majority_baseline",
    "mean_absolute_error",
    "proportion_interval",
    "quadratic_kappa",
    "r2",
    "reliability",
    "resampled_rows",
    "root_mean_square_calibration_error",
    "root_mean_square_error",
    "sensitivity_at_fpr",
    "sensitivity_at_specificity",
    "sigmoid",
    "softmax",
    "top_class",
    "true_class_score",
    "undefined",
    "widened_interval",
    "within",
]
