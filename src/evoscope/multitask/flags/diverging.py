"""Red flag: a loss that grows far beyond what a constant answer has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from pydantic import Field

from evoscope.multitask.batch import Labels
from evoscope.multitask.callback import Control, StepResult
from evoscope.multitask.flags.course import Course
from evoscope.multitask.flags.flag import Action, Flag, FlagSettings
from evoscope.multitask.flags.trivial_loss import trivial_losses


class DivergingSettings(FlagSettings):
    """See `Diverging`.

    Attributes:
        times: a constant's loss that is too much.
        steps: over whose mean.
    """

    action: Action = "lower_rate"
    times: float = Field(default=2.0, gt=1)
    steps: int = Field(default=10, ge=1)


class Diverging(Flag):
    """Raised by a task whose training loss is a multiple of a constant's: the rate is too high.

    A constant's loss is that of the training labels, or that of the first step where it is higher:
    heads begin as constants, and a balanced sampling draws other rows than the labels' shares say.

    Args:
        settings: of the flag.
        labels: of the training rows.
    """

    name = "diverging"

    def __init__(self, settings: DivergingSettings, labels: Labels) -> None:
        super().__init__(settings)
        self._settings = settings
        self._labels = labels
        self._trivial: Mapping[str, float] = {}
        self._courses: dict[str, Course] = {}

    def on_start(self, run: Control) -> None:
        """Compute the constants' losses."""
        device = next(run.model.parameters()).device
        self._trivial = trivial_losses(run.tasks, self._labels.to(device))

    def on_step(self, run: Control, result: StepResult) -> None:
        """Look at the latest steps of every task."""
        steps, times = self._settings.steps, self._settings.times
        for task, loss in result.losses.items():
            if task not in self._courses:
                self._courses[task] = Course()
            course = self._courses[task]
            course.see(loss, keep=steps)
            constant = max(course.first[0], self._trivial[task])
            # A likelihood may be near 0 or below: then half a spread stands for a constant's loss.
            most = constant + (times - 1) * max(abs(constant), 0.5)
            if course.n < steps or not course.now > most:
                self.take_down(run, task, epoch=result.epoch)
                continue
            self.put_up(
                run,
                task,
                f"loss of {task} should be below {most:.3g}; a constant has {constant:.3g}. "
                f"Found {course.now:.3g} over {steps} steps.",
                epoch=result.epoch,
                value=course.now,
                threshold=most,
            )

    def state_dict(self) -> dict[str, Any]:
        """What to save."""
        courses = {name: asdict(course) for name, course in self._courses.items()}
        return super().state_dict() | {"courses": courses}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take back what was saved."""
        super().load_state_dict(state)
        self._courses = {name: Course(**course) for name, course in state["courses"].items()}
