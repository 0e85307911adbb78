"""Would a network hear more in a series if it were upside down, or played backwards?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.analysis.learned.calibration import Calibration
from evoscope.abr.encoding import Encoded
from evoscope.runtime.engine import Array

COPIES = ("as it is", "upside down", "backwards")
# The loudest levels tell, and each costs as much again as reading it once.
LOUDEST = 3
# A copy must have so many times the log odds of waves, and so much more. Of 1200 simulated series
# one is so far behind a copy of its own, of their noise alone one in a hundred; of those with a
# response at one of these levels, 96 % where they are upside down or backwards (seed 555). Of two
# real ears one has more waves backwards, half as many again: hence not less than twice.
TIMES, MARGIN = 2.0, 4.0
UPSIDE_DOWN = (
    "The model finds many more waves upside down: the polarity may be inverted (electrodes "
    "swapped), and the threshold is that of a response it could not read."
)
BACKWARDS = (
    "The model finds many more waves when the recordings are played backwards: the order of the "
    "samples, or time zero, may be wrong, and the threshold with it."
)


def copies_of(levels: Encoded) -> list[Encoded]:
    """Return the loudest levels of a series as they are, upside down and backwards.

    Args:
        levels: one row per level, softest first.
    """
    rows = slice(-LOUDEST, None)
    as_is = replace(
        levels,
        waveforms=levels.waveforms[rows],
        noise=levels.noise[rows],
        covered=levels.covered[rows],
        conditions=levels.conditions[rows],
        modelled_noise_nv=levels.modelled_noise_nv[rows],
        members=levels.members[rows],
    )
    backwards = replace(
        as_is,
        waveforms=_backwards(as_is.waveforms, as_is.covered),
        noise=_backwards(as_is.noise, as_is.covered),
    )
    return [as_is, replace(as_is, waveforms=-as_is.waveforms, noise=-as_is.noise), backwards]


def turned_fault(read: Sequence[dict[str, Array]], calibration: Calibration) -> str | None:
    """Say whether a network finds many more waves in a copy than in the series as it is.

    A response has its place, its order of waves and its polarity; noise has none of them, and
    favours no copy by much.

    Args:
        read: of the copies, in the order of `copies_of`.
        calibration: of the network.
    """
    as_is, upside_down, backwards = (_log_odds_of_waves(one, calibration) for one in read)
    if max(upside_down, backwards) <= TIMES * as_is + MARGIN:
        return None
    return UPSIDE_DOWN if upside_down >= backwards else BACKWARDS


def _log_odds_of_waves(read: dict[str, Array], calibration: Calibration) -> float:
    """Add up the log odds of all waves that are likelier there than not."""
    odds = read["existence.logits"] / np.array(calibration.existence_temperature)
    return float(np.maximum(odds, 0.0).sum())


def _backwards(values: NDArray[np.float32], covered: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Reverse each row where there is data."""
    turned = values.copy()
    for row, there in zip(turned, covered, strict=True):
        row[there] = row[there][::-1]
    return turned
