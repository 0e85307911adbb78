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
        latency_sd_ms: SD between subjects, of an adult.
        adult_share, infant_share: SD of the amplitude relative to its mean.
    """

    latency_ms: NDArray[np.float64]
    adult_uv: NDArray[np.float64]
    infant_uv: NDArray[np.float64]
    latency_sd_ms: NDArray[np.float64]
    adult_share: NDArray[np.float64]
    infant_share: NDArray[np.float64]

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

    def spread_at(
        self, level_db: NDArray[np.float64], *, infancy: float | NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """SD between subjects at levels: of the latency in ms, and of the amplitude as a share."""
        infant = np.interp(level_db, _LEVELS_DB, self.infant_share)
        adult = np.interp(level_db, _LEVELS_DB, self.adult_share)
        return (
            np.interp(level_db, _LEVELS_DB, self.latency_sd_ms),
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

        def of(level_db: float, weeks: float | None, wave: str = wave) -> tuple[float, ...]:
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
            # A wave that is lost at a level has no size that could differ.
            share = size.sd / size.mean if size.mean > 0.0 else 0.0
            return when.mean, size.mean, when.sd, share

        adult = np.array([of(float(x), None) for x in _LEVELS_DB])
        infant = np.array([of(float(x), _INFANT_WEEKS) for x in _LEVELS_DB])
        found.append(
            NormCurve(
                latency_ms=adult[:, 0],
                adult_uv=adult[:, 1],
                infant_uv=infant[:, 1],
                latency_sd_ms=adult[:, 2],
                adult_share=adult[:, 3],
                infant_share=infant[:, 3],
            )
        )
    return tuple(found)
