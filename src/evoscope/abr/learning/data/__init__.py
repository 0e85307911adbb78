"""Rows to train on: series of encoded cohorts, varied, several cohorts mixed."""

from evoscope.abr.learning.data.labels import labels_of
from evoscope.abr.learning.data.mixed import MixedSource
from evoscope.abr.learning.data.recordings import Recordings
from evoscope.abr.learning.data.settings import Augmentation
from evoscope.abr.learning.data.source import SeriesSource, batch_of

__all__ = [
    "Augmentation",
    "MixedSource",
    "Recordings",
    "SeriesSource",
    "batch_of",
    "labels_of",
]
