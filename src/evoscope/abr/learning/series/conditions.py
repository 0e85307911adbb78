"""What is known beside the waveforms of a series, as one vector per recording."""

from __future__ import annotations

import torch
import torch.nn.functional as F  # noqa: N812  torch's own name for it
from jaxtyping import Float
from torch import Tensor, nn

from evoscope.abr.encoding import (
    CONDITIONS,
    LEVEL_SCALES,
    NOISE_KINDS,
    POLARITIES,
    STIMULI,
    column,
)
from evoscope.abr.learning.layers import EMBEDDED_CONDITIONS, ConditionEmbedding

_WORDS = {
    "stimulus": STIMULI,
    "polarity": POLARITIES,
    "level_scale": LEVEL_SCALES,
    "noise_kind": NOISE_KINDS,
}


class SeriesConditions(nn.Module):
    """Embeds a table with the columns of `evoscope.abr.encoding.CONDITIONS`.

    What `ConditionEmbedding` knows goes through it, without a diffusion time: the noise left in an
    average is a condition here. Words have a vector each, and one more where they are not known.

    Args:
        width: of the vector.

    Example:
        >>> SeriesConditions(16)(torch.full((2, len(CONDITIONS)), torch.nan)).shape
        torch.Size([2, 16])
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.numbers = ConditionEmbedding(width, with_time=False)
        self.words = nn.ModuleDict(
            {name: nn.Embedding(len(words) + 1, width) for name, words in _WORDS.items()}
        )
        self.numbered = [column(name) for name in EMBEDDED_CONDITIONS]

    def forward(self, conditions: Float[Tensor, "n conditions"]) -> Float[Tensor, "n width"]:
        """Embed conditions; NaN is not known.

        Raises:
            ValueError: another number of columns.
        """
        if conditions.shape[1] != len(CONDITIONS):
            raise ValueError(
                f"conditions should have the {len(CONDITIONS)} columns {', '.join(CONDITIONS)}. "
                f"Found {conditions.shape[1]} columns."
            )
        total = self.numbers(t=None, conditions=conditions[:, self.numbered])
        for name, embedding in self.words.items():
            value = conditions[:, column(name)]
            unknown = float(len(_WORDS[name]))
            # NaN has no integer: replaced before the cast, in every runtime.
            row = torch.where(value.isnan(), unknown, torch.nan_to_num(value)).long()
            total = total + embedding(row)
        return F.gelu(total)
