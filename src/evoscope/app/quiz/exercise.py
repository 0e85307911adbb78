"""Ears whose threshold is to be guessed: only the server knows it until the guess is in."""

from __future__ import annotations

import random
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

EXERCISES_KEPT = 1000
Loss = Literal["normal", "chl", "snhl"]
_RANGE_DB: dict[Loss, tuple[float, float]] = {
    "normal": (0.0, 25.0),
    "chl": (30.0, 65.0),
    "snhl": (30.0, 75.0),
}
# Of a step below the lowest level with a response: a threshold that is not on a level.
_BETWEEN = (0.3, 0.7)
_USUAL_STEP_DB = 10.0
_COARSE_DB = 4.0
_MOST_SEEDS = 2**31


@dataclass(frozen=True)
class Exercise:
    """An ear by chance, and the seed of its noise: with it anybody could make the ear again."""

    loss: Loss
    true_threshold_db: float
    seed: int = field(repr=False)
    id: str = field(default_factory=lambda: uuid.uuid4().hex)


def unknown_ear(levels_db: Sequence[float], chance: random.Random) -> Exercise:
    """Draw an ear whose lowest level with a response is one of those that are played.

    Args:
        levels_db: that are played, at least one.
        chance: what draws it.

    Example:
        >>> ear = unknown_ear([80, 60, 40, 20], random.Random(1))
        >>> any(level - 20 < ear.true_threshold_db < level for level in (80, 60, 40, 20))
        True
    """
    levels = sorted(set(levels_db))
    fitting: dict[Loss, list[float]] = {
        loss: [level for level in levels if low <= level <= high]
        for loss, (low, high) in _RANGE_DB.items()
    }
    losses: list[Loss] = [loss for loss, of_loss in fitting.items() if of_loss]
    loss: Loss = chance.choice(losses) if losses else "normal"
    lowest = chance.choice(fitting[loss] or levels)
    below = [level for level in levels if level < lowest]
    above = [level for level in levels if level > lowest]
    step = lowest - below[-1] if below else above[0] - lowest if above else _USUAL_STEP_DB
    threshold_db = lowest - chance.uniform(*_BETWEEN) * step
    digits = 0 if step >= _COARSE_DB else 1  # a slider shows whole decibels
    return Exercise(loss, round(threshold_db, digits), chance.randrange(_MOST_SEEDS))
