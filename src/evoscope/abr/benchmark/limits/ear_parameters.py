"""The continuous properties of a clinic ear as one vector, and how they scatter."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.simulation.classes import LossClass
from evoscope.abr.simulation.clinic_ear import ClinicEar
from evoscope.abr.simulation.draw_ears import draw_ear, draw_subject
from evoscope.abr.simulation.profiles.settings import Profile

PARAMETERS = (
    *(f"delay_{w}_ms" for w in ("I", "II", "III", "IV", "V")),
    *(f"log_size_{w}" for w in ("I", "II", "III", "IV", "V")),
    "log_breadth",
    "log_slow",
    "soft_sd",
    "offset_db",
)
"""Names of the parameters, in order. Sizes, breadth and slow potential by their logarithms."""

STEPS = np.array([0.02] * 5 + [0.05] * 5 + [0.02, 0.05, 0.1, 0.5])
"""Steps of numerical derivatives in each parameter."""


def draw_one(rng: np.random.Generator, profile: Profile, loss: LossClass) -> ClinicEar:
    """Draw an ear of a class as the profile's simulator does, of a subject of its own."""
    kind, severity = rng.random(2).tolist()
    subject = draw_subject(rng, profile, loss, kind=kind, severity=severity)
    return draw_ear(rng, profile, subject, "right")


def moved(ear: ClinicEar, change: NDArray[np.float64]) -> ClinicEar:
    """Return the ear with its parameters changed by ``change``, in the order of ``PARAMETERS``.

    An ear whose response begins at a level of its own (neuropathy) has that level moved with the
    offset; a wave that the ear does not have stays away.
    """
    delay, size = np.asarray(ear.delay_ms) + change[:5], np.asarray(ear.size) * np.exp(change[5:10])
    a, b, c, d, e = delay.tolist()
    i, ii, iii, iv, v = size.tolist()
    start_db = ear.response_from_db
    return replace(
        ear,
        delay_ms=(a, b, c, d, e),
        size=(i, ii, iii, iv, v),
        breadth=ear.breadth * float(np.exp(change[10])),
        slow_uv=ear.slow_uv * float(np.exp(change[11])),
        soft_ms=ear.soft_ms + float(change[12]),
        offset_db=ear.offset_db + float(change[13]),
        response_from_db=None if start_db is None else start_db + float(change[13]),
    )


def prior_covariance(
    profile: Profile, ear: ClinicEar, *, ears: int = 400, seed: int = 0
) -> NDArray[np.float64]:
    """Covariance of the parameters among ears of the same mechanism, ``(14, 14)``.

    Taken from ``ears`` drawn from the simulator, as a Gaussian. The degree of a hearing loss
    scatters with its offset. A thousandth of each variance is added: some parameters always
    move together (I and II of one size), and a covariance must be invertible.
    """
    rng = np.random.default_rng(seed)
    rows: list[list[float]] = []
    while len(rows) < ears:
        other = draw_one(rng, profile, ear.loss)
        if other.mechanism == ear.mechanism:
            rows.append(_vector(other))
    covariance = np.cov(np.array(rows).T)
    return np.asarray(covariance + np.diag(1e-3 * np.diag(covariance) + 1e-6))


def degree_db(ear: ClinicEar) -> float:
    """Threshold of an ear for clicks relative to a normal one, dB; of neuropathy: in dB."""
    if ear.response_from_db is not None and np.isfinite(ear.response_from_db):
        return ear.response_from_db
    return ear.offset_db + ear.gap_db + ear.loss_at(None)


def _vector(ear: ClinicEar) -> list[float]:
    sizes = np.log(np.maximum([*ear.size, ear.breadth, ear.slow_uv], 1e-3))
    return [*ear.delay_ms, *sizes.tolist(), ear.soft_ms, degree_db(ear)]
