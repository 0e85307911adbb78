"""What is known about a recording beside its waveform, as numbers; NaN = not known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.norms.levels import to_nhl
from evoscope.abr.recording import Polarity, Recording, Species, StimulusKind

CONDITIONS: tuple[str, ...] = (
    "age_years",
    "level_db",
    "rate_hz",
    "rms_uv",
    "residual_noise_nv",
    "frequency_hz",
    "species",
    "stimulus",
    "polarity",
    "level_scale",
    "noise_kind",
)
"""Columns of a condition table, in order. Numbers are in the unit of their name; ``frequency_hz``
is 0 for broadband sound; the last five are indices into the words below."""


def _known(vocabulary: object) -> tuple[str, ...]:
    return tuple(word for word in get_args(vocabulary) if word != "unknown")


SPECIES = _known(Species)
STIMULI = _known(StimulusKind)
POLARITIES = _known(Polarity)
LEVEL_SCALES = ("nHL", "assumed", "as_stated")
"""``nHL``: stated in dB nHL. ``assumed``: a human's level without a reference, or with another one,
brought to nHL as the norms do: by values that differ between devices. ``as_stated``: an animal's,
which has no nHL."""
NOISE_KINDS = ("measured", "modelled")
"""Residual noise from independent parts of the recording, or from differences between levels."""


def column(name: str) -> int:
    """Return the column of a condition.

    Example:
        >>> column("level_db")
        1
    """
    return CONDITIONS.index(name)


def level_offset_db(recording: Recording) -> float:
    """What was added to a stated level to bring it to the network's scale, dB."""
    stimulus = recording.stimulus
    if recording.subject.species not in ("human", "unknown"):
        return 0.0
    nhl = to_nhl(
        stimulus.level_db, stimulus=stimulus.kind, level_reference=stimulus.level_reference
    )
    return float(nhl - stimulus.level_db)


def stated_conditions(recordings: Sequence[Recording]) -> NDArray[np.float32]:
    """Conditions that follow from what a file states, of recordings pooled into one.

    Rarefaction and condensation pooled are alternating. The age is the one recorded, in years:
    clinics write completed years, and weeks are hardly ever known where a network is used.

    Args:
        recordings: of one series and level.

    Returns:
        ``(len(CONDITIONS),)`` float32; the columns of the noise and ``rms_uv`` are NaN.
    """
    first = recordings[0]
    subject, stimulus = first.subject, first.stimulus
    words = {r.stimulus.polarity for r in recordings}
    polarity = words.pop() if len(words) == 1 else "unknown"
    if words == {"condensation", "rarefaction"}:
        polarity = "alternating"
    broadband = stimulus.kind in ("click", "chirp") and stimulus.frequency_hz is None
    values: dict[str, float | None] = {
        "age_years": subject.age_years,
        "level_db": stimulus.level_db + level_offset_db(first),
        "rate_hz": stimulus.rate_hz,
        "frequency_hz": 0.0 if broadband else stimulus.frequency_hz,
        "species": _index(SPECIES, subject.species),
        "stimulus": _index(STIMULI, stimulus.kind),
        "polarity": _index(POLARITIES, polarity),
        "level_scale": _index(LEVEL_SCALES, _level_scale(first)),
    }
    row = np.full(len(CONDITIONS), np.nan, dtype=np.float32)
    for name, value in values.items():
        if value is not None:
            row[column(name)] = value
    return row


def _level_scale(recording: Recording) -> str:
    if recording.subject.species not in ("human", "unknown"):
        return "as_stated"
    return "nHL" if recording.stimulus.level_reference == "nHL" else "assumed"


def _index(words: tuple[str, ...], word: str) -> float | None:
    return float(words.index(word)) if word in words else None
