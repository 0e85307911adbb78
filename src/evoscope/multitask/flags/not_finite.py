"""Red flag: NaN or infinite losses and answers."""

from __future__ import annotations

from math import isfinite

from evoscope.multitask.callback import Control, EpochResult, StepResult
from evoscope.multitask.flags.flag import Action, Flag, FlagSettings
from evoscope.multitask.tasks.scores import NOT_FINITE


class NotFiniteSettings(FlagSettings):
    """See `NotFinite`."""

    action: Action = "stop"


class NotFinite(Flag):
    """Raised by a loss that is NaN or infinite, in training or validation, or such an answer.

    After a NaN gradient no weight is a number any more: by default the run stops.

    Args:
        settings: of the flag.
    """

    name = "not_finite"

    def __init__(self, settings: NotFiniteSettings) -> None:
        super().__init__(settings)

    def on_step(self, run: Control, result: StepResult) -> None:
        """Look at the loss of every task and every part."""
        losses = {"all tasks": result.loss, **result.losses, **result.parts}
        self._look(run, losses, "loss of", epoch=result.epoch, where=f"in step {result.step}")

    def on_epoch(self, run: Control, result: EpochResult) -> None:
        """Look at validation losses and at what the metrics say of the answers."""
        found = {f"{task} (validation)": x for task, x in result.validation_losses.items()}
        self._look(run, found, "loss of", epoch=result.epoch, where="after the epoch")
        metrics = {
            f"{task}.{name}": float("nan") if figure.reason == NOT_FINITE else 0.0
            for task, figures in result.metrics.items()
            for name, figure in figures.items()
            if name == run.tasks[task].primary
        }
        self._look(run, metrics, "answers behind", epoch=result.epoch, where="after the epoch")

    def _look(
        self, run: Control, found: dict[str, float], what: str, *, epoch: int, where: str
    ) -> None:
        for subject, value in found.items():
            if isfinite(value):
                self.take_down(run, subject, epoch=epoch)
                continue
            self.put_up(
                run,
                subject,
                f"{what} {subject} should be finite. Found {value} {where}.",
                epoch=epoch,
                value=value,
                threshold=0.0,
            )
