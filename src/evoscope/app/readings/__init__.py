"""What people make of a series: acts that are added, and the reading that they come to."""

from evoscope.app.readings.acts import (
    Act,
    MarkLossType,
    MarkThreshold,
    MarkWave,
    Redo,
    Release,
    Undo,
)
from evoscope.app.readings.fold import (
    Acted,
    LossMark,
    Reading,
    ThresholdMark,
    WaveMark,
    reading_of,
)
from evoscope.app.readings.latest import latest_of

__all__ = [
    "Act",
    "Acted",
    "LossMark",
    "MarkLossType",
    "MarkThreshold",
    "MarkWave",
    "Reading",
    "Redo",
    "Release",
    "ThresholdMark",
    "Undo",
    "WaveMark",
    "latest_of",
    "reading_of",
]
