"""What the choice of levels says of an ear: testers go down until the response is gone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.simulation.classes import CENSORED, LOSS_CLASSES
from evoscope.abr.simulation.profiles.settings import Profile
from evoscope.abr.simulation.protocol import choose_levels

_LOWEST_DB = np.arange(-40.0, 131.0, 1.0)
_PICKS = 4000


@dataclass(frozen=True, eq=False, kw_only=True)
class LevelChoice:
    """How often each level is chosen, by where the tester stops going down.

    Levels are counted as if chosen independently of each other. What the protocol does besides,
    spreading them evenly, would tell an observer more than a reader of a series could use.

    Attributes:
        level_db: ``(L,)`` of the profile, ascending.
        log_share: ``(lowest, L)``.
        deaf_db, below_db: the profile's own, by class.
    """

    level_db: NDArray[np.float64]
    log_share: NDArray[np.float64]
    deaf_db: float
    below_db: NDArray[np.float64]

    @classmethod
    def of(cls, profile: Profile) -> LevelChoice:
        """Count the choices of a profile's tester.

        Example:
            >>> from evoscope.abr.simulation.profiles import get_profile
            >>> choice = LevelChoice.of(get_profile("clinic"))
            >>> soft, loud = choice.log_chance(np.array([20.0]), np.array([0, 0]),
            ...                                np.array([0.0, 70.0]))[:, 0]
            >>> bool(soft > loud)
            True
        """
        settings = profile.protocol
        levels = np.array(sorted(settings.levels), dtype=np.float64)
        rng = np.random.default_rng(0)
        rows = []
        for lowest in _LOWEST_DB:
            picks = choose_levels(rng, settings, _PICKS, float(lowest))
            counts = np.bincount(np.searchsorted(levels, picks), minlength=levels.size)
            rows.append(np.log((counts + 0.5) / (_PICKS + 0.5 * levels.size)))
        return cls(
            level_db=levels,
            log_share=np.array(rows),
            deaf_db=settings.deaf_threshold_db,
            below_db=np.array([settings.below_db.get(name, 0.0) for name in LOSS_CLASSES]),
        )

    def log_chance(
        self,
        level_db: NDArray[np.float64],
        loss: NDArray[np.int64],
        threshold_db: NDArray[np.float64],
    ) -> NDArray[np.float64]:
        """Log-probability that each level is chosen at ears of these thresholds, ``(K, n)``.

        Args:
            level_db: ``(n,)``.
            loss: ``(K,)`` index into ``LOSS_CLASSES``.
            threshold_db: ``(K,)``.
        """
        censored = np.array([name in CENSORED for name in LOSS_CLASSES])[loss]
        lowest = np.where(censored, self.deaf_db, threshold_db) - self.below_db[loss]
        row = np.clip(np.round(lowest - _LOWEST_DB[0]), 0, _LOWEST_DB.size - 1).astype(int)
        column = np.abs(self.level_db[:, None] - level_db).argmin(axis=0)
        return np.asarray(self.log_share[row][:, column])
