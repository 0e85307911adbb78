"""Red flag: losses, and parts of losses, that do not fall."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from pydantic import Field

from evoscope.multitask.callback import Control, EpochResult, StepResult
from evoscope.multitask.flags.course import Course
from evoscope.multitask.flags.flag import Flag, FlagSettings


class NotFallingSettings(FlagSettings):
    """See `NotFalling`.

    Attributes:
        least: by how much a loss should have fallen, as a share of what it began with.
        steps: whose median is what it began with, and what it has now.
        negligible: a loss that began below this, in units of its task's spread, need not fall.
    """

    least: float = Field(default=0.01, ge=0, lt=1)
    steps: int = Field(default=20, ge=1)
    negligible: float = Field(default=1e-3, ge=0)


class NotFalling(Flag):
    """Raised at the end of an epoch by a task's loss, or a named part of it, that has not fallen.

    It is held against what it began with, over all epochs: a loss that fell and then rests is as
    it should be. With fewer steps than twice ``steps`` nothing is said.

    Args:
        settings: of the flag.
        warmup_epochs: of the learning rate; earlier epochs are not judged.
    """

    name = "not_falling"

    def __init__(self, settings: NotFallingSettings, warmup_epochs: float) -> None:
        super().__init__(settings)
        self._settings = settings
        self._warmup = warmup_epochs
        self._courses: dict[str, Course] = {}

    def on_step(self, run: Control, result: StepResult) -> None:  # noqa: ARG002  of the protocol
        """Take in every task's loss and its parts."""
        for losses in (result.losses, result.parts):
            for name, loss in losses.items():
                if name not in self._courses:
                    self._courses[name] = Course()
                self._courses[name].see(loss, keep=self._settings.steps)

    def on_epoch(self, run: Control, result: EpochResult) -> None:
        """Judge the tasks that are trained."""
        if result.epoch < self._warmup:
            return
        settings = self._settings
        for name, course in self._courses.items():
            # A task's name may hold a dot, so a part is not told from a task by one.
            trained = any(f"{name}.".startswith(f"{task}.") for task in result.train_losses)
            if not trained or course.n < 2 * settings.steps:
                continue
            begin, now = course.begin, course.now
            fallen = (begin - now) / max(abs(begin), settings.negligible)
            if fallen >= settings.least or abs(begin) < settings.negligible:
                self.take_down(run, name, epoch=result.epoch)
            elif fallen < settings.least:  # false where a loss is NaN: another flag's matter
                self.put_up(
                    run,
                    name,
                    f"loss of {name} should have fallen by {settings.least:.0%} at least. "
                    f"Found {now:.3g} where it began with {begin:.3g}.",
                    epoch=result.epoch,
                    value=fallen,
                    threshold=settings.least,
                )

    def state_dict(self) -> dict[str, Any]:
        """What to save."""
        courses = {name: asdict(course) for name, course in self._courses.items()}
        return super().state_dict() | {"courses": courses}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take back what was saved."""
        super().load_state_dict(state)
        self._courses = {name: Course(**course) for name, course in state["courses"].items()}
