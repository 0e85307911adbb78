"""Numbers of the waves that somebody marks."""

from __future__ import annotations

import torch

from evoscope.multitask.batch import Labels
from evoscope.multitask.tasks import GatedRegression
from evoscope.multitask.tasks.fitted import column_moments

_FEWEST = 2


class MarkedRegression(GatedRegression):
    """`GatedRegression` of columns of which some may have no label at all.

    A clinic marks I, III and V, and seldom II and IV; what it does not mark adds nothing. Truth
    that lacks a column is a mistake, and refused: this is for marks.

    Args:
        name, gate, output, columns, loss, delta, beta, auxiliary_weight: as in `GatedRegression`.

    Example:
        >>> task = MarkedRegression("height", gate="there", columns=("I", "II"))
        >>> height = torch.tensor([[0.2, 9.0], [0.4, 9.0]])
        >>> there = torch.tensor([[1.0, 0.0], [1.0, 0.0]])
        >>> known = torch.tensor([[True, False], [True, False]])
        >>> task.fit(Labels({"height": height, "there": there}, {"height": known, "there": known}))
        >>> [round(c, 2) for c in task.start().centre.tolist()]
        [0.3, 0.0]
    """

    def fit(self, labels: Labels) -> None:
        """Learn mean and standard deviation, of every column that has some labels that vary."""
        target, present = self.known_to_fit(labels)
        centre, spread = column_moments(target, present)
        vary = (present.sum(0) >= _FEWEST) & (spread > 1e-9 * centre.abs())
        self.keep(centre=torch.where(vary, centre, 0.0), spread=torch.where(vary, spread, 1.0))
