"""What a run leaves behind."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from evoscope.multitask.callback import EpochResult
from evoscope.multitask.verdict.verdict import RunVerdict

LOG = "log.jsonl"
LAST = "last.safetensors"
MODEL = "model.safetensors"
RECIPE = "recipe.yaml"
COMPLETED = "completed"


@dataclass(frozen=True, slots=True)
class Run:
    """A run that ended, or was interrupted.

    Its folder holds ``recipe.yaml``; ``log.jsonl``; ``last.safetensors``, from which ``resume``
    goes on; and ``model.safetensors``: the weights of the best epoch where early stopping judges,
    else the last ones, with what the tasks learned from the training labels; and ``result.json``:
    the verdict and the figures of those weights.

    Attributes:
        folder: where.
        ended: why: ``"completed"``, ``"interrupted: SIGTERM"`` or the reason a callback gave.
        steps, epochs: finished.
        best_epoch: the epoch whose weights the model has, where early stopping judges.
        result: the last epoch finished here, ``None`` where none was.
        verdict: on the run; ``None`` in processes that do not write.
    """

    folder: Path
    ended: str
    steps: int
    epochs: int
    best_epoch: int | None
    result: EpochResult | None
    verdict: RunVerdict | None
