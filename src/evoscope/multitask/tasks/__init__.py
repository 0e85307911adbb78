"""Tasks: what is asked of every row."""

from evoscope.multitask.tasks.bounded_regression import BoundedRegression
from evoscope.multitask.tasks.class_weighting import ClassWeighting
from evoscope.multitask.tasks.classification import Classification
from evoscope.multitask.tasks.dense import Dense, DenseLoss
from evoscope.multitask.tasks.distilled import Distilled
from evoscope.multitask.tasks.fitted import FittedTask
from evoscope.multitask.tasks.gated_regression import GatedRegression
from evoscope.multitask.tasks.located import Located
from evoscope.multitask.tasks.multi_label import MultiLabel
from evoscope.multitask.tasks.ordinal import Ordinal
from evoscope.multitask.tasks.regression import Regression, RegressionLoss
from evoscope.multitask.tasks.task import Task, TaskLoss

__all__ = [
    "BoundedRegression",
    "ClassWeighting",
    "Classification",
    "Dense",
    "DenseLoss",
    "Distilled",
    "FittedTask",
    "GatedRegression",
    "Located",
    "MultiLabel",
    "Ordinal",
    "Regression",
    "RegressionLoss",
    "Task",
    "TaskLoss",
]
