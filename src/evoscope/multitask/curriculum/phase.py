"""A stretch of training with settings of its own."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from evoscope.multitask.curriculum.schedules import Schedule, extremes
from evoscope.multitask.settings import Settings


class _Within:
    """Every value of a schedule lies in a range."""

    def __init__(self, low: float, high: float) -> None:
        self.low, self.high = low, high

    def __call__(self, schedule: Schedule) -> Schedule:
        smallest, largest = extremes(schedule)
        if not self.low <= smallest <= largest <= self.high:
            raise ValueError(
                f"should stay within {self.low:g}..{self.high:g}. Found {smallest:g}..{largest:g}."
            )
        return schedule


# Wide enough for any use, and finite.
_Positive = Annotated[Schedule, AfterValidator(_Within(1e-6, 1e6))]
_NotNegative = Annotated[Schedule, AfterValidator(_Within(0.0, 1e6))]
_Share = Annotated[Schedule, AfterValidator(_Within(0.0, 1.0))]
_Dropout = Annotated[Schedule, AfterValidator(_Within(0.0, 0.99))]


class Phase(Settings):
    """What holds from an epoch on.

    What a phase does not mention stays as the last phase before it said, name by name in
    ``weights`` and ``switches``. Epochs of schedules count from the start of training, not of the
    phase.

    Attributes:
        start: its first epoch, counted from 0.
        tasks: those that are trained, or ``all``. The others neither add to the loss nor move
            their weight.
        weights: task -> factor on the weight that the run's weighting gives it; 1 where no phase
            mentions it.
        dropout: rate of every dropout layer.
        weight_decay: of every parameter that decays.
        rate: factor on every learning rate.
        switches: name of a part of the model -> how far it is on, 0 (``false``) to 1 (``true``).
            See `Switchable`.

    Example:
        >>> phase = Phase(start=0, tasks=["class"], switches={"transformer": False})
        >>> phase.switches
        {'transformer': 0.0}
    """

    start: int = Field(ge=0)
    tasks: Literal["all"] | Annotated[tuple[str, ...], Field(min_length=1)] | None = None
    weights: dict[str, _NotNegative] = Field(default={})
    dropout: _Dropout | None = None
    weight_decay: _NotNegative | None = None
    rate: _Positive | None = None
    switches: dict[str, _Share] = Field(default={})
