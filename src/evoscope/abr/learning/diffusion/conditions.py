"""Conditions of a generator: a recording's own, and the ear's loss and threshold."""

from __future__ import annotations

import numpy as np
import torch
from jaxtyping import Float
from numpy.typing import NDArray
from torch import Tensor, nn

from evoscope.abr.cohort import CLASSES
from evoscope.abr.encoding import UNKNOWN, EncodedCohort
from evoscope.abr.encoding import column as encoded_column
from evoscope.abr.generation.contract import COLUMNS, column
from evoscope.abr.learning.layers import EMBEDDED_CONDITIONS, ConditionEmbedding, NumberEmbedding

_STATED = ("age_years", "level_db", "rate_hz", "frequency_hz", "species")
_LEVEL, _CLASS, _THRESHOLD = column("level_db"), column("loss_class"), column("threshold_db")
_SCALE_DB = 25.0


def condition_table(cohort: EncodedCohort) -> NDArray[np.float32]:
    """Return what may be told of every recording, ``(n, len(COLUMNS))``; NaN = not known.

    The two columns of noise and size stay NaN: a clean response has no noise, and its size is
    what is generated.
    """
    table = np.full((cohort.n_recordings, len(COLUMNS)), np.nan, dtype=np.float32)
    for name in _STATED:
        table[:, column(name)] = cohort.conditions[:, encoded_column(name)]
    loss = np.where(cohort.loss_class == UNKNOWN, np.nan, cohort.loss_class)
    table[:, _CLASS] = np.repeat(loss, cohort.sizes)
    table[:, _THRESHOLD] = np.repeat(cohort.threshold_db, cohort.sizes)
    return table


class EarConditions(nn.Module):
    """`ConditionEmbedding`, with loss class and threshold beside it.

    A threshold says little without a level: what a recording looks like is a matter of how far it
    is above threshold. So the network is told both the threshold and the level above it.

    Args:
        width: of the vector.

    Example:
        >>> embed = EarConditions(16)
        >>> unknown = torch.full((2, len(COLUMNS)), torch.nan)
        >>> embed(t=torch.rand(2), conditions=unknown).shape
        torch.Size([2, 16])
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.recording = ConditionEmbedding(width)
        # The last row is the null.
        self.loss_class = nn.Embedding(len(CLASSES) + 1, width)
        self.numbers = NumberEmbedding(2, width, octaves=4)
        self.mix = nn.Sequential(nn.Linear(width, width), nn.SiLU(), nn.Linear(width, width))

    def forward(
        self, *, t: Float[Tensor, " n"], conditions: Float[Tensor, "n conditions"]
    ) -> Float[Tensor, "n width"]:
        """Embed times in 0..1 and a table with the columns of a generator.

        Raises:
            ValueError: another number of columns.
        """
        if conditions.shape[1] != len(COLUMNS):
            raise ValueError(
                f"conditions should have the {len(COLUMNS)} columns {', '.join(COLUMNS)}."
                f" Found {conditions.shape[1]} columns."
            )
        own = conditions[:, [_CLASS, _THRESHOLD, _LEVEL]]
        known = ~own.isnan()
        loss, threshold, level = torch.where(known, own, 0.0).unbind(1)
        row = torch.where(known[:, 0], loss, float(len(CLASSES))).long()
        numbers = torch.stack([threshold - 40.0, level - threshold], dim=1) / _SCALE_DB
        told = torch.stack([known[:, 1], known[:, 1] & known[:, 2]], dim=1)
        ear = self.loss_class(row) + self.numbers(numbers.clamp(-6.0, 6.0), told).sum(1)
        recording = self.recording(t=t, conditions=conditions[:, : len(EMBEDDED_CONDITIONS)])
        total: Tensor = recording + self.mix(ear)
        return total
