"""A threshold as a number, where some ears have none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from evoscope.measure import Measured
from evoscope.multitask.batch import Labels
from evoscope.multitask.tasks import BoundedRegression


class ThresholdRegression(BoundedRegression):
    """`BoundedRegression` of thresholds; an ear without one is told to lie just beyond them all.

    Left out, such ears would be answered as any other, and nothing could say "none". Figures are
    of the ears that have a threshold, as those of `Located` are.

    Args:
        name: as in `BoundedRegression`.
        axis: thresholds in dB that there are, rising; a target above the last means none.
        none_db: what is learned for none, above the last.

    Example:
        >>> task = ThresholdRegression("threshold", axis=(-20.0, 115.0), none_db=130.0)
        >>> known = torch.ones(3, dtype=torch.bool)
        >>> labels = Labels({"threshold": torch.tensor([10.0, 30.0, 1000.0])}, {"threshold": known})
        >>> task.known(labels)[0].tolist()
        [10.0, 30.0, 130.0]
    """

    def __init__(self, name: str, *, axis: Sequence[float], none_db: float) -> None:
        step = axis[1] - axis[0]
        super().__init__(
            name, low=axis[0] - step, high=none_db, loss="mixture", auxiliary_weight=0.3
        )
        self.last, self.none_db = axis[-1], none_db

    def known(self, labels: Labels) -> tuple[Tensor, Tensor] | None:
        """Targets and mask; what lies beyond the axis is moved to one place."""
        found = super().known(labels)
        if found is None:
            return None
        target, present = found
        return torch.where(target > self.last, self.none_db, target), present

    def metrics(self, outputs: Mapping[str, Tensor], labels: Labels) -> dict[str, Measured]:
        """As in `Regression`, of the ears that have a threshold."""
        return super().metrics(outputs, self._with_threshold(labels))

    def diversity(self, outputs: Mapping[str, Tensor], labels: Labels) -> Measured:
        """As in `Regression`, of the ears that have a threshold."""
        return super().diversity(outputs, self._with_threshold(labels))

    def _with_threshold(self, labels: Labels) -> Labels:
        if self.name not in labels.targets:
            return labels
        has_one = labels.targets[self.name] <= self.last
        present = {**labels.present, self.name: labels.present[self.name] & has_one}
        return Labels(labels.targets, present)
