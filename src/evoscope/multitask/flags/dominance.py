"""Red flag: one task takes all of the loss, or one head all of the gradient."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from pydantic import Field

from evoscope.multitask.callback import Control, EpochResult, StepResult
from evoscope.multitask.flags.course import Course
from evoscope.multitask.flags.flag import Flag, FlagSettings

_STEPS = 20  # that make the loss a task began with, and the one it has now


class DominanceSettings(FlagSettings):
    """See `Dominance`.

    Attributes:
        most: share of the weighted losses, or of the heads' gradient norms, over an epoch.
        solved: the others may leave the loss to one task once each has fallen below this share of
            what it began with.
    """

    most: float = Field(default=0.95, gt=0.5, lt=1)
    solved: float = Field(default=0.5, ge=0, le=1)


class Dominance(Flag):
    """Raised by a task that leaves almost nothing to the others, while they are not solved.

    A task's part is the mean size of its weighted loss over the steps in which it has labels, so a
    task that is seldom labelled is not taken for a small one; a head's is its mean gradient norm.

    Args:
        settings: of the flag.
    """

    name = "dominance"

    def __init__(self, settings: DominanceSettings) -> None:
        super().__init__(settings)
        self._settings = settings
        self._sums: dict[str, dict[str, tuple[float, int]]] = {"loss": {}, "gradient": {}}
        self._courses: dict[str, Course] = {}

    def on_step(self, run: Control, result: StepResult) -> None:
        """Add up what each task and each head has of this step."""
        for task, loss in result.losses.items():
            self._add("loss", task, abs(result.weights[task] * loss))
            if task not in self._courses:
                self._courses[task] = Course()
            self._courses[task].see(loss, keep=_STEPS)
            head = run.tasks[task].output.partition(".")[0]
            norm = result.gradient_norms.get(head)
            if norm is not None:
                self._add("gradient", task, norm)

    def on_epoch(self, run: Control, result: EpochResult) -> None:
        """Judge the epoch, and begin anew."""
        for of, sums in self._sums.items():
            means = {task: total / n for task, (total, n) in sums.items()}
            for task, share in shares(means).items():
                self._judge(run, result.epoch, task, of, share, list(means))
        self._sums = {"loss": {}, "gradient": {}}

    def _judge(
        self, run: Control, epoch: int, task: str, of: str, share: float, tasks: list[str]
    ) -> None:
        subject = f"{task} ({of})"
        unsolved = [other for other in tasks if other != task and not self._solved(other)]
        if not unsolved or share <= self._settings.most:
            self.take_down(run, subject, epoch=epoch)
            return
        self.put_up(
            run,
            subject,
            f"{task} should leave at least {1 - self._settings.most:.0%} of the {of} to the other "
            f"tasks. Found that it takes {share:.1%}, while {', '.join(unsolved)} should still "
            f"learn.",
            epoch=epoch,
            value=share,
            threshold=self._settings.most,
        )

    def _solved(self, task: str) -> bool:
        course = self._courses[task]
        return course.now <= self._settings.solved * course.begin

    def _add(self, of: str, task: str, value: float) -> None:
        total, n = self._sums[of].get(task, (0.0, 0))
        self._sums[of][task] = (total + value, n + 1)

    def state_dict(self) -> dict[str, Any]:
        """What to save."""
        courses = {name: asdict(course) for name, course in self._courses.items()}
        sums = {of: dict(own) for of, own in self._sums.items()}
        return super().state_dict() | {"sums": sums, "courses": courses}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take back what was saved."""
        super().load_state_dict(state)
        self._sums = {
            of: {task: (total, n) for task, (total, n) in own.items()}
            for of, own in state["sums"].items()
        }
        self._courses = {name: Course(**course) for name, course in state["courses"].items()}


def shares(sizes: Mapping[str, float]) -> dict[str, float]:
    """Share of each in the sum of all; none where that is zero or not finite, or for one alone.

    Example:
        >>> shares({"wave": 3.0, "class": 1.0})
        {'wave': 0.75, 'class': 0.25}
        >>> shares({"wave": 3.0})
        {}
    """
    total = sum(sizes.values())
    if len(sizes) < 2 or not 0 < total < float("inf"):
        return {}
    return {name: size / total for name, size in sizes.items()}
