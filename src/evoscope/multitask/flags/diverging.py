"""Red flag: a loss that grows far beyond what a constant answer has."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from pydantic import Field

from evoscope.multitask.batch import Labels
from evoscope.multitask.callback import Control, StepResult
from evoscope.multitask.flags.evidence import Evidence
from evoscope.multitask.flags.flag import Action, Flag, FlagSettings
from evoscope.multitask.flags.trivial_loss import trivial_losses

_RAISED, _CLEARED = 0.5, 0.1  # share of the steps: above the one it goes up, below the other down


class DivergingSettings(FlagSettings):
    """See `Diverging`.

    Attributes:
        times: a constant's loss that is too much.
        steps: over how many, at least.
        least_labels: over how many labels, at least.
    """

    action: Action = "lower_rate"
    times: float = Field(default=2.0, gt=1)
    steps: int = Field(default=10, ge=1)
    least_labels: int = Field(default=50, ge=1)


class Diverging(Flag):
    """Raised by a task that in most steps loses a multiple of a constant: the rate is too high.

    A constant's loss is that on the same labels, or that on all training labels where it is higher:
    an outlier costs a constant much, too. Steps are counted, not averaged, as one outlier may cost
    a likelihood that has become sure of itself more than all else together.

    Args:
        settings: of the flag.
        labels: of the training rows.
    """

    name = "diverging"

    def __init__(self, settings: DivergingSettings, labels: Labels) -> None:
        super().__init__(settings)
        self._settings = settings
        self._labels = labels
        self._trivial: Mapping[str, float] = {}
        self._evidence: dict[str, Evidence] = {}

    def on_start(self, run: Control) -> None:
        """Compute the constants' losses on all labels, by the class weights of this epoch."""
        device = next(run.model.parameters()).device
        self._trivial = trivial_losses(run.tasks, self._labels.to(device))

    def on_epoch_start(self, run: Control, epoch: int) -> None:  # noqa: ARG002  of the protocol
        """Compute them again: class weights may have changed."""
        self.on_start(run)

    def on_step(self, run: Control, result: StepResult) -> None:
        """Look at the latest steps of every task."""
        steps = self._settings.steps
        for task, loss in result.losses.items():
            most = self._most(self._trivial[task])
            if loss > most:  # only then, as it takes its time
                most = max(most, self._most(run.constant_loss(task)))
            evidence = self._evidence.setdefault(task, Evidence())
            found = result.label_weights[task]
            evidence.see(loss > most, found, steps=steps, labels=self._settings.least_labels)
            if evidence.share < _CLEARED:
                self.take_down(run, task, epoch=result.epoch)
            elif evidence.enough and evidence.share > _RAISED:
                self.put_up(
                    run,
                    task,
                    f"loss of {task} should be below {self._settings.times:g} times a constant's, "
                    f"on the same labels. Found it above in {evidence.share:.0%} of "
                    f"{len(evidence.wrong)} steps, at last {loss:.3g} and not {most:.3g}.",
                    epoch=result.epoch,
                    value=loss,
                    threshold=most,
                )

    def _most(self, constant: float) -> float:
        # A likelihood may be near 0 or below: then half a spread stands for a constant's loss.
        return constant + (self._settings.times - 1) * max(abs(constant), 0.5)

    def state_dict(self) -> dict[str, Any]:
        """What to save."""
        evidence = {name: asdict(own) for name, own in self._evidence.items()}
        return super().state_dict() | {"evidence": evidence}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take back what was saved."""
        super().load_state_dict(state)
        self._evidence = {name: Evidence(**own) for name, own in state["evidence"].items()}
