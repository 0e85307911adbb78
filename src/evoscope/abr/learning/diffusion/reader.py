"""Parameters read off the features of a waveform, at the place where each is to be seen."""

from __future__ import annotations

import torch
import torch.nn.functional as F  # noqa: N812  # the name everyone knows it by
from jaxtyping import Float
from torch import Tensor, nn

from evoscope.abr.learning.layers import AbsolutePosition
from evoscope.abr.learning.unet import PARAMETERS

LEAST_SPREAD = 0.02
WIDTH = 32


class ParameterReader(nn.Module):
    """One attention over time per parameter: where it looks, and what it sees there.

    Features pooled over all time tell a latency to within half a millisecond; the mean time of an
    attention that has found the peak tells it as well as the peak does.

    Args:
        channels: of the features.
        length: samples of the features.

    Example:
        >>> reader = ParameterReader(8, length=50)
        >>> value, spread = reader(torch.randn(2, 8, 50))
        >>> value.shape, bool((spread > 0).all())
        (torch.Size([2, 24]), True)
    """

    times: Tensor

    def __init__(self, channels: int, *, length: int) -> None:
        super().__init__()
        n = len(PARAMETERS)
        self.position = AbsolutePosition(length=length, channels=channels)
        self.keys = nn.Conv1d(channels, WIDTH, 3, padding=1)
        self.values = nn.Conv1d(channels, WIDTH, 1)
        self.queries = nn.Parameter(torch.randn(n, WIDTH))
        self.weight = nn.Parameter(torch.randn(n, 2 * WIDTH + 1, 2) * 0.02)
        self.bias = nn.Parameter(torch.zeros(n, 2))
        self.register_buffer("times", torch.linspace(-3.0, 3.0, length), persistent=False)

    def forward(
        self, features: Float[Tensor, "n channels length"]
    ) -> tuple[Float[Tensor, "n parameters"], Float[Tensor, "n parameters"]]:
        """Return the value of every parameter, and how far it may be off."""
        placed = self.position(features)
        keys, values = self.keys(placed), self.values(placed)
        scores = torch.einsum("pw,nwl->npl", self.queries * WIDTH**-0.5, keys)
        look = torch.softmax(scores, dim=-1)
        seen = F.silu(torch.einsum("npl,nwl->npw", look, values))
        whole = F.silu(values.mean(dim=-1)).unsqueeze(1).expand_as(seen)
        when = (look * self.times).sum(dim=-1, keepdim=True)
        told = torch.cat([seen, whole, when], dim=-1)
        value, spread = (torch.einsum("npf,pfo->npo", told, self.weight) + self.bias).unbind(-1)
        return value, F.softplus(spread) + LEAST_SPREAD


def reading_velocity(
    value: Float[Tensor, "n parameters"],
    spread: Float[Tensor, "n parameters"],
    *,
    noisy: Float[Tensor, "n parameters"],
    sigma: Float[Tensor, " n"],
) -> Float[Tensor, "n parameters"]:
    """Return the velocity of noisy parameters of which the waveform tells something.

    The clean parameter is what a reading of spread p and a noisy one of spread sigma say together,
    each weighed by its precision; where none is told (NaN) the reading alone, at t = 1.

    Example:
        >>> read, off = torch.tensor([[0.5]]), torch.tensor([[0.1]])
        >>> reading_velocity(read, off, noisy=torch.tensor([[torch.nan]]), sigma=torch.ones(1))
        tensor([[-0.5000]])
    """
    untold = noisy.isnan()
    ratio = sigma[:, None]
    stretch = (1.0 + ratio.square()).sqrt()
    x = torch.where(untold, 0.0, noisy)
    pull = ratio * stretch / (spread.square() + ratio.square())
    told = (stretch * x - value) * pull - ratio * x
    return torch.where(untold, -value, told)
