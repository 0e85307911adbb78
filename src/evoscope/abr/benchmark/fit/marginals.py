"""Every published marginal beside the cohort's, and distances of whole distributions."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from evoscope.abr.benchmark.fit.document import Distance, Marginal
from evoscope.abr.benchmark.fit.table import Table
from evoscope.abr.simulation.marginals import clinic_marginals
from evoscope.abr.simulation.targets import CLINIC_TARGETS, Target

PUBLISHED_PATIENTS = 2038
AGE_GROUPS = MappingProxyType(
    {
        (0, 0): 3450, (1, 1): 1229, (2, 2): 852, (3, 3): 624, (4, 4): 288, (5, 5): 331,
        (6, 6): 123, (7, 7): 97, (8, 10): 150, (12, 21): 265, (24, 34): 133, (41, 61): 131,
    }
)  # fmt: skip
"""Completed years, both ends included, and how many recordings of one split of 7,673 of
the published clinic (``simulation.targets``)."""


def compare(table: Table, *, promised: bool) -> tuple[Marginal, ...]:
    """Compare every marginal of the clinic.

    Counts are scaled to the patients that the cohort has, and then are no promise.

    Args:
        table: the cohort.
        promised: whether it is the cohort of which anything was promised.
    """
    found = clinic_marginals(table.columns())
    scale = table.frame["patient_id"].nunique() / PUBLISHED_PATIENTS
    return tuple(
        _marginal(name, _scaled(name, target, scale), found.get(name), promised=promised)
        for name, target in CLINIC_TARGETS.items()
    )


def _scaled(name: str, target: Target, scale: float) -> Target:
    counts = name == "recordings" or name.startswith("patients, ")
    return Target(target.value * scale) if counts and scale != 1.0 else target


def _marginal(name: str, target: Target, got: float | None, *, promised: bool) -> Marginal:
    met = False if got is None else target.met_by(got)
    points = target.absolute
    distance = None
    if got is not None:
        distance = got - target.value if points else 100.0 * (got / target.value - 1.0)
    tolerance = target.tolerance if promised else None
    return Marginal(
        name=name,
        published=target.value,
        got=got,
        distance=distance,
        distance_unit="points" if points else "%",
        tolerance=tolerance if tolerance is None or points else 100.0 * tolerance,
        verdict="not promised" if tolerance is None else "met" if met else "missed",
    )


def distances(table: Table, marginals: tuple[Marginal, ...]) -> tuple[Distance, ...]:
    """Distances of levels, rates and ages (total variation) and of the Fmp (log ratio)."""
    got = {m.name: (m.published, m.got or 0.0) for m in marginals}

    def variation(start: str) -> float:
        return _variation({k: v for k, v in got.items() if k.startswith(start) and k.endswith("%")})

    ages = {str(k): v for k, v in age_shares(table).items()}
    quantiles = np.array([v for k, v in got.items() if k.startswith("Fmp, ") and v[1] > 0])
    ratio = np.abs(np.log(quantiles[:, 1] / quantiles[:, 0]))
    moved = "per cent of the recordings would have to move"
    return (
        Distance(name="levels", value=variation("level "), unit="%", says=moved),
        Distance(name="rates", value=variation("rate "), unit="%", says=moved),
        Distance(name="ages", value=_variation(ages), unit="%", says=moved),
        Distance(
            name="Fmp quantiles",
            value=100.0 * float(np.expm1(ratio.mean())),
            unit="%",
            says="mean factor between published and found quantiles, less one",
        ),
    )


def age_shares(table: Table) -> dict[tuple[int, int], tuple[float, float]]:
    """Published and found percentages of the age groups, among the ages in any of them."""
    ages = table.frame["age_years"].to_numpy(dtype=np.float64)
    weight = table.frame["weight"].to_numpy(dtype=np.float64)
    inside = {k: float(weight[(ages >= k[0]) & (ages < k[1] + 1)].sum()) for k in AGE_GROUPS}
    total, published = max(sum(inside.values()), 1.0), sum(AGE_GROUPS.values())
    return {k: (100.0 * n / published, 100.0 * inside[k] / total) for k, n in AGE_GROUPS.items()}


def _variation(pairs: Mapping[str, tuple[float, float]]) -> float:
    return 0.5 * sum(abs(got - published) for published, got in pairs.values())
