"""What a level was averaged of: single trials where the file has them, else its sub-averages."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.averaging import choose_preset, response_window_ms
from evoscope.abr.classical.prepare import Prepared, prepare
from evoscope.abr.recording import Series


@dataclass(frozen=True, eq=False)
class Trials:
    """Single trials of one level, as recorded.

    Attributes:
        values: ``(n, samples)`` microvolts.
        inverted: ``(n,)`` those of inverted polarity; all false where the file does not say.
        time_ms: ``(samples,)`` ms after onset.
        sampling_rate_hz: in Hz.
    """

    values: NDArray[np.float32]
    inverted: NDArray[np.bool_]
    time_ms: NDArray[np.float64]
    sampling_rate_hz: float


def is_human(series: Series) -> bool:
    """Whether human windows and norms apply."""
    return series.recordings[0].subject.species == "human"


def has_trials(series: Series) -> bool:
    """Whether every recording holds its single trials."""
    return all(r.epochs is not None for r in series)


def trials_of(series: Series, level_db: float) -> Trials:
    """Load the trials of all recordings at a level.

    Raises:
        ValueError: a recording without trials.
    """
    loaded = [r.epochs for r in series.at(level_db) if r.epochs is not None]
    if len(loaded) != len(series.at(level_db)):
        raise ValueError(f"Every recording at {level_db:g} dB should hold its trials.")
    first = loaded[0]
    step_ms = 1000.0 / first.sampling_rate_hz
    none = [np.zeros(e.n_trials, dtype=np.bool_) if e.inverted is None else e.inverted
            for e in loaded]  # fmt: skip
    return Trials(
        np.concatenate([e.load() for e in loaded]),
        np.concatenate(none),
        (np.arange(first.n_samples, dtype=np.float64) - first.onset_sample) * step_ms,
        first.sampling_rate_hz,
    )


def window_of(series: Series, time_ms: NDArray[np.float64]) -> slice:
    """Samples of the response window."""
    start, stop = response_window_ms(series.recordings[0].stimulus, human=is_human(series))
    return slice(
        int(np.searchsorted(time_ms, start)), int(np.searchsorted(time_ms, stop, side="right"))
    )


def averages_of(series: Series) -> Prepared:
    """The averages of every level on one clock, filtered as the analyzers filter them."""
    human = is_human(series)
    raw = has_trials(series)
    return prepare(series, human=human, preset=choose_preset(series, raw_eeg=raw))
