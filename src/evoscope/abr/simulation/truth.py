"""What is really so in a simulated series."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.simulation.ear import SimulatedEar
from evoscope.abr.simulation.physiology import TrueWave


@dataclass(frozen=True, eq=False, kw_only=True)
class LevelTruth:
    """The truth at one level.

    Attributes:
        response_present: whether the level lies above the true threshold.
        waves: I to V on the noise-free response.
        clean_waveform: ``(n_samples,)`` float64 uV, on the recording's own time axis.
    """

    response_present: bool
    waves: tuple[TrueWave, ...]
    clean_waveform: NDArray[np.float64]

    def wave(self, name: str) -> TrueWave:
        """Return a wave by name."""
        return next(w for w in self.waves if w.name == name)


@dataclass(frozen=True, eq=False, kw_only=True)
class Truth:
    """The truth of one series.

    Attributes:
        ear: the ear that was simulated, its threshold and loss.
        levels: the truth at each level in dB.
    """

    ear: SimulatedEar
    levels: MappingProxyType[float, LevelTruth]

    @property
    def true_threshold_db(self) -> float:
        """Level at which the response vanishes, dB; between the tested levels, usually."""
        return self.ear.true_threshold_db

    @property
    def lowest_response_level_db(self) -> float | None:
        """Lowest tested level with a response, or ``None``: what a perfect reader would report."""
        return min((db for db, at in self.levels.items() if at.response_present), default=None)
