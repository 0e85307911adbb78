"""Single trials, read when asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.recording._frame import complaint, positive

TrialLoader = Callable[[slice], NDArray[np.float32]]


@dataclass(frozen=True, eq=False, kw_only=True)
class Epochs:
    """Single trials of one condition: a shape, a clock and a loader.

    Attributes:
        n_trials: number of trials.
        n_samples: samples per trial, margins for filtering included.
        sampling_rate_hz: sampling rate in Hz.
        onset_sample: index of stimulus onset inside a trial (may lie between samples).
        loader: ``loader(slice) -> (n, n_samples)`` float32 microvolts. Trials come in the order
            they were played, so that alternating trials give two fair half-averages.
        inverted: ``(n_trials,)`` bool: the trials played with inverted polarity, or ``None``.

    Example:
        >>> import numpy as np
        >>> trials = np.ones((10, 40), dtype=np.float32)
        >>> epochs = Epochs(n_trials=10, n_samples=40, sampling_rate_hz=20_000.0,
        ...                 onset_sample=5.0, loader=lambda which: trials[which])
        >>> sum(len(block) for block in epochs.blocks(4))
        10
    """

    n_trials: int
    n_samples: int
    sampling_rate_hz: float
    onset_sample: float
    loader: TrialLoader
    inverted: NDArray[np.bool_] | None = None

    def __post_init__(self) -> None:
        if self.n_trials < 1:
            raise complaint("n_trials", "at least 1", self.n_trials)
        if self.n_samples < 1:
            raise complaint("n_samples", "at least 1", self.n_samples)
        positive("sampling_rate_hz", self.sampling_rate_hz)
        if self.inverted is not None and self.inverted.shape != (self.n_trials,):
            raise complaint("inverted", f"of shape ({self.n_trials},)", self.inverted.shape)

    def load(self, which: slice = slice(None)) -> NDArray[np.float32]:
        """Read the trials ``which`` selects: ``(n, n_samples)`` in microvolts."""
        return self.loader(which)

    def blocks(self, size: int) -> Iterator[NDArray[np.float32]]:
        """Read all trials as consecutive blocks of at most ``size`` trials, one at a time."""
        for start in range(0, self.n_trials, size):
            yield self.load(slice(start, start + size))
