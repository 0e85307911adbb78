"""Red flag: a regression that is worse than the mean of the rows it is scored on."""

from __future__ import annotations

from pydantic import Field

from evoscope.multitask.callback import Control, EpochResult
from evoscope.multitask.flags.flag import Flag, FlagSettings


class NegativeR2Settings(FlagSettings):
    """See `NegativeR2`.

    Attributes:
        least: R2 that is still good enough.
        least_labels: with fewer labels an R2 says too little.
    """

    least: float = Field(default=0.0, lt=1)
    least_labels: int = Field(default=10, ge=2)


class NegativeR2(Flag):
    """Raised by every R2, pooled or of a column, that is negative after the warm-up.

    Args:
        settings: of the flag.
        warmup_epochs: of the learning rate; earlier epochs are not looked at.
    """

    name = "negative_r2"

    def __init__(self, settings: NegativeR2Settings, warmup_epochs: float) -> None:
        super().__init__(settings)
        self._settings = settings
        self._warmup = warmup_epochs

    def on_epoch(self, run: Control, result: EpochResult) -> None:
        """Look at every task that is trained."""
        if result.epoch < self._warmup:
            return
        least = self._settings.least
        for task in result.train_losses:
            for name, figure in result.metrics.get(task, {}).items():
                if name.partition(".")[0] != "r2" or figure.value is None:
                    continue
                subject = f"{task}.{name}"
                if figure.value >= least:
                    self.take_down(run, subject, epoch=result.epoch)
                elif figure.n >= self._settings.least_labels:
                    self.put_up(
                        run,
                        subject,
                        f"{subject} should be at least {least:g}, what a constant scores at best. "
                        f"Found {figure.value:.3g}, on {figure.n} labels.",
                        epoch=result.epoch,
                        value=figure.value,
                        threshold=least,
                    )
