"""Stops when validation no longer improves, and remembers the best epoch."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from evoscope.multitask.callback import Callback, Control, EpochResult
from evoscope.multitask.optimisation.judged import check_monitor, judged
from evoscope.multitask.optimisation.patience import Patience
from evoscope.multitask.optimisation.schedule import Plateau
from evoscope.multitask.settings import Settings


class EarlyStopping(Settings):
    """When to stop; the run then has the weights of its best epoch.

    Attributes:
        monitor: what is watched; see `judged`.
        patience: epochs without an improvement before the run stops.
        min_delta: what counts as an improvement: more than this, in the monitor's own units.
    """

    monitor: str = "combined"
    patience: int = Field(default=10, ge=1)
    min_delta: float = Field(default=0.0, ge=0)


class EarlyStoppingWatch(Callback):
    """Watches a run for `EarlyStopping`.

    Args:
        settings: when to stop.

    Attributes:
        best: the best epoch's number and judgement.
    """

    def __init__(self, settings: EarlyStopping) -> None:
        self._settings = settings
        self.best = Patience(settings.min_delta)

    def on_start(self, run: Control) -> None:
        """Refuse a monitor that does not exist before an epoch is spent on it."""
        check_monitor(self._settings.monitor, run.tasks)

    def on_epoch(self, run: Control, result: EpochResult) -> None:
        """Judge the epoch."""
        waited = self.best.see(result.epoch, judged(result, self._settings.monitor, run.tasks))
        if waited >= self._settings.patience:
            run.stop(
                f"{self._settings.monitor} has not improved for {waited} epochs; "
                f"the best was epoch {self.best.epoch}"
            )

    def state_dict(self) -> dict[str, Any]:
        """What to save."""
        return self.best.state_dict()

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take back what was saved."""
        self.best.load_state_dict(state)


class PlateauWatch(Callback):
    """Lowers every learning rate when validation stops improving.

    Args:
        settings: when, and by how much.
    """

    def __init__(self, settings: Plateau) -> None:
        self._settings = settings
        self._best = Patience(settings.min_delta)
        self._factor = 1.0

    def on_start(self, run: Control) -> None:
        """Refuse a monitor that does not exist before an epoch is spent on it."""
        check_monitor(self._settings.monitor, run.tasks)

    def on_epoch(self, run: Control, result: EpochResult) -> None:
        """Judge the epoch."""
        settings = self._settings
        waited = self._best.see(result.epoch, judged(result, settings.monitor, run.tasks))
        lower = max(self._factor * settings.by, settings.minimum)
        if waited >= settings.patience and lower < self._factor:
            run.scale_rate(
                lower / self._factor, f"{settings.monitor} has not improved for {waited} epochs"
            )
            self._factor = lower
            self._best.wait_again()

    def state_dict(self) -> dict[str, Any]:
        """What to save."""
        return {"factor": self._factor, **self._best.state_dict()}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take back what was saved."""
        self._factor = state["factor"]
        self._best.load_state_dict(state)
