"""How much each task's loss counts."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence

from torch import Tensor, nn


class Weighting(nn.Module, ABC):
    """Gives every task a weight; the loop minimises ``sum(weight * loss) + penalty``.

    A loss here is a task's mean over the labels present in the whole batch. Weighting that learns
    has parameters, which the optimiser holds in a group without weight decay, or state, which it
    updates in ``after_step`` and ``after_epoch``; both are saved with the run.

    Args:
        tasks: names, in a fixed order.
    """

    def __init__(self, tasks: Sequence[str]) -> None:
        super().__init__()
        self.tasks = tuple(tasks)

    @abstractmethod
    def weights(self) -> dict[str, Tensor]:
        """Weight of every task, each a scalar; differentiable where they are learned."""

    def penalty(
        self,
        present: Mapping[str, bool | float],  # noqa: ARG002  of the contract
    ) -> Tensor | None:
        """What is added to the loss once per batch, counting only the tasks present in it.

        Args:
            present: task -> whether the batch holds a label of it. A curriculum that lets a task
                count for a factor passes that factor instead: it scales loss and penalty alike, or
                a learned weight would grow until the factor is undone.
        """
        return None

    def after_step(self, losses: Mapping[str, float]) -> None:
        """See the mean losses of a finished step, of the tasks present in it."""

    def after_epoch(self, losses: Mapping[str, float]) -> None:
        """See the mean losses of a finished epoch, of the tasks present in it."""
