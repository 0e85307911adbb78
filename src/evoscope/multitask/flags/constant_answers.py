"""Red flag: one class, or one number, for every row."""

from __future__ import annotations

from pydantic import Field

from evoscope.multitask.callback import Control, EpochResult
from evoscope.multitask.flags.flag import Flag, FlagSettings


class ConstantAnswersSettings(FlagSettings):
    """See `ConstantAnswers`.

    Attributes:
        least: entropy of the predicted classes over that of the true ones, or standard deviation
            of predictions over that of targets; below it answers count as constant.
    """

    least: float = Field(default=0.02, gt=0, lt=1)


class ConstantAnswers(Flag):
    """Raised by a task whose answers hardly vary on the validation rows; see `Task.diversity`.

    Args:
        settings: of the flag.
        warmup_epochs: of the learning rate; earlier epochs are not looked at.
    """

    name = "constant_answers"

    def __init__(self, settings: ConstantAnswersSettings, warmup_epochs: float) -> None:
        super().__init__(settings)
        self._least = settings.least
        self._warmup = warmup_epochs

    def on_epoch(self, run: Control, result: EpochResult) -> None:
        """Look at every task that is trained."""
        if result.epoch < self._warmup:
            return
        for task, figure in result.diversity.items():
            if task not in result.train_losses or figure.value is None:
                continue
            if figure.value >= self._least:
                self.take_down(run, task, epoch=result.epoch)
                continue
            self.put_up(
                run,
                task,
                f"answers of {task} should vary like its targets, to at least {self._least:g}. "
                f"Found {figure.value:.3g} of their variety, on {figure.n} labels.",
                epoch=result.epoch,
                value=figure.value,
                threshold=self._least,
            )
