"""A bar in the terminal, with every task's loss."""

from __future__ import annotations

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from evoscope.multitask.callback import Callback, Control, EpochResult, StepResult
from evoscope.multitask.loop.terminal import TERMINAL


class ProgressBar(Callback):
    """Shows how far an epoch is, and each task's loss; after an epoch, each task's main figure.

    Args:
        steps: of an epoch.
        epochs: of the run.
        done: steps of the first epoch that a resumed run finds done.
    """

    def __init__(self, steps: int, epochs: int, done: int) -> None:
        self._epochs = epochs
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=20),
            MofNCompleteColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[losses]}"),
            console=TERMINAL,
        )
        self._steps = steps
        self._epoch = self._bar.add_task("", total=steps, completed=done, losses="")

    def on_start(self, run: Control) -> None:  # noqa: ARG002  of the protocol
        """Show the bar."""
        self._bar.start()

    def on_epoch_start(self, run: Control, epoch: int) -> None:  # noqa: ARG002  of the protocol
        """Begin anew."""
        self._bar.reset(self._epoch, total=self._steps, losses="")
        self._bar.update(self._epoch, description=f"epoch {epoch + 1}/{self._epochs}")

    def on_step(self, run: Control, result: StepResult) -> None:  # noqa: ARG002  of the protocol
        """Go one step on."""
        losses = "  ".join(f"{task} {loss:.3f}" for task, loss in result.losses.items())
        self._bar.update(self._epoch, advance=1, losses=losses)

    def on_epoch(self, run: Control, result: EpochResult) -> None:
        """Leave a line behind, with the trivial figure beside each."""
        figures = [
            f"{name} {task.primary} {_short(result.metrics[name][task.primary].value)}"
            f" (trivial {_short(result.trivial[name][task.primary].value)})"
            for name, task in run.tasks.items()
            if name in result.metrics
        ]
        losses = [f"{name} loss {loss:.3f}" for name, loss in result.train_losses.items()]
        line = "  ".join(figures or losses)
        self._bar.console.print(f"epoch {result.epoch + 1}: {line}", highlight=False)

    def on_end(self, run: Control) -> None:  # noqa: ARG002  of the protocol
        """Take the bar away."""
        self._bar.stop()


def _short(value: float | None) -> str:
    return "undefined" if value is None else f"{value:.3g}"
