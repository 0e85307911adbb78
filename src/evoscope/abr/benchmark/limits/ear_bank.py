"""Thousands of ears drawn from the simulator: what an ideal observer believes before it looks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.benchmark.limits.ear_parameters import draw_one
from evoscope.abr.norms import person
from evoscope.abr.simulation.classes import LOSS_CLASSES
from evoscope.abr.simulation.clinic_ear import ClinicEar
from evoscope.abr.simulation.profiles.settings import Profile

DRAWN_SHARES: Mapping[str, float] = {
    "normal": 0.37,
    "snhl": 0.27,
    "chl": 0.18,
    "neuropathy": 0.17,
    "total": 0.01,
}
"""How many of the ears are of each class, whatever the profile; weights undo it. Responses of
normal ears are the most, and differ the most; neuropathies are of seven kinds; ears with total loss
are all the same silence."""
AGE_EDGES_YEARS = (0.0, 1.0, 2.0, 3.0, 4.0, 24.0)
"""Known ages are told apart at these edges: between 4 and 24 years nothing changes with age but
the muscle. A profile's ages within a band are drawn as it draws them."""


@dataclass(frozen=True, eq=False, kw_only=True)
class EarBank:
    """Ears and their prior weight.

    Attributes:
        profile: whose.
        ears: ``K`` of them.
        loss: ``(K,)`` index into ``LOSS_CLASSES``.
        band: ``(K,)`` age band.
        female: ``(K,)``.
        log_weight: ``(K,)`` logarithm of the prior probability of each ear.
    """

    profile: Profile
    ears: tuple[ClinicEar, ...]
    loss: NDArray[np.int64]
    band: NDArray[np.int64]
    female: NDArray[np.bool_]
    log_weight: NDArray[np.float64]

    def matching(self, age_years: float, sex: str) -> NDArray[np.intp]:
        """Indices of the ears whose owner could be the one that is known."""
        fits = np.ones(self.loss.size, dtype=bool)
        if np.isfinite(age_years):
            fits &= self.band == _band(np.array(age_years))
        # Below two years sex makes no difference.
        if sex in ("female", "male") and age_years >= person.INFANT_YEARS:
            fits &= self.female == (sex == "female")
        return np.flatnonzero(fits)


def draw_bank(
    profile: Profile, *, ears: int, seed: int, class_shares: Mapping[str, float] | None = None
) -> EarBank:
    """Draw ears, rare classes and ages more often than they are.

    Age bands are given shares by the square root of their own, since adults are few in a
    children's clinic; within a band and a class the ears are the simulator's.

    Args:
        profile: of the recordings to judge.
        ears: about how many.
        seed: same seed, same ears; it should not be a seed of the recordings.
        class_shares: of the ears to judge; default: the profile's.

    Example:
        >>> from evoscope.abr.simulation.profiles import get_profile
        >>> bank = draw_bank(get_profile("clinic"), ears=300, seed=1)
        >>> round(float(np.exp(bank.log_weight).sum()), 6)
        1.0
    """
    rng = np.random.default_rng(seed)
    wanted = _band_shares(profile)
    shares = np.sqrt(wanted) / np.sqrt(wanted).sum()
    known = class_shares or {str(name): s for name, s in profile.class_shares.items()}
    found: list[ClinicEar] = []
    weights: list[float] = []
    for name in LOSS_CLASSES:
        of_class = known.get(name, 0.0)
        if of_class == 0.0:
            continue
        # Of each sex: a band without a class's women would rule the class out for all women.
        room = np.maximum(np.round(0.5 * ears * DRAWN_SHARES[name] * shares), 1).astype(int)
        each = 0.5 * of_class * wanted / room
        source = _draws(rng, profile, name)
        room[wanted == 0.0] = 0
        left = np.stack([room, room], axis=1)
        while left.any():
            ear = next(source)
            band = int(_band(np.array(ear.age_weeks / person.WEEKS_PER_YEAR)))
            if left[band, int(ear.sex == "female")]:
                left[band, int(ear.sex == "female")] -= 1
                found.append(ear)
                weights.append(float(each[band]))
    return EarBank(
        profile=profile,
        ears=tuple(found),
        loss=np.array([LOSS_CLASSES.index(ear.loss) for ear in found]),
        band=_band(np.array([ear.age_weeks for ear in found]) / person.WEEKS_PER_YEAR),
        female=np.array([ear.sex == "female" for ear in found]),
        log_weight=np.log(weights),
    )


def _draws(rng: np.random.Generator, profile: Profile, name: str) -> Iterator[ClinicEar]:
    loss = next(one for one in LOSS_CLASSES if one == name)
    while True:
        yield draw_one(rng, profile, loss)


def _band(age_years: NDArray[np.float64]) -> NDArray[np.int64]:
    return np.asarray(np.searchsorted(AGE_EDGES_YEARS, age_years, side="right") - 1)


def _band_shares(profile: Profile) -> NDArray[np.float64]:
    # Ages of a group are uniform: the part of each group that lies in each band.
    edges = np.array([*AGE_EDGES_YEARS, np.inf]) * person.WEEKS_PER_YEAR
    shares = np.zeros(len(AGE_EDGES_YEARS))
    for group in profile.ages:
        inside = np.diff(np.clip(edges, group.low_weeks, group.high_weeks))
        span = group.high_weeks - group.low_weeks
        first = int(np.searchsorted(edges, group.low_weeks, side="right")) - 1
        part = inside / span if span > 0.0 else np.eye(shares.size)[first]
        shares += group.share * part
    return np.asarray(shares / shares.sum())
