"""Who comes to a clinic: the class of every patient by quota, and how often each is recorded."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import gamma

from evoscope.abr.simulation.classes import LOSS_CLASSES, MECHANISMS, LossClass
from evoscope.abr.simulation.profiles.settings import Profile

MOST_RECORDINGS = 125
MOST_PATIENTS = 10_000_000
ENRICHED_PATIENTS = 50
"""Patients of each class in an enriched clinic, at least: two ears each make 100 ears."""
# Of 2,038 patients: mean 25.5, median 24, 1 to 125 (``targets``). A gamma of this shape has
# that median; three patients in a hundred come again and again [fitted to the largest, 125].
_SHAPE, _OFTEN_SHARE, _OFTEN = 6.5, 0.02, 2.2
_PLAN_KEY = 0xC11D1C
_FEW, _DEALS = 60, 1000
"""Recordings are dealt that often to classes of so few patients; the evenest deal is kept."""


@dataclass(frozen=True, eq=False, kw_only=True)
class ClinicPlan:
    """One entry per patient.

    Attributes:
        loss: index into ``LOSS_CLASSES``.
        recordings: how many, at least 1 (2 in an enriched clinic: both ears).
        kind, severity: where the patient stands among those of the class, 0 to 1: what decides
            on what is wrong, and on how much is lost.
        weight: how many patients of an ordinary clinic of this size this one stands for.
    """

    loss: NDArray[np.int64]
    recordings: NDArray[np.int64]
    kind: NDArray[np.float64]
    severity: NDArray[np.float64]
    weight: NDArray[np.float64]

    def loss_of(self, index: int) -> LossClass:
        """Class of a patient."""
        return LOSS_CLASSES[int(self.loss[index])]


def plan_clinic(profile: Profile, *, patients: int, seed: int, enrich: bool) -> ClinicPlan:
    """Deal classes by quota in random order; recordings, mechanisms and losses by strata.

    Quotas (largest remainder) keep the class shares exact in any size; stratification keeps rare
    classes alike from seed to seed: 19 patients with neuropathy are few, and one of them may have
    a tenth of the recordings. So what is wrong is dealt to them by shares of the recordings.

    Raises:
        ValueError: a number of patients that cannot be, or too few to enrich.

    Example:
        >>> from evoscope.abr.simulation.profiles import get_profile
        >>> plan = plan_clinic(get_profile("clinic"), patients=2038, seed=1, enrich=False)
        >>> np.bincount(plan.loss).tolist()  # normal, neuropathy, snhl, total, chl
        [1643, 19, 180, 104, 92]
    """
    if not 1 <= patients <= MOST_PATIENTS:
        raise ValueError(f"patients should be between 1 and {MOST_PATIENTS}. Found {patients}.")
    if seed < 0:
        raise ValueError(f"seed should be 0 or larger. Found {seed}.")
    shares = np.array([profile.class_shares.get(name, 0.0) for name in LOSS_CLASSES])
    ordinary = quotas(shares, patients)
    counts = _enriched(shares, patients) if enrich else ordinary
    rng = np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(_PLAN_KEY,)))
    loss = rng.permutation(np.repeat(np.arange(counts.size), counts))
    recordings = np.zeros(patients, dtype=np.int64)
    kind, severity, weight = np.zeros(patients), np.zeros(patients), np.ones(patients)
    for index, name in enumerate(LOSS_CLASSES):
        members = np.flatnonzero(loss == index)
        if members.size == 0:
            continue
        visits, kind[members], severity[members] = _strata(rng, members.size)
        counts = _counts(visits, profile.recordings[name])
        if members.size <= _FEW:
            counts = _evenest(rng, counts, kind[members], _edges(profile, name))
        recordings[members] = counts
        weight[members] = shares[index] * patients / members.size if enrich else 1.0
    return ClinicPlan(
        loss=loss,
        recordings=np.maximum(recordings, 2 if enrich else 1),
        kind=kind,
        severity=severity,
        weight=weight,
    )


def quotas(shares: NDArray[np.float64], total: int) -> NDArray[np.int64]:
    """Whole numbers closest to shares of a total, summing to it (largest remainder).

    Example:
        >>> quotas(np.array([0.5, 0.3, 0.2]), 7).tolist()
        [4, 2, 1]
    """
    exact = shares * total
    counts = np.floor(exact + 1e-9).astype(np.int64)
    order = np.argsort(-(exact - counts), kind="stable")
    counts[order[: total - int(counts.sum())]] += 1
    return counts


def _strata(rng: np.random.Generator, n: int) -> NDArray[np.float64]:
    """Draw n points that fill a cube evenly, one in each n-th part of every side, ``(3, n)``.

    A lattice (Korobov 1959) with steps near the golden and the plastic ratio, shifted at random.
    """
    places = np.arange(n)
    sides = [places]
    for ratio in (0.618, 0.755):
        step = next(k for k in range(round(ratio * n), 0, -1) if math.gcd(k, n) == 1)
        sides.append((places * step + int(rng.integers(n))) % n)
    points = (np.stack(sides) + rng.random((3, n))) / n
    return np.asarray(points[:, rng.permutation(n)])


def _edges(profile: Profile, loss: LossClass) -> NDArray[np.float64]:
    """Places among the patients of a class at which what is wrong with them changes."""
    edges = np.cumsum(list(MECHANISMS[loss].values()))[:-1]
    if loss != "neuropathy":
        return edges
    v, gross = profile.ear.neuropathy_v, profile.ear.neuropathy_gross
    return np.sort(
        np.append(edges, MECHANISMS[loss]["auditory neuropathy"] * np.cumsum([v, gross]))
    )


def _evenest(
    rng: np.random.Generator,
    recordings: NDArray[np.int64],
    kind: NDArray[np.float64],
    edges: NDArray[np.float64],
) -> NDArray[np.int64]:
    """Deal recordings so that their share below each edge, too, is what the edge says, ``(n,)``."""
    deals = rng.permuted(np.tile(recordings, (_DEALS, 1)), axis=1)
    off = np.abs(deals @ (kind[:, None] < edges) / recordings.sum() - edges)
    return np.asarray(deals[off.max(axis=1, initial=0.0).argmin()])


def _enriched(shares: NDArray[np.float64], patients: int) -> NDArray[np.int64]:
    """Quotas with at least 50 patients in every class that the profile knows."""
    known = shares > 0.0
    needed = ENRICHED_PATIENTS * int(known.sum())
    if patients < needed:
        raise ValueError(
            f"An enriched cohort should have at least {needed} patients, {ENRICHED_PATIENTS} of "
            f"each of its {int(known.sum())} classes. Found {patients}. Ask for more patients."
        )
    counts = quotas(shares, patients)
    # Raise the rare classes, share the rest among the others, until none falls short.
    floor = np.zeros_like(known)
    while True:
        short = known & ~floor & (counts < ENRICHED_PATIENTS)
        if not short.any():
            return counts
        floor |= short
        rest = known & ~floor
        counts = np.where(floor, ENRICHED_PATIENTS, 0).astype(np.int64)
        left = patients - int(counts.sum())
        if rest.any():
            counts[rest] = quotas(shares[rest] / shares[rest].sum(), left)
        else:
            counts[floor] += quotas(np.full(int(floor.sum()), 1.0 / floor.sum()), left)


def _counts(quantile: NDArray[np.float64], mean: float) -> NDArray[np.int64]:
    usual = mean / (1.0 - _OFTEN_SHARE + _OFTEN_SHARE * _OFTEN)
    # The frequent visitors are the top of the distribution: monotonic, so that strata stay strata.
    values = gamma.ppf(np.clip(quantile / (1.0 - _OFTEN_SHARE), 0.0, 1.0 - 1e-9), _SHAPE)
    top = quantile > 1.0 - _OFTEN_SHARE
    within = np.clip((quantile - (1.0 - _OFTEN_SHARE)) / _OFTEN_SHARE, 1e-6, 1.0 - 1e-3)
    values = np.where(top, _OFTEN * gamma.ppf(within, _SHAPE), values)
    found = np.round(usual * values / _SHAPE)
    return np.clip(found, 1, MOST_RECORDINGS).astype(np.int64)
