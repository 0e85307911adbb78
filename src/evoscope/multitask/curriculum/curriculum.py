"""What changes in the course of training, as values of the epoch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from pydantic import Field, field_validator

from evoscope.multitask.curriculum.phase import Phase
from evoscope.multitask.curriculum.schedules import value_at
from evoscope.multitask.settings import Settings


@dataclass(frozen=True, slots=True)
class PhaseValues:
    """What holds at one epoch. ``None`` is: as the model and the optimiser were built.

    Attributes:
        phase: which one, counted from 0.
        tasks: those that are trained, ``None`` for all.
        weights: task -> factor, of the tasks a phase mentioned.
        dropout: rate of every dropout layer.
        weight_decay: of every parameter that decays.
        rate: factor on every learning rate.
        switches: part of the model -> how far it is on.
    """

    phase: int
    tasks: frozenset[str] | None
    weights: Mapping[str, float]
    dropout: float | None
    weight_decay: float | None
    rate: float
    switches: Mapping[str, float]

    def factors(self, tasks: Iterable[str]) -> dict[str, float]:
        """What each task's weight, and its share of the weighting's penalty, is multiplied by.

        A task at 0 is out of the loss altogether: leave it out, do not multiply by 0.
        """
        return {
            task: self.weights.get(task, 1.0) if self.tasks is None or task in self.tasks else 0.0
            for task in tasks
        }


class Curriculum(Settings):
    """Phases, in order; each lasts until the next one starts.

    Everything is a function of the epoch, so a resumed run is where it would have been.

    Attributes:
        phases: the first starts at epoch 0, each later one after the one before it.

    Example:
        >>> curriculum = Curriculum.model_validate({"phases": [
        ...     {"start": 0, "tasks": ["class"], "dropout": 0.1},
        ...     {"start": 21, "tasks": "all", "weights": {"peak": 0.5}}]})
        >>> curriculum.at(20).factors(["class", "peak"])
        {'class': 1.0, 'peak': 0.0}
        >>> curriculum.at(21).factors(["class", "peak"]), curriculum.at(21).dropout
        ({'class': 1.0, 'peak': 0.5}, 0.1)
    """

    phases: tuple[Phase, ...] = Field(min_length=1)

    @field_validator("phases")
    @classmethod
    def _in_order(cls, phases: tuple[Phase, ...]) -> tuple[Phase, ...]:
        if phases[0].start != 0:
            raise ValueError(f"phases[0].start should be 0. Found {phases[0].start}.")
        for number, (early, late) in enumerate(pairwise(phases), start=1):
            if late.start <= early.start:
                raise ValueError(
                    f"phases[{number}].start should be above {early.start}, where the phase "
                    f"before it starts. Found {late.start}."
                )
            # Until then it would be on or off as the model happens to be built.
            unknown = sorted(set(late.switches) - set(phases[0].switches))
            if unknown:
                raise ValueError(
                    f"phases[0].switches should say how {unknown} start out. "
                    f"Found them first in phases[{number}]."
                )
        return phases

    def at(self, epoch: int) -> PhaseValues:
        """What holds at an epoch.

        Args:
            epoch: counted from 0.
        """
        begun = [phase for phase in self.phases if phase.start <= epoch]
        last = Phase(start=0, tasks="all", rate=1.0)
        for phase in begun:
            said = {name: value for name, value in phase if value is not None}
            for field in ("weights", "switches"):
                said[field] = getattr(last, field) | getattr(phase, field)
            last = last.model_copy(update=said)
        return PhaseValues(
            phase=len(begun) - 1,
            tasks=None if last.tasks in ("all", None) else frozenset(last.tasks),
            weights={task: value_at(weight, epoch) for task, weight in last.weights.items()},
            dropout=None if last.dropout is None else value_at(last.dropout, epoch),
            weight_decay=None if last.weight_decay is None else value_at(last.weight_decay, epoch),
            rate=1.0 if last.rate is None else value_at(last.rate, epoch),
            switches={name: value_at(amount, epoch) for name, amount in last.switches.items()},
        )
