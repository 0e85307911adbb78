"""Search over a recipe's ranges (extra ``tune``)."""

from evoscope.multitask.search.settings import Pruning, Range, Search
from evoscope.multitask.search.trials import TrialResult, Tuned, tune

__all__ = ["Pruning", "Range", "Search", "TrialResult", "Tuned", "tune"]
