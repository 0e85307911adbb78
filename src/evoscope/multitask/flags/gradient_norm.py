"""Red flag: gradients that explode, vanish, or never arrive."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from pydantic import Field

from evoscope.multitask.callback import Control, StepResult
from evoscope.multitask.flags.evidence import Evidence
from evoscope.multitask.flags.flag import Flag, FlagSettings
from evoscope.multitask.optimisation.optimiser import part_of


class GradientNormSettings(FlagSettings):
    """See `GradientNorm`.

    Attributes:
        most, least: L2 norm, before clipping, of a head's or the backbone's gradient.
        steps: in a row outside of them before the flag goes up: single spikes are ordinary, and
            half precision finds its loss scale by overflowing a few times. It comes down after as
            many within.
        least_labels: in these steps.
    """

    most: float = Field(default=10.0, gt=0)
    least: float = Field(default=1e-7, ge=0)
    steps: int = Field(default=10, ge=1)
    least_labels: int = Field(default=50, ge=1)


class GradientNorm(Flag):
    """Raised by a head, or the backbone, whose gradient stays too large or too small.

    Judged is the gradient of the task's mean loss, without the weight of the task, which a
    weighting raises as the loss falls; with several tasks, the largest of their weights is taken
    out. A head of a task with labels in the batch that gets no gradient at all counts as 0: it was
    detached on the way to its loss. Heads that are frozen, and tasks of weight 0, do not count.

    Args:
        settings: of the flag.
    """

    name = "gradient_norm"

    def __init__(self, settings: GradientNormSettings) -> None:
        super().__init__(settings)
        self._settings = settings
        self._evidence: dict[str, Evidence] = {}

    def on_step(self, run: Control, result: StepResult) -> None:
        """Look at the norms of heads whose tasks are present, and of the backbone."""
        settings = self._settings
        for part, norm, labels in _norms(run, result):
            right = settings.least <= norm <= settings.most
            evidence = self._evidence.setdefault(part, Evidence())
            evidence.see(not right, labels, steps=settings.steps, labels=settings.least_labels)
            if evidence.enough and evidence.share == 0:
                self.take_down(run, part, epoch=result.epoch)
            elif evidence.enough and evidence.share == 1:
                self.put_up(
                    run,
                    part,
                    f"gradient norm of {part} should be between {settings.least:g} and "
                    f"{settings.most:g}, for a weight of 1. Found {norm:.3g}, outside for "
                    f"{len(evidence.wrong)} steps in a row.",
                    epoch=result.epoch,
                    value=norm,
                    threshold=settings.least if norm < settings.least else settings.most,
                )

    def state_dict(self) -> dict[str, Any]:
        """What to save."""
        evidence = {part: asdict(own) for part, own in self._evidence.items()}
        return super().state_dict() | {"evidence": evidence}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Take back what was saved."""
        super().load_state_dict(state)
        self._evidence = {part: Evidence(**own) for part, own in state["evidence"].items()}


def _norms(run: Control, result: StepResult) -> Iterator[tuple[str, float, float]]:
    """Part, norm for a weight of 1, and labels, of what is trained in this step."""
    parts: dict[str, list[str]] = {}
    for task in result.losses:
        if result.weights[task] != 0:
            parts.setdefault(run.tasks[task].output.partition(".")[0], []).append(task)
    everything = [task for tasks in parts.values() for task in tasks]
    for part, tasks in (*parts.items(), ("backbone", everything)):
        norm = result.gradient_norms.get(part)
        if not tasks or (norm is None and (part == "backbone" or not _is_trained(run, part))):
            continue
        weight = max(abs(result.weights[task]) for task in tasks)
        yield part, (norm or 0.0) / weight, max(result.label_weights[task] for task in tasks)


def _is_trained(run: Control, part: str) -> bool:
    return any(
        p.requires_grad and part_of(name) == part for name, p in run.model.named_parameters()
    )
