"""A series as a network reads it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Encoded:
    """A series on the network's grid; rows are recordings, softest level first.

    Attributes:
        waveforms: ``(r, n)`` float32 microvolts, vertex positive, zero where not covered.
        noise: ``(r, n)`` float32, half the difference of the halves: as loud as the noise in
            ``waveforms``. Zero where there are no halves.
        covered: ``(r, n)`` where there is data.
        conditions: ``(r, k)`` float32, the columns ``CONDITIONS``; NaN = not known.
        modelled_noise_nv: ``(r,)`` float32, the residual noise a series without halves would be
            given; NaN where it cannot be.
        members: for every row the recordings of the series it holds.
        level_offset_db: what was added to the levels stated: take it off a threshold.
        notes: what the reader should know, in sentences.
    """

    waveforms: NDArray[np.float32]
    noise: NDArray[np.float32]
    covered: NDArray[np.bool_]
    conditions: NDArray[np.float32]
    modelled_noise_nv: NDArray[np.float32]
    members: tuple[tuple[int, ...], ...]
    level_offset_db: float
    notes: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.waveforms)
