"""Cross-validation by group: every row is answered by a model that never saw its group."""

from evoscope.multitask.validation.cross_validation import CrossValidation, cross_validate
from evoscope.multitask.validation.folds import group_folds
from evoscope.multitask.validation.rows import Rows

__all__ = ["CrossValidation", "Rows", "cross_validate", "group_folds"]
