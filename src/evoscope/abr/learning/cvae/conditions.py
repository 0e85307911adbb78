"""What an autoencoder is told of a recording beside its waveform."""

from __future__ import annotations

import torch
from jaxtyping import Float
from torch import Tensor, nn

from evoscope.abr.cohort import CLASSES
from evoscope.abr.generation.contract import column
from evoscope.abr.learning.diffusion.conditions import EarConditions
from evoscope.abr.learning.layers.conditions import NUMERIC

_NUMBERS = ("age_years", "level_db", "rate_hz")
WIDTH = 32
"""Of the vector that conditions become, among the 144 of all streams."""


class NumberConditions(nn.Module):
    """Age, level, rate and hearing loss as four numbers; one that is not known is the middle one.

    Hearing loss is the number of its class, as in the design this model follows. That puts classes
    in an order they do not have: ``embedded`` conditions do not.

    Args:
        width: of the vector.

    Example:
        >>> NumberConditions(8)(torch.full((2, 9), torch.nan)).shape
        torch.Size([2, 8])
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.project = nn.Linear(len(_NUMBERS) + 1, width)

    def forward(self, conditions: Float[Tensor, "n columns"]) -> Float[Tensor, "n width"]:
        """Read a table with the columns of a generator."""
        parts = []
        for name in _NUMBERS:
            rule, values = NUMERIC[name], conditions[:, column(name)]
            # NaN leaves first: runtimes disagree on what a maximum makes of it.
            known = ~values.isnan()
            values = torch.where(known, values, 1.0)
            if rule.floor is not None:
                values = values.clamp_min(rule.floor).log()
            parts.append(torch.where(known, (values - rule.centre) / rule.scale, 0.0))
        loss = conditions[:, column("loss_class")]
        middle = (len(CLASSES) - 1) / 2
        parts.append((torch.where(loss.isnan(), middle, loss) - middle) / middle)
        vector: Tensor = self.project(torch.stack(parts, dim=1))
        return vector


class EmbeddedConditions(nn.Module):
    """The conditions of the diffusion generator, at its time 0: nothing here is noisy.

    Args:
        width: of the vector.

    Example:
        >>> EmbeddedConditions(8)(torch.full((2, 9), torch.nan)).shape
        torch.Size([2, 8])
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.ear = EarConditions(width)

    def forward(self, conditions: Float[Tensor, "n columns"]) -> Float[Tensor, "n width"]:
        """Read a table with the columns of a generator."""
        vector: Tensor = self.ear(t=torch.zeros_like(conditions[:, 0]), conditions=conditions)
        return vector
