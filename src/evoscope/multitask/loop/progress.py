"""Where a run stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(slots=True)
class Progress:
    """Everything about a run's place that a checkpoint must hold, as JSON values.

    Attributes:
        micro_batch: rows that fit into memory at once.
        epoch: in progress, from 0.
        batch: of this epoch, the next one.
        step: the next one, over all epochs.
        rate: what callbacks multiplied the learning rates by.
        ended: why the run ended; empty while it goes on.
        seconds: spent on this epoch.
        sums: task -> sum and weight of its losses in this epoch.
    """

    micro_batch: int
    epoch: int = 0
    batch: int = 0
    step: int = 0
    rate: float = 1.0
    ended: str = ""
    seconds: float = 0.0
    sums: dict[str, tuple[float, float]] = field(default_factory=dict)

    def count(self, losses: Mapping[str, float], weights: Mapping[str, float]) -> None:
        """Take in a finished step: mean losses, and the label weights they stand on."""
        for task, loss in losses.items():
            total, weight = self.sums.get(task, (0.0, 0.0))
            self.sums[task] = (total + loss * weights[task], weight + weights[task])
        self.batch += 1
        self.step += 1

    def mean_losses(self) -> dict[str, float]:
        """Mean loss of every task over this epoch's labels."""
        return {task: total / weight for task, (total, weight) in self.sums.items()}

    def next_epoch(self) -> None:
        """Begin another epoch."""
        self.epoch += 1
        self.batch, self.seconds, self.sums = 0, 0.0, {}

    def state_dict(self) -> dict[str, Any]:
        """What to save."""
        return asdict(self)

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Take back what was saved."""
        for name, value in state.items():
            setattr(self, name, value)
