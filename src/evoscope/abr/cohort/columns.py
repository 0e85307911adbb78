"""Every column of a cohort: its name, kind, unit, range, and on which side of the truth it is."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from types import MappingProxyType
from typing import Literal, get_args

from evoscope.abr.cohort.classes import CLASSES
from evoscope.abr.findings import WAVES
from evoscope.abr.recording import (
    Ear,
    LevelReference,
    Polarity,
    Sex,
    Species,
    StimulusKind,
    Transducer,
)

Kind = Literal["text", "word", "number", "count", "flag", "waveform"]
Group = Literal["recording", "truth", "marked", "origin"]

LOUDEST_UV = 10_000.0
"""No averaged response, artefact included, is larger: such samples are nanovolts or counts."""


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes:
        name: as written in the file; the unit is its ending.
        kind: text, word (of ``words``), number (float64), count (int64), flag (bool) or waveform
            (``n_samples`` float32).
        group: ``recording`` (what a device knows), ``truth`` (what is so; only a simulator knows
            it all), ``marked`` (what a clinician who saw the whole series marked) or ``origin``.
        unit: of a number; empty where there is none.
        required: whether null is refused.
        low, high: inclusive limits of a number; of each sample of a waveform.
        words: the closed vocabulary of a word.
    """

    name: str
    kind: Kind
    group: Group
    unit: str = ""
    required: bool = False
    low: float = -inf
    high: float = inf
    words: tuple[str, ...] = ()


def _word(name: str, vocabulary: object, *, group: Group = "recording") -> Column:
    return Column(name, "word", group, required=True, words=get_args(vocabulary))


def _level(name: str, group: Group, *, required: bool = False) -> Column:
    return Column(name, "number", group, "dB", required, -60.0, 200.0)


def _waveform(name: str, group: Group, *, required: bool = False) -> Column:
    return Column(name, "waveform", group, "uV", required, -LOUDEST_UV, LOUDEST_UV)


def _waves(prefix: str, group: Group, smallest_uv: float) -> tuple[Column, ...]:
    columns: list[Column] = []
    for wave in WAVES:
        columns += [
            Column(f"{prefix}_{wave}_present", "flag", group),
            Column(f"{prefix}_{wave}_latency_ms", "number", group, "ms", False, 0.01, 50.0),
            Column(f"{prefix}_{wave}_amplitude_uv", "number", group, "uV", False, smallest_uv, 1e3),
        ]
    return tuple(columns)


_RECORDING = (
    Column("patient_id", "text", "recording", required=True),
    _word("ear", Ear),
    Column("series_id", "text", "recording", required=True),
    Column("record", "count", "recording", required=True, low=0),
    _word("species", Species),
    Column("age_years", "number", "recording", "years", False, 0.0, 130.0),
    Column("age_weeks", "number", "recording", "weeks", False, -20.0, 7000.0),
    _word("sex", Sex),
    _word("stimulus", StimulusKind),
    Column("frequency_hz", "number", "recording", "Hz", False, 1.0, 200_000.0),
    _level("level_db", "recording", required=True),
    _word("level_reference", LevelReference),
    Column("rate_hz", "number", "recording", "1/s", False, 0.01, 1000.0),
    _word("polarity", Polarity),
    _word("transducer", Transducer),
    Column("sweeps", "count", "recording", low=1),
    Column("sampling_rate_hz", "number", "recording", "Hz", True, 500.0, 1e6),
    Column("onset_sample", "number", "recording", "samples", True, -1e5, 1e5),
    Column("residual_noise_nv", "number", "recording", "nV", False, 0.0, 1e6),
    Column("fmp", "number", "recording", "", False, 0.0, 1e6),
    _waveform("waveform", "recording", required=True),
    _waveform("half_a", "recording"),
    _waveform("half_b", "recording"),
)
_TRUTH = (
    Column("loss_type", "word", "truth", words=CLASSES),
    _level("true_threshold_db", "truth"),
    _level("lowest_response_level_db", "truth"),
    *_waves("wave", "truth", 0.0),
    Column("response_present", "flag", "truth"),
    _waveform("clean_waveform", "truth"),
)
# A clinician may measure an amplitude from the baseline, where it can be negative.
_MARKED = (*_waves("marked", "marked", -1e3), _level("marked_threshold_db", "marked"))
_ORIGIN = (
    Column("synthetic", "flag", "origin", required=True),
    Column("model_sha256", "text", "origin"),
    Column("seed", "count", "origin", low=0),
    # Of an enriched cohort: how many recordings of the clinic this one stands for.
    Column("weight", "number", "origin", "", True, 1e-12, 1e12),
)

COLUMNS: tuple[Column, ...] = (*_RECORDING, *_TRUTH, *_MARKED, *_ORIGIN)
"""Every column, in file order."""
BY_NAME = MappingProxyType({column.name: column for column in COLUMNS})
"""The same, by name."""


def names(group: Group) -> tuple[str, ...]:
    """Return the column names of one group.

    Example:
        >>> "loss_type" in names("truth"), "marked_V_latency_ms" in names("truth")
        (True, False)
    """
    return tuple(column.name for column in COLUMNS if column.group == group)


def waveforms() -> tuple[str, ...]:
    """Return the names of the columns that hold a waveform.

    Example:
        >>> waveforms()
        ('waveform', 'half_a', 'half_b', 'clean_waveform')
    """
    return tuple(column.name for column in COLUMNS if column.kind == "waveform")
