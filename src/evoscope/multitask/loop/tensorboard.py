"""A run's curves for TensorBoard, beside its log."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from evoscope.measure import Measured
from evoscope.multitask.callback import Callback, Control, EpochResult, StepResult


class TensorBoard(Callback):
    """Writes losses, weights, gradient norms, rates and figures as scalars.

    Args:
        folder: of the run.
        every: steps from one point to the next.
        begin: the first step; points from there on, which a run that died left behind, are hidden.

    Raises:
        ModuleNotFoundError: tensorboard is not installed; names the extra that brings it.
    """

    def __init__(self, folder: Path, every: int, begin: int) -> None:
        try:
            from torch.utils.tensorboard import SummaryWriter
        except ModuleNotFoundError as error:
            raise ModuleNotFoundError(
                "tensorboard should be installed for a recipe with tensorboard: true. "
                "Found none: pip install 'evoscope[track]'."
            ) from error
        self._every = every
        self._step = begin
        self._writer = SummaryWriter(str(folder), purge_step=begin)

    def on_step(self, run: Control, result: StepResult) -> None:  # noqa: ARG002  of the protocol
        """Write the first of every so many steps."""
        self._step = result.step
        if result.step % self._every:
            return
        groups = {
            "loss": {**result.losses, "all": result.loss},
            "part": result.parts,
            "weight": result.weights,
            "gradient_norm": result.gradient_norms,
            "learning_rate": result.learning_rates,
        }
        for group, values in groups.items():
            for name, value in values.items():
                self._writer.add_scalar(f"{group}/{name}", value, result.step)

    def on_epoch(self, run: Control, result: EpochResult) -> None:  # noqa: ARG002  of the protocol
        """Write an epoch's figures; what is undefined is left out."""
        for group, figures in (("metric", result.metrics), ("trivial", result.trivial)):
            for name, value in _defined(figures):
                self._writer.add_scalar(f"{group}/{name}", value, self._step)
        for task, loss in result.validation_losses.items():
            self._writer.add_scalar(f"validation_loss/{task}", loss, self._step)
        self._writer.flush()

    def on_end(self, run: Control) -> None:  # noqa: ARG002  of the protocol
        """Close the file."""
        self._writer.close()


def _defined(figures: Mapping[str, Mapping[str, Measured]]) -> Iterator[tuple[str, float]]:
    for task, metrics in figures.items():
        for metric, figure in metrics.items():
            if figure.value is not None:
                yield f"{task}.{metric}", figure.value
