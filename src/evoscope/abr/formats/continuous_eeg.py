"""A long one-channel EEG in which trials are windows: read once, gathered by index.

Both formats that keep single trials (psi folders, and EDF and its kin through MNE) hand over a
continuous signal and stimulus times; this is the part they share.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

# The average, from stimulus onset: the window in which brainstem responses of any species and
# level lie. Trials carry a margin on each side, so that a filter's edges fall outside it.
WINDOW_START_MS, WINDOW_STOP_MS, MARGIN_MS = -2.0, 12.0, 5.0
_BLOCK_TRIALS = 2048
_MOST_IN_MEMORY_BYTES = 512 * 1024 * 1024


def new_signal(n_samples: int) -> NDArray[np.float32]:
    """Return an unfilled float32 signal: in memory, or, above 512 MB, in a temporary file."""
    if 4 * n_samples <= _MOST_IN_MEMORY_BYTES:
        return np.empty(n_samples, dtype=np.float32)
    with tempfile.TemporaryFile() as file:
        return np.memmap(file, dtype=np.float32, mode="w+", shape=(n_samples,))


@dataclass(eq=False)
class ContinuousEeg:
    """One channel in microvolts, fetched at the first use and shared by all trials of a file.

    Attributes:
        n_samples: length of the recording.
        sampling_rate_hz: sampling rate in Hz.
        fetch: returns the whole signal, ``(n_samples,)`` float32 microvolts.
    """

    n_samples: int
    sampling_rate_hz: float
    fetch: Callable[[], NDArray[np.float32]]

    @cached_property
    def microvolts(self) -> NDArray[np.float32]:
        """The signal, ``(n_samples,)``."""
        return self.fetch()

    @cached_property
    def gaps(self) -> NDArray[np.intp]:
        """Indices of samples that are NaN or infinite, ascending."""
        return np.flatnonzero(~np.isfinite(self.microvolts))

    def whole(self, starts: NDArray[np.int64], n_samples: int) -> NDArray[np.bool_]:
        """Whether each window ``[start, start + n_samples)`` is inside and without gaps."""
        inside = (starts >= 0) & (starts + n_samples <= self.n_samples)
        first = np.searchsorted(self.gaps, starts)
        return np.asarray(inside & (np.searchsorted(self.gaps, starts + n_samples) == first))

    def windows(self, starts: NDArray[np.int64], n_samples: int) -> NDArray[np.float32]:
        """Return ``(len(starts), n_samples)`` microvolts; every window must be whole."""
        view = np.lib.stride_tricks.sliding_window_view(self.microvolts, n_samples)
        return view[starts]

    def mean(self, starts: NDArray[np.int64], n_samples: int) -> NDArray[np.float64]:
        """Return the mean of the windows, ``(n_samples,)``, a block of trials at a time."""
        total = np.zeros(n_samples)
        for at in range(0, len(starts), _BLOCK_TRIALS):
            total += self.windows(starts[at : at + _BLOCK_TRIALS], n_samples).sum(
                axis=0, dtype=np.float64
            )
        return total / len(starts)


@dataclass(frozen=True, eq=False)
class TrialWindows:
    """The loader of one condition's trials.

    Attributes:
        eeg: the signal they are cut from.
        starts: ``(n_trials,)`` first sample of each, in the order played.
        n_samples: samples per trial.
    """

    eeg: ContinuousEeg = field(repr=False)
    starts: NDArray[np.int64]
    n_samples: int

    def __call__(self, which: slice) -> NDArray[np.float32]:
        """Return the trials ``which`` selects, ``(n, n_samples)``."""
        return self.eeg.windows(self.starts[which], self.n_samples)


def fair_halves(inverted: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which trials belong to half A: every other one of each polarity, as played.

    Taking simply every other trial would put one polarity into each half when polarities
    alternate; the halves would then differ by the microphonic, which is no noise.

    Example:
        >>> fair_halves(np.array([False, True, False, True])).tolist()
        [True, True, False, False]
    """
    in_a = np.zeros(inverted.size, dtype=bool)
    for polarity in (False, True):
        in_a[np.flatnonzero(inverted == polarity)[::2]] = True
    return in_a
