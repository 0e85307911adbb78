"""Numbers that are a function of the epoch."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, model_validator

from evoscope.multitask.settings import Settings


class _Ramp(Settings):
    """From one value to another.

    Attributes:
        start, end: epochs between which the value moves.
        before, after: the value up to ``start``, and from ``end`` on.
    """

    start: float = Field(ge=0)
    end: float
    before: float
    after: float

    @model_validator(mode="after")
    def _forwards(self) -> _Ramp:
        if not self.start < self.end:
            raise ValueError(f"end should be after start. Found {self.start} and {self.end}.")
        return self

    def _progress(self, epoch: int) -> float:
        return min(max((epoch - self.start) / (self.end - self.start), 0.0), 1.0)


class LinearRamp(_Ramp):
    """A straight line between two epochs.

    Example:
        >>> value_at(LinearRamp(start=10, end=20, before=0, after=1), 15)
        0.5
    """

    kind: Literal["linear"] = "linear"


class CosineRamp(_Ramp):
    """Half a cosine between two epochs: it leaves and arrives without a corner.

    Example:
        >>> ramp = CosineRamp(start=0, end=10, before=1, after=0)
        >>> [round(value_at(ramp, epoch), 2) for epoch in (0, 2, 5, 10)]
        [1.0, 0.9, 0.5, 0.0]
    """

    kind: Literal["cosine"] = "cosine"


class Piecewise(Settings):
    """Straight lines through points; level before the first and after the last.

    Attributes:
        points: (epoch, value), epochs rising.

    Example:
        >>> dropout = Piecewise(points=[(0, 0.1), (20, 0.2), (50, 0.15)])
        >>> [round(value_at(dropout, epoch), 3) for epoch in (0, 10, 20, 99)]
        [0.1, 0.15, 0.2, 0.15]
    """

    kind: Literal["piecewise"] = "piecewise"
    points: tuple[tuple[float, float], ...] = Field(min_length=2)

    @model_validator(mode="after")
    def _rising(self) -> Piecewise:
        epochs = [epoch for epoch, _ in self.points]
        if any(late <= early for early, late in pairwise(epochs)):
            raise ValueError(f"epochs of points should rise. Found {epochs}.")
        return self


Schedule: TypeAlias = (
    float | Annotated[LinearRamp | CosineRamp | Piecewise, Field(discriminator="kind")]
)
"""A number that stays, or one that moves with the epoch."""


def value_at(schedule: Schedule, epoch: int) -> float:
    """The value of a schedule.

    Args:
        schedule: see `Schedule`.
        epoch: counted from 0.
    """
    match schedule:
        case LinearRamp():
            share = schedule._progress(epoch)
            return schedule.before + (schedule.after - schedule.before) * share
        case CosineRamp():
            share = (1 - math.cos(math.pi * schedule._progress(epoch))) / 2
            return schedule.before + (schedule.after - schedule.before) * share
        case Piecewise():
            return _through(schedule.points, epoch)
        case _:
            return schedule


def extremes(schedule: Schedule) -> tuple[float, float]:
    """Smallest and largest value a schedule takes.

    Example:
        >>> extremes(Piecewise(points=[(0, 0.1), (20, 0.2), (50, 0.15)]))
        (0.1, 0.2)
    """
    match schedule:
        case LinearRamp() | CosineRamp():
            values = [schedule.before, schedule.after]
        case Piecewise():
            values = [value for _, value in schedule.points]
        case _:
            values = [schedule]
    return min(values), max(values)


def _through(points: tuple[tuple[float, float], ...], epoch: int) -> float:
    if epoch <= points[0][0]:
        return points[0][1]
    for (early, low), (late, high) in pairwise(points):
        if epoch <= late:
            return low + (high - low) * (epoch - early) / (late - early)
    return points[-1][1]
