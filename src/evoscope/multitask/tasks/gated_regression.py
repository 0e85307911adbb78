"""Numbers that exist only where something else does."""

from __future__ import annotations

from collections.abc import Sequence

from jaxtyping import Bool, Shaped
from torch import Tensor

from evoscope.multitask.batch import Labels
from evoscope.multitask.losses import widen
from evoscope.multitask.tasks.regression import Regression, RegressionLoss


class GatedRegression(Regression):
    """`Regression` of what exists only where another task's target says so.

    The latency of a wave that is not there is not a number, whatever a table holds in its place.
    A label counts where it is present, and the other task's label is present and says "there"
    (more than half). Everything follows: scale, loss, and figures on what truly exists. What a
    model answers elsewhere is for the reader of the other task's probability to ignore.

    Args:
        name, output, columns, loss, delta, beta, auxiliary_weight: as in `Regression`.
        gate: name of the task, such as a `MultiLabel`, whose targets say what exists; of this
            target's shape or a leading part of it.

    Example:
        >>> import torch
        >>> task = GatedRegression("latency", gate="exists")
        >>> known = torch.ones(3, dtype=torch.bool)
        >>> targets = {"latency": torch.tensor([5.5, 5.9, 0.0]), "exists": torch.tensor([1, 1, 0])}
        >>> labels = Labels(targets, {"latency": known, "exists": known})
        >>> task.fit(labels)
        >>> task.weight(labels).item(), round(task.start().centre.item(), 2)
        (2.0, 5.7)
    """

    def __init__(
        self,
        name: str,
        *,
        gate: str,
        output: str | None = None,
        columns: Sequence[str] = (),
        loss: RegressionLoss = "nll",
        delta: float = 1.0,
        beta: float = 0.5,
        auxiliary_weight: float = 0.0,
    ) -> None:
        super().__init__(
            name,
            output=output,
            columns=columns,
            loss=loss,
            delta=delta,
            beta=beta,
            auxiliary_weight=auxiliary_weight,
        )
        self.gate = gate

    def known(
        self, labels: Labels
    ) -> tuple[Shaped[Tensor, "*parts"], Bool[Tensor, "*parts"]] | None:
        """Targets, and where they are present and truly exist."""
        found = super().known(labels)
        if found is None or self.gate not in labels.targets:
            return None
        target, present = found
        there = labels.targets[self.gate] > 0.5
        sure = there & widen(labels.present[self.gate], there.shape)
        return target, present & widen(sure, target.shape)
