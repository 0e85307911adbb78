"""A network that reads a series whole: every level at once, as a clinician does."""

from evoscope.abr.learning.series.class_loss import ClassLoss
from evoscope.abr.learning.series.config import SeriesConfig
from evoscope.abr.learning.series.contract_answers import ContractAnswers
from evoscope.abr.learning.series.encoder import SCALE_UV, SeriesEncoder
from evoscope.abr.learning.series.export import series_graph
from evoscope.abr.learning.series.network import (
    NO_THRESHOLD_DB,
    TIME_MS,
    example_inputs,
    series_network,
    series_tasks,
)
from evoscope.abr.learning.series.signal_task import NOISE, SignalTask

__all__ = [
    "NOISE",
    "NO_THRESHOLD_DB",
    "SCALE_UV",
    "TIME_MS",
    "ClassLoss",
    "ContractAnswers",
    "SeriesConfig",
    "SeriesEncoder",
    "SignalTask",
    "example_inputs",
    "series_graph",
    "series_network",
    "series_tasks",
]
