"""From recordings to the arrays a network reads, without a training stack.

``encode`` turns one prepared series into arrays; ``encode_cohort`` does it for labelled patients
and puts the truth beside. Training and analysis go through the same code. What reads cohorts comes
with its first use: an analysis needs neither pandas nor pyarrow.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from evoscope.abr.encoding.conditions import (
    CONDITIONS,
    LEVEL_SCALES,
    NOISE_KINDS,
    POLARITIES,
    SPECIES,
    STIMULI,
    column,
)
from evoscope.abr.encoding.encode import ENCODER_VERSION, encode, network_preset
from evoscope.abr.encoding.encoded import Encoded
from evoscope.abr.encoding.encoded_cohort import STATUSES, UNKNOWN, EncodedCohort
from evoscope.abr.encoding.grid import (
    MOST_SAMPLES,
    ONSET_SAMPLE,
    SAMPLING_RATE_HZ,
    grid_time_ms,
    on_grid,
)
from evoscope.abr.encoding.pooling import MOST_RECORDINGS

if TYPE_CHECKING:
    from evoscope.abr.encoding.of_cohort import encode_cohort

__all__ = [
    "CONDITIONS",
    "ENCODER_VERSION",
    "LEVEL_SCALES",
    "MOST_RECORDINGS",
    "MOST_SAMPLES",
    "NOISE_KINDS",
    "ONSET_SAMPLE",
    "POLARITIES",
    "SAMPLING_RATE_HZ",
    "SPECIES",
    "STATUSES",
    "STIMULI",
    "UNKNOWN",
    "Encoded",
    "EncodedCohort",
    "column",
    "encode",
    "encode_cohort",
    "grid_time_ms",
    "network_preset",
    "on_grid",
]


def __getattr__(name: str) -> Any:
    if name == "encode_cohort":
        return import_module("evoscope.abr.encoding.of_cohort").encode_cohort
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
