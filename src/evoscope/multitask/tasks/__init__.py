"""Tasks: what is asked of every row."""

from evoscope.multitask.tasks.classification import Classification
from evoscope.multitask.tasks.regression import Regression
from evoscope.multitask.tasks.task import Task, TaskLoss

__all__ = ["Classification", "Regression", "Task", "TaskLoss"]
