"""How a response changes with the small differences between ears, from its waves one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.benchmark.limits.ear_parameters import PARAMETERS, degree_db, moved
from evoscope.abr.norms import WAVE_LABELS, person
from evoscope.abr.simulation.clinic_ear import ClinicEar
from evoscope.abr.simulation.components import N_COMPONENTS, Components
from evoscope.abr.simulation.shape import EARLY, RODENT

DIRECTIONS = (
    "early_size",
    "late_size",
    "slow_size",
    "delay_ms",
    "i_iii_ms",
    "iii_v_ms",
    "log_breadth",
    "soft_sd",
    "summating_size",
    "threshold_db",
)
"""Differences between ears. Sizes are relative; the last two are changed elsewhere: a summating
potential is no wave, and a threshold is moved over levels."""
SUMMATING = DIRECTIONS.index("summating_size")

JITTER = np.zeros((len(DIRECTIONS), 2))
"""``(10, 2)``: how one recording of an ear differs from the next, as ``components.respond`` has it:
5 % in size, 0.03 ms in time, each times a standard normal."""
JITTER[[0, 1], 0] = 0.05
JITTER[3, 1] = 0.03

# Each direction as a change of ``ear_parameters.PARAMETERS``.
_IN_PARAMETERS = np.zeros((len(DIRECTIONS), len(PARAMETERS)))
_IN_PARAMETERS[0, 5:8] = 1.0
_IN_PARAMETERS[1, 8:10] = 1.0
_IN_PARAMETERS[2, 11] = 1.0
_IN_PARAMETERS[3, :5] = 1.0
_IN_PARAMETERS[4, :5] = [0.0, 0.5, 1.0, 1.0, 1.0]
_IN_PARAMETERS[5, :5] = [0.0, 0.0, 0.0, 1.0, 1.0]
_IN_PARAMETERS[[6, 7, 9], [10, 12, 13]] = 1.0

_LEAST = 1e-3
_SLOW = 5
_V = WAVE_LABELS.index("V")
# Shares of each delay that reach waves I-V and the slow potential; IV keeps its distance to V.
_DELAYS = np.array(
    [
        [1.0, 1.0, 1.0, 1.0, 1.0, 1.0],
        [0.0, 0.5, 1.0, 1.0, 1.0, 1.0],
        [0.0, 0.0, 0.0, 1.0, 1.0, 1.0],
    ],
    dtype=np.float32,
)


def coordinates(ears: Sequence[ClinicEar]) -> NDArray[np.float64]:
    """Where ears stand along each direction, ``(K, 10)``: sizes by their logarithms.

    Delays are those that age and sex make, too; the threshold is that of a click.

    Example:
        >>> from evoscope.abr.benchmark.limits.ear_parameters import draw_one
        >>> from evoscope.abr.simulation.profiles import get_profile
        >>> rng = np.random.default_rng(0)
        >>> ears = [draw_one(rng, get_profile("clinic"), "normal") for _ in range(300)]
        >>> bool(5.0 < coordinates(ears)[:, 9].std() < 7.5)
        True
    """
    return np.array([_place(ear) for ear in ears])


def displaced(ear: ClinicEar, by: NDArray[np.float64]) -> ClinicEar:
    """Return the ear moved along the directions, ``(10,)``; sizes by their logarithms."""
    summating_uv = ear.summating_uv * float(np.exp(by[SUMMATING]))
    return replace(moved(ear, by @ _IN_PARAMETERS), summating_uv=summating_uv)


def respond_directions(
    ears: Sequence[ClinicEar],
    parts: Components,
    *,
    heard_nhl: NDArray[np.float64],
    time_ms: NDArray[np.float64],
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Evaluate responses and their change along the first eight directions.

    Args:
        ears: whose; the rows of ``parts`` belong to them in turn, equally many each.
        parts: ``n`` responses.
        heard_nhl: ``(n,)`` level at which a normal ear would answer alike.
        time_ms: ``(samples,)``.

    Returns:
        ``(n, samples)`` uV and ``(n, 8, samples)`` uV per unit.
    """
    n, step_ms = parts.stretch.size, np.float32(time_ms[1] - time_ms[0])
    owner = np.repeat([_wave_of_column(ear) for ear in ears], n // len(ears), axis=0)
    times = time_ms.astype(np.float32)
    total = np.zeros((n, times.size), dtype=np.float32)
    change = np.zeros((n, 8, times.size), dtype=np.float32)
    for wave in range(6):
        weight = np.where(owner == wave, parts.weight_uv, 0.0)
        if not weight.any():
            continue
        value = replace(parts, weight_uv=weight).at(time_ms)
        slope = np.gradient(value, step_ms, axis=1)
        total += value
        change[:, 0 if wave < 3 else 1 if wave < _SLOW else 2] += value
        for row, share in enumerate(_DELAYS[:, wave]):
            if share:
                change[:, 3 + row] -= share * slope
        peak_ms = parts.latency_ms[:, min(wave, _V)].astype(np.float32)
        change[:, 6] -= (times - peak_ms[:, None]) * slope
    # The delay of soft sounds has its place in ``components.respond``: 0.3 ms at 20 dB nHL.
    soft_ms = np.repeat([ear.soft_ms for ear in ears], n // len(ears))
    per_sd = 0.3 * np.exp(-(heard_nhl - 20.0) / 12.0)
    per_sd = np.where(np.abs(per_sd * soft_ms) < 1.0, per_sd, 0.0).astype(np.float32)
    change[:, 7] = per_sd[:, None] * change[:, 3]
    return total, change


def _place(ear: ClinicEar) -> list[float]:
    known = {"age_weeks": ear.age_weeks, "age_years": ear.age_weeks / person.WEEKS_PER_YEAR}
    i, iii, v = (
        ear.delay_ms[index] + person.delay_ms(wave, **known, sex=ear.sex, rate_hz=None)
        for index, wave in ((0, "I"), (2, "III"), (4, "V"))
    )
    early, late, slow, summating = np.log(
        np.maximum([ear.size[0], ear.size[3], ear.slow_uv, ear.summating_uv], _LEAST)
    ).tolist()
    delays = [i, iii - i, v - iii]
    rest = [np.log(ear.breadth), ear.soft_ms, summating, degree_db(ear)]
    return [early, late, slow, *delays, *rest]


def _wave_of_column(ear: ClinicEar) -> NDArray[np.int64]:
    """Which wave each component of an ear belongs to, ``(14,)``: 0-4, or 5 for the slow one."""
    shapes = [EARLY, EARLY, EARLY, ear.morphology.iv, ear.morphology.v]
    if ear.species != "human":
        shapes = [RODENT] * 5
    sizes = [len(shape.parts) for shape in shapes]
    owner = np.full(N_COMPONENTS, _SLOW)
    owner[: sum(sizes)] = np.repeat(np.arange(5), sizes)
    return owner
