"""What every red flag is: a threshold, an action, and a memory of what it saw."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any, ClassVar, Literal

from pydantic import Field

from evoscope.multitask.callback import Callback, Control
from evoscope.multitask.settings import Settings

Action = Literal["warn", "lower_rate", "stop"]


class FlagSettings(Settings):
    """What a raised flag does.

    Attributes:
        action: ``warn`` writes to the log and the terminal, as every raised flag does;
            ``lower_rate`` also multiplies the learning rates; ``stop`` also ends the run.
        rate_factor: what ``lower_rate`` multiplies the learning rates by; once, while the flag
            stands for anything, as what is seen then may still be the trouble of before.
        rate_floor: what all lowerings of this flag together leave of the rates at least.
    """

    action: Action = "warn"
    rate_factor: float = Field(default=0.1, gt=0, lt=1)
    rate_floor: float = Field(default=0.01, gt=0, le=1)


@dataclass(frozen=True, slots=True)
class Raised:
    """A flag that was raised.

    Attributes:
        flag: its name, as in the recipe.
        subject: the task, head or layer that it is about.
        message: what was found beside what should hold.
        epoch: in which it was raised, from 0.
        value: what was found, ``None`` where that is not finite or no number.
        threshold: what it was held against.
        action: what was done.
        cleared: the epoch in which the trouble was gone; ``None`` while it stands.
    """

    flag: str
    subject: str
    message: str
    epoch: int
    value: float | None
    threshold: float
    action: Action
    cleared: int | None = None

    @property
    def stands(self) -> bool:
        """Whether the trouble is still there."""
        return self.cleared is None

    @property
    def short(self) -> str:
        """Name, subject and epochs (counted from 1), for one line of a table.

        Example:
            >>> Raised("negative_r2", "size.r2", "-0.4", 2, -0.4, 0.0, "warn", cleared=4).short
            'negative_r2 of size.r2 (epoch 3, gone in 5)'
        """
        gone = "" if self.cleared is None else f", gone in {self.cleared + 1}"
        return f"{self.flag} of {self.subject} (epoch {self.epoch + 1}{gone})"


class Flag(Callback):
    """Base of red flags: raised once for every subject, until the trouble is gone and returns.

    What is decided depends on `StepResult` and `EpochResult` and the model alone, which are the
    same in every process, so all processes stop, or slow down, together.

    Args:
        settings: of the flag.

    Attributes:
        name: in recipes, logs and results.
        raised: everything so far, in order.
    """

    name: ClassVar[str]

    def __init__(self, settings: FlagSettings) -> None:
        self._action = settings.action
        self._rate_factor, self._rate_floor = settings.rate_factor, settings.rate_floor
        self._lowered = 1.0  # what is left of the rates
        self.raised: list[Raised] = []
        self._standing: dict[str, int] = {}  # subject -> place in `raised`

    def stands(self, subject: str) -> bool:
        """Whether the flag is up for a subject."""
        return subject in self._standing

    def put_up(
        self,
        run: Control,
        subject: str,
        message: str,
        *,
        epoch: int,
        value: float | None,
        threshold: float,
    ) -> None:
        """Raise the flag for a subject, unless it is up already, and do what it is to do."""
        if subject in self._standing:
            return
        value = value if value is not None and abs(value) < float("inf") else None
        raised = Raised(self.name, subject, message, epoch, value, threshold, self._action)
        self._standing[subject] = len(self.raised)
        self.raised.append(raised)
        details = {} if value is None else {"value": value}
        run.warn(
            f"red flag {self.name}: {message}",
            flag=self.name,
            subject=subject,
            state="raised",
            threshold=threshold,
            action=self._action,
            **details,
        )
        if self._action == "stop":
            run.stop(f"red flag {self.name}: {message}")
        elif self._action == "lower_rate" and len(self._standing) == 1:
            self._lower_rate(run, f"red flag {self.name}: {message}")

    def _lower_rate(self, run: Control, reason: str) -> None:
        lowered = max(self._lowered * self._rate_factor, self._rate_floor)
        if lowered < self._lowered:
            run.scale_rate(lowered / self._lowered, reason)
            self._lowered = lowered

    def take_down(self, run: Control, subject: str, *, epoch: int) -> None:
        """Note that the trouble of a subject is gone."""
        if subject not in self._standing:
            return
        place = self._standing.pop(subject)
        self.raised[place] = replace(self.raised[place], cleared=epoch)
        run.warn(
            f"red flag {self.name} is down again for {subject}",
            flag=self.name,
            subject=subject,
            state="cleared",
        )

    def state_dict(self) -> dict[str, Any]:
        """What to save."""
        return {"raised": [asdict(raised) for raised in self.raised], "lowered": self._lowered}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take back what was saved."""
        self.raised = [Raised(**raised) for raised in state["raised"]]
        self._lowered = state["lowered"]
        self._standing = {
            raised.subject: place for place, raised in enumerate(self.raised) if raised.stands
        }
