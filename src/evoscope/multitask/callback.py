"""What can be hung on the loop: logs, progress, early stopping, red flags."""

# ruff: noqa: ARG002  hooks that do nothing use nothing

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from torch import nn

from evoscope.measure import Measured
from evoscope.multitask.tasks.task import Task
from evoscope.multitask.weighting.weighting import Weighting


@dataclass(frozen=True, slots=True)
class StepResult:
    """One optimiser step: the whole batch, whatever micro-batches and processes it ran in.

    Attributes:
        epoch, step: counted from 0; ``step`` goes on over epochs.
        loss: what was minimised.
        losses: mean loss of every task present in the batch.
        parts: ``"<task>.<part>"`` -> mean of the named parts of its loss.
        weights: weight of every task.
        label_weights: of every task present, what its labels in the batch weigh together: their
            number, where each weighs one.
        gradient_norms: L2 norm of the gradient before clipping, of each head by its name, of
            ``"backbone"`` and of ``"all"``.
        learning_rates: rate of every parameter group, by its name.
    """

    epoch: int
    step: int
    loss: float
    losses: Mapping[str, float]
    parts: Mapping[str, float]
    weights: Mapping[str, float]
    label_weights: Mapping[str, float]
    gradient_norms: Mapping[str, float]
    learning_rates: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class EpochResult:
    """One epoch and the evaluation after it.

    Attributes:
        epoch: counted from 0.
        seconds: of training and evaluation.
        train_losses: mean loss of every task over the epoch's labels.
        validation_losses: the same on the validation rows; empty without them.
        metrics: task -> metric -> figure, on the validation rows.
        trivial: the same of the trivial predictors.
        diversity: task -> how varied the answers are beside the targets (see `Task.diversity`).
    """

    epoch: int
    seconds: float
    train_losses: Mapping[str, float]
    validation_losses: Mapping[str, float]
    metrics: Mapping[str, Mapping[str, Measured]]
    trivial: Mapping[str, Mapping[str, Measured]]
    diversity: Mapping[str, Measured]


@runtime_checkable  # signatures that name it are checked under test
class Control(Protocol):
    """What a callback sees of the run, and may do to it."""

    @property
    def model(self) -> nn.Module:
        """The model in training."""
        ...

    @property
    def tasks(self) -> Mapping[str, Task]:
        """Task by name."""
        ...

    @property
    def weighting(self) -> Weighting:
        """How much each task counts."""
        ...

    def constant_loss(self, task: str) -> float:
        """Mean loss of the best constant answer on the labels of the latest step.

        Of a task that was present in it. Every process has to ask, as they add up.
        """
        ...

    def stop(self, reason: str) -> None:
        """End the run after this step; the reason is logged."""
        ...

    def scale_rate(self, factor: float, reason: str) -> None:
        """Multiply every learning rate from now on; the reason is logged."""
        ...

    def warn(self, message: str, **details: int | float | str) -> None:
        """Write to the log and the terminal."""
        ...


@runtime_checkable
class Callback(Protocol):
    """Hooks of a run; override what is needed.

    State that must survive a resume goes through ``state_dict``, JSON values only.
    """

    def on_start(self, run: Control) -> None:
        """Before the first step, also of a resumed run."""
        return

    def on_epoch_start(self, run: Control, epoch: int) -> None:
        """Before an epoch's first step."""
        return

    def on_step(self, run: Control, result: StepResult) -> None:
        """After every optimiser step."""
        return

    def on_epoch(self, run: Control, result: EpochResult) -> None:
        """After an epoch and its evaluation."""
        return

    def on_end(self, run: Control) -> None:
        """After the last step, however the run ended."""
        return

    def state_dict(self) -> dict[str, Any]:
        """What to save."""
        return {}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take back what was saved."""
        return
