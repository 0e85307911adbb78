"""An ear with a known threshold: how loud a level sounds to it, compared with a normal ear."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from evoscope.abr.norms import amplitude, latency
from evoscope.abr.simulation.thresholds import normal_threshold_db

SimulatedLoss = Literal["normal", "chl", "snhl"]

RECRUITED_DB = 40.0
"""Above its threshold by this, a sensorineural ear responds like a normal one."""
RISE_DB = 5.0
"""The response reaches 63 % of its size this far above threshold."""


@dataclass(frozen=True, kw_only=True)
class SimulatedEar:
    """An ear and what is played to it.

    Attributes:
        true_threshold_db: below it there is no response at all.
        loss: ``normal`` and ``chl`` shift the latency-intensity function in parallel by the
            threshold's distance from normal; ``snhl`` catches up with normal (recruitment).
        species, stimulus, frequency_hz, level_reference: as in a recording.
        age_weeks, age_years, sex, rate_hz: as the norms take them.

    Raises:
        ValueError: an unknown loss, or a species without norms.
    """

    true_threshold_db: float
    loss: SimulatedLoss
    species: str
    stimulus: str
    frequency_hz: float | None
    level_reference: str
    age_weeks: float | None = None
    age_years: float | None = None
    sex: str = "unknown"
    rate_hz: float | None = None

    def __post_init__(self) -> None:
        if self.loss not in get_args(SimulatedLoss):
            known = ", ".join(map(repr, get_args(SimulatedLoss)))
            raise ValueError(f"loss should be one of {known}. Found {self.loss!r}.")
        if self._norm("V", 60.0) is None:
            raise ValueError(
                f"species should be one with published norms. Found {self.species!r}. "
                "State 'human', 'mouse', 'rat', 'gerbil', 'guinea pig' or 'chinchilla'."
            )

    @property
    def normal_threshold_db(self) -> float:
        """Threshold of a normal ear for this stimulus, in the ear's own level reference."""
        return normal_threshold_db(
            self.stimulus, self.frequency_hz, self.species, self.level_reference
        )

    def normal_level_db(self, level_db: float) -> float:
        """Level at which a normal ear would respond as this ear does at ``level_db``.

        Example:
            >>> ear = SimulatedEar(true_threshold_db=50.0, loss="chl", species="human",
            ...                    stimulus="click", frequency_hz=None, level_reference="nHL")
            >>> ear.normal_level_db(90.0)
            50.0
        """
        gap = self.true_threshold_db - self.normal_threshold_db
        if self.loss == "snhl":
            gap *= 1.0 - float(np.clip((level_db - self.true_threshold_db) / RECRUITED_DB, 0, 1))
        return level_db - gap

    def response_size(self, level_db: float) -> float:
        """Part of the normal amplitude: 0 at and below threshold, then smoothly to 1."""
        above = level_db - self.true_threshold_db
        return 1.0 - float(np.exp(-above / RISE_DB)) if above > 0.0 else 0.0

    def wave(self, name: str, level_db: float) -> tuple[float, float]:
        """Latency in ms and amplitude in uV of a wave at a level, by the norms."""
        level = self.normal_level_db(level_db)
        found = self._norm(name, level)
        assert found is not None  # checked when the ear was made
        return found[0], found[1] * self.response_size(level_db)

    def _norm(self, name: str, level_db: float) -> tuple[float, float] | None:
        when = latency(
            name,
            level_db=level_db,
            stimulus=self.stimulus,
            frequency_hz=self.frequency_hz,
            species=self.species,
            age_weeks=self.age_weeks,
            age_years=self.age_years,
            sex=self.sex,
            rate_hz=self.rate_hz,
            level_reference=self.level_reference,
        )
        size = amplitude(
            name,
            level_db=level_db,
            stimulus=self.stimulus,
            frequency_hz=self.frequency_hz,
            species=self.species,
            age_weeks=self.age_weeks,
            age_years=self.age_years,
            sex=self.sex,
            rate_hz=self.rate_hz,
            level_reference=self.level_reference,
        )
        return None if when is None or size is None else (when.mean, size.mean)
