"""Red flag: a task that has learned nothing a constant does not know."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import Field

from evoscope.multitask.batch import Labels
from evoscope.multitask.callback import Control, EpochResult
from evoscope.multitask.flags.flag import Flag, FlagSettings
from evoscope.multitask.flags.trivial_loss import trivial_losses
from evoscope.multitask.tasks.task import Task


class BelowTrivialSettings(FlagSettings):
    """See `BelowTrivial`.

    Attributes:
        least: by how much the validation loss should be below that of the best constant answer, as
            a share of the latter, where labels are many.
        luck: divided by the number of labels, is added to ``least``. An answer that has nothing to
            do with ``n`` labels gains ``z ** 2 / n`` on them where it correlates with them by
            ``z`` standard errors, and little more.
    """

    least: float = Field(default=0.01, ge=0, lt=1)
    luck: float = Field(default=4.0, ge=0)


class BelowTrivial(Flag):
    """Raised by a task whose validation loss is no better than the trivial predictor's.

    Also by one whose primary metric is worse than the trivial predictor's. The loss is looked at
    first because a metric may be gained by noise: guessing at random doubles the macro-F1 of always
    answering the larger of two classes, and knows as little.

    Args:
        settings: of the flag.
        labels: of the validation rows.
        warmup_epochs: of the learning rate; earlier epochs are not looked at.
    """

    name = "below_trivial"

    def __init__(
        self, settings: BelowTrivialSettings, labels: Labels, warmup_epochs: float
    ) -> None:
        super().__init__(settings)
        self._settings = settings
        self._labels = labels
        self._warmup = warmup_epochs
        self._trivial: Mapping[str, float] = {}

    def on_start(self, run: Control) -> None:
        """Compute the trivial losses, by the class weights this epoch is evaluated with."""
        device = next(run.model.parameters()).device
        self._trivial = trivial_losses(run.tasks, self._labels.to(device))

    def on_epoch_start(self, run: Control, epoch: int) -> None:  # noqa: ARG002  of the protocol
        """Compute them again: class weights may have changed."""
        self.on_start(run)

    def on_epoch(self, run: Control, result: EpochResult) -> None:
        """Look at every task that is trained."""
        if result.epoch < self._warmup:
            return
        for task in result.train_losses:
            if task not in result.validation_losses:
                continue
            wrong = self._loss_wrong(run.tasks[task], result)
            wrong = wrong or _metric_wrong(run.tasks[task], result)
            if wrong is None:
                self.take_down(run, task, epoch=result.epoch)
                continue
            message, value, threshold = wrong
            self.put_up(run, task, message, epoch=result.epoch, value=value, threshold=threshold)

    def _loss_wrong(self, task: Task, result: EpochResult) -> tuple[str, float, float] | None:
        loss, trivial = result.validation_losses[task.name], self._trivial[task.name]
        n = max(result.metrics[task.name][task.primary].n, 1)
        most = trivial - (self._settings.least + self._settings.luck / n) * abs(trivial)
        if not loss > most:
            return None
        return (
            f"validation loss of {task.name} should be below {most:.4g}: a constant has "
            f"{trivial:.4g}, on {n} labels. Found {loss:.4g}: nothing is learned yet.",
            loss,
            most,
        )


def _metric_wrong(task: Task, result: EpochResult) -> tuple[str, float, float] | None:
    figure = result.metrics[task.name][task.primary].value
    trivial = result.trivial[task.name][task.primary].value
    if figure is None or trivial is None:
        return None
    if figure >= trivial if task.higher_is_better[task.primary] else figure <= trivial:
        return None
    return (
        f"{task.name} {task.primary} should be no worse than the trivial {trivial:.4g}. "
        f"Found {figure:.4g}.",
        figure,
        trivial,
    )
