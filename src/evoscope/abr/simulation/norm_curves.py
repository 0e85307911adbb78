"""The published norms as curves over level, read once: what makes thousands of ears cheap."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.norms import WAVE_LABELS, amplitude, latency

_LEVELS_DB = np.arange(-30.0, 131.0, 1.0)
_INFANT_WEEKS = 26.0


@dataclass(frozen=True, eq=False)
class NormCurve:
    """Latency and amplitude of one wave of a normal ear over level.

    Attributes:
        latency_ms: of an adult.
        adult_uv, infant_uv: amplitudes; an infant's before age two.
    """

    latency_ms: NDArray[np.float64]
    adult_uv: NDArray[np.float64]
    infant_uv: NDArray[np.float64]

    def at(
        self, level_db: NDArray[np.float64], *, infancy: float | NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Latency in ms and amplitude in uV at levels, ``infancy`` 1 in infants, 0 grown up."""
        infant = np.interp(level_db, _LEVELS_DB, self.infant_uv)
        adult = np.interp(level_db, _LEVELS_DB, self.adult_uv)
        return (
            np.interp(level_db, _LEVELS_DB, self.latency_ms),
            infancy * infant + (1.0 - infancy) * adult,
        )


@lru_cache(maxsize=256)
def norm_curves(
    stimulus: str, frequency_hz: float | None, species: str, level_reference: str
) -> tuple[NormCurve, ...]:
    """Return the curves of waves I-V for a stimulus.

    Example:
        >>> curve = norm_curves("click", None, "human", "nHL")[4]
        >>> ms, uv = curve.at(np.array([40.0]), infancy=0.0)
        >>> round(float(ms[0]), 2), round(float(uv[0]), 3)
        (6.77, 0.368)
    """
    found = []
    for wave in WAVE_LABELS:

        def of(level_db: float, weeks: float | None, wave: str = wave) -> tuple[float, float]:
            when = latency(
                wave,
                level_db=level_db,
                stimulus=stimulus,
                frequency_hz=frequency_hz,
                species=species,
                level_reference=level_reference,
            )
            size = amplitude(
                wave,
                level_db=level_db,
                stimulus=stimulus,
                frequency_hz=frequency_hz,
                species=species,
                level_reference=level_reference,
                age_weeks=weeks,
            )
            if when is None or size is None:
                raise ValueError(
                    f"species should be one with published norms. Found {species!r}. "
                    "State 'human', 'mouse', 'rat', 'gerbil', 'guinea pig' or 'chinchilla'."
                )
            return when.mean, size.mean

        adult = np.array([of(float(x), None) for x in _LEVELS_DB])
        infant = np.array([of(float(x), _INFANT_WEEKS)[1] for x in _LEVELS_DB])
        found.append(NormCurve(adult[:, 0], adult[:, 1], infant))
    return tuple(found)
