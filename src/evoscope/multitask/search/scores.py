"""What a trial is worth, epoch by epoch."""

from __future__ import annotations

from typing import Any

from evoscope.multitask.callback import Callback, Control, EpochResult
from evoscope.multitask.optimisation.judged import check_monitor, judged

PRUNED = "pruned"


class Scores(Callback):
    """Remembers the monitor of every epoch; ends a run that Optuna gives up.

    Args:
        monitor: see `judged`.
        trial: of Optuna, where runs may be given up.
    """

    def __init__(self, monitor: str, trial: Any = None) -> None:
        self._monitor = monitor
        self._trial = trial
        self._values: list[float] = []

    def on_start(self, run: Control) -> None:
        """Refuse a monitor that does not exist before an epoch is spent on it."""
        check_monitor(self._monitor, run.tasks)

    def on_epoch(self, run: Control, result: EpochResult) -> None:
        """Remember the epoch, and ask whether to go on."""
        value = judged(result, self._monitor, run.tasks)
        self._values.append(value)
        if self._trial is None:
            return
        told = self._trial.study.trials[self._trial.number].intermediate_values
        if result.epoch not in told:  # a run that died goes through its last epochs again
            self._trial.report(value, result.epoch)
        if self._trial.should_prune():
            run.stop(f"{PRUNED}: epoch {result.epoch} is worse than the median of other trials")

    def kept(self, best_epoch: int | None) -> float:
        """Value of the weights a run kept: those of its best epoch, or else of the last.

        Minus infinity where no epoch was finished.

        Example:
            >>> Scores("loss").kept(None)
            -inf
        """
        if not self._values:
            return float("-inf")
        return self._values[-1 if best_epoch is None else best_epoch]

    def state_dict(self) -> dict[str, Any]:
        """What to save."""
        return {"values": self._values}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take back what was saved."""
        self._values = list(state["values"])
