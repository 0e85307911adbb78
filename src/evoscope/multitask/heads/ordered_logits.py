"""Logits of ordered classes that cannot contradict each other."""

from __future__ import annotations

import torch
from jaxtyping import Float
from torch import Tensor, nn
from torch.nn import functional

from evoscope.multitask.heads.head import Start
from evoscope.multitask.heads.layers import near_zero

_SMALLEST_GAP = 1e-3


class OrderedLogits(nn.Module):
    """Cumulative logits of ordered classes: one score, and learned cuts in falling order.

    Logit ``k`` says how likely the class is above ``k``: ``score(features) + cut[k]`` with
    ``cut[k + 1] < cut[k]``, so the probability of every class is positive, whatever was learned.
    McCullagh, 1980 (proportional odds).

    Args:
        width: of the features.
        cuts: number of classes less one.

    Example:
        >>> layer = OrderedLogits(4, 3)
        >>> logits = layer(torch.randn(5, 4))
        >>> tuple(logits.shape), bool((logits[:, 1:] < logits[:, :-1]).all())
        ((5, 3), True)
    """

    spread: Tensor

    def __init__(self, width: int, cuts: int) -> None:
        super().__init__()
        self.score = near_zero(nn.Linear(width, 1, bias=False))
        self.first = nn.Parameter(torch.zeros(1))
        self.gaps = nn.Parameter(torch.zeros(cuts - 1))  # softplus of it: the fall to the next cut
        self.register_buffer("spread", torch.ones(()))
        evenly = torch.arange(cuts, 0, -1) / (cuts + 1)
        self.start_at(Start(torch.logit(evenly), torch.ones(())))

    def start_at(self, start: Start) -> None:
        """Begin at the cumulative logits of the class shares.

        Raises:
            ValueError: not one logit per cut, finite and not rising.
        """
        centre = start.centre.to(self.first)
        expected = (len(self.gaps) + 1,)
        if centre.shape != expected or not bool(centre.isfinite().all()):
            raise ValueError(
                f"centre should be finite logits of shape {expected}, one for 'above class k' of "
                f"every class but the last. Found {centre.tolist()}."
            )
        falls = centre[:-1] - centre[1:]
        if bool((falls < 0).any()):
            raise ValueError(
                "logits of 'above class k' should fall with k: are these of single classes? "
                f"Found {centre.tolist()}."
            )
        with torch.no_grad():
            # A class without a label leaves no gap; one must stay for the order to hold.
            falls = falls.clamp_min(_SMALLEST_GAP)
            self.first.copy_(centre[:1])
            self.gaps.copy_(falls + torch.log(-torch.expm1(-falls)))
            self.spread.copy_(start.spread)

    def forward(self, features: Float[Tensor, "n width"]) -> Float[Tensor, "n cuts"]:
        """Cumulative logits, falling along the last axis."""
        falls = torch.cumsum(functional.softplus(self.gaps), dim=0)
        cuts = torch.cat([self.first, self.first - falls])
        score: Tensor = self.score(features)
        return self.spread * score + cuts
