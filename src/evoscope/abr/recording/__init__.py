"""Recording, Series, Stimulus, Subject, Epochs: units, sampling rate and time zero live here."""

from evoscope.abr.recording.epochs import Epochs, TrialLoader
from evoscope.abr.recording.recording import OnsetSource, Recording, Response, Source
from evoscope.abr.recording.series import Series, SeriesKey, series_key
from evoscope.abr.recording.stimulus import (
    LevelReference,
    Polarity,
    Stimulus,
    StimulusKind,
    Transducer,
)
from evoscope.abr.recording.subject import Ear, Sex, Species, Subject

__all__ = [
    "Ear",
    "Epochs",
    "LevelReference",
    "OnsetSource",
    "Polarity",
    "Recording",
    "Response",
    "Series",
    "SeriesKey",
    "Sex",
    "Source",
    "Species",
    "Stimulus",
    "StimulusKind",
    "Subject",
    "Transducer",
    "TrialLoader",
    "series_key",
]
