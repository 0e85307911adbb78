"""The honest protocol: patients of a cohort in, figures with interval and trivial guess out."""

from evoscope.abr.benchmark.protocol.evaluate import (
    Which,
    choose,
    evaluate,
    measure,
    with_limits,
)
from evoscope.abr.benchmark.protocol.gates import CRITERIA, judge
from evoscope.abr.benchmark.protocol.predict import Predictions, predict

__all__ = [
    "CRITERIA",
    "Predictions",
    "Which",
    "choose",
    "evaluate",
    "judge",
    "measure",
    "predict",
    "with_limits",
]
