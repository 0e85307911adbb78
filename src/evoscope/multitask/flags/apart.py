"""Red flag: tasks that do not converge together."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from evoscope.multitask.callback import Control, EpochResult
from evoscope.multitask.flags.flag import Flag, FlagSettings


class ApartSettings(FlagSettings):
    """See `Apart`.

    Attributes:
        epochs: since a task was at its best, while another one is still getting better.
        rise: share of its best loss by which it has risen since.
    """

    epochs: int = Field(default=10, ge=1)
    rise: float = Field(default=0.1, gt=0)


class Apart(Flag):
    """Raised by a task that has been getting worse for long while another is still improving.

    No epoch's weights are then good for both: the early task overfits, or is pushed away, before
    the late one is done. Looks at validation losses, without validation at those of training.

    Args:
        settings: of the flag.
    """

    name = "apart"

    def __init__(self, settings: ApartSettings) -> None:
        super().__init__(settings)
        self._settings = settings
        self._best: dict[str, tuple[int, float]] = {}  # task -> epoch and loss

    def on_epoch(self, run: Control, result: EpochResult) -> None:
        """Compare every task's best epoch with the others'."""
        losses = result.validation_losses or result.train_losses
        trained = {task: losses[task] for task in result.train_losses if task in losses}
        for task, loss in trained.items():
            if task not in self._best or loss < self._best[task][1]:
                self._best[task] = (result.epoch, loss)
        improving = [task for task in trained if self._best[task][0] == result.epoch]
        for task, loss in trained.items():
            epoch, best = self._best[task]
            risen = (loss - best) / max(abs(best), 1e-12)
            long_ago = result.epoch - epoch >= self._settings.epochs
            if improving and long_ago and risen >= self._settings.rise:
                self.put_up(
                    run,
                    task,
                    f"{task} should converge with {', '.join(improving)}, which still improves. "
                    f"Found its best loss, {best:.3g}, in epoch {epoch + 1}; it is {loss:.3g} now.",
                    epoch=result.epoch,
                    value=risen,
                    threshold=self._settings.rise,
                )
            elif task in improving:
                self.take_down(run, task, epoch=result.epoch)

    def state_dict(self) -> dict[str, Any]:
        """What to save."""
        return super().state_dict() | {"best": dict(self._best)}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take back what was saved."""
        super().load_state_dict(state)
        self._best = {task: (epoch, loss) for task, (epoch, loss) in state["best"].items()}
