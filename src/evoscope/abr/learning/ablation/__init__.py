"""What each idea of the reference is worth: many short trainings, all at the same cost."""

from evoscope.abr.learning.ablation.budget import Budget, Rounds, shortened
from evoscope.abr.learning.ablation.rows import ROWS, Row
from evoscope.abr.learning.ablation.run import Line, run_row

__all__ = ["ROWS", "Budget", "Line", "Rounds", "Row", "run_row", "shortened"]
