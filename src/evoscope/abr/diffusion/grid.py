"""The times a sampler visits, from one noise level down to another."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from evoscope.abr.diffusion.checks import complaint
from evoscope.abr.diffusion.schedules import KarrasSchedule, Schedule, check_schedule


@dataclass(frozen=True, eq=False, kw_only=True)
class TimeGrid:
    """Times and their noise-to-signal ratios, falling; each sample may have its own.

    Attributes:
        t: ``(steps + 1, n)`` in 0..1, or ``(steps + 1, 1)`` for all samples alike.
        sigma: of the same shape.

    Raises:
        ValueError: shapes that differ, ratios that do not fall, or times outside 0..1.
    """

    t: NDArray[np.float64]
    sigma: NDArray[np.float64]

    def __post_init__(self) -> None:
        if self.t.shape != self.sigma.shape or self.t.ndim != 2 or self.t.shape[0] < 2:
            raise complaint(
                "t and sigma", "of one shape (steps + 1, n)", f"{self.t.shape}, {self.sigma.shape}"
            )
        if not (np.diff(self.sigma, axis=0) < 0).all() or not (self.sigma >= 0).all():
            raise complaint("sigma", "falling, to 0 or more", self.sigma.round(4).tolist())
        if not ((self.t >= 0) & (self.t <= 1)).all():
            raise complaint("t", "between 0 and 1", f"{self.t.min():g} to {self.t.max():g}")

    @property
    def steps(self) -> int:
        """How many steps lead from the first time to the last."""
        return int(self.t.shape[0]) - 1


def time_grid(
    schedule: Schedule,
    *,
    steps: int,
    t_start: ArrayLike = 1.0,
    t_end: ArrayLike = 0.0,
    spacing: Schedule | None = None,
) -> TimeGrid:
    """Lay out the times of a sampler.

    Args:
        schedule: the clock the network was trained with.
        steps: how many.
        t_start: where to begin, a float or ``(n,)``; 1 is pure noise.
        t_end: where to stop, a float or ``(n,)``: above 0 the sample keeps the noise of that time.
        spacing: equal steps of this clock; default ``KarrasSchedule()``, or ``schedule`` itself.
            A spacing that never reaches clean data takes its last step from its own ``sigma(0)``.

    Raises:
        ValueError: no steps, times outside 0..1, or a start that is not later than the end.

    Example:
        >>> from evoscope.abr.diffusion.schedules import CosineSchedule
        >>> clock = CosineSchedule()
        >>> time_grid(clock, steps=4, spacing=clock).t.ravel()
        array([1.  , 0.75, 0.5 , 0.25, 0.  ])
    """
    check_schedule(schedule)
    if steps < 1:
        raise complaint("steps", "at least 1", steps)
    start, end = np.broadcast_arrays(
        np.atleast_1d(np.asarray(t_start, dtype=np.float64)),
        np.atleast_1d(np.asarray(t_end, dtype=np.float64)),
    )
    if start.ndim != 1 or not ((end >= 0) & (end < start) & (start <= 1)).all():
        raise complaint(
            "t_start and t_end",
            "0 <= t_end < t_start <= 1 for every sample",
            f"t_start {start.round(4)}, t_end {end.round(4)}",
        )
    sigma = _spaced(
        schedule.sigma(start),
        schedule.sigma(end),
        steps=steps,
        spacing=KarrasSchedule() if spacing is None else spacing,
    )
    t = np.asarray(schedule.t(sigma))
    # What was asked for, to the bit: a round trip through sigma may end a hair outside 0..1.
    t[0], t[-1] = start, end
    return TimeGrid(t=t, sigma=sigma)


def _spaced(
    first: NDArray[np.float64], last: NDArray[np.float64], *, steps: int, spacing: Schedule
) -> NDArray[np.float64]:
    floor = float(spacing.sigma(0.0))
    # Only those that go all the way to clean data need a last step from the floor to zero.
    to_clean = (last == 0.0) & (floor > 0.0) & (first > floor)
    straight = (last == 0.0) & (floor > 0.0) & (first <= floor)
    u_first = np.asarray(spacing.t(first))
    u_last = np.asarray(spacing.t(np.where(to_clean, floor, last)))
    knots = np.where(to_clean, max(steps - 1, 1), steps)
    share = np.minimum(np.arange(steps + 1)[:, None] / knots, 1.0)
    sigma = np.asarray(spacing.sigma(u_first + share * (u_last - u_first)))
    sigma = np.where(straight, first * (1.0 - np.arange(steps + 1)[:, None] / steps), sigma)
    sigma[0], sigma[-1] = first, last
    return sigma
