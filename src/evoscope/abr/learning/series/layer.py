"""One layer: a token looks along its recording, then across the series, then thinks."""

from __future__ import annotations

import torch.nn.functional as F  # noqa: N812  torch's own name for it
from jaxtyping import Bool, Float
from torch import Tensor, nn

from evoscope.abr.learning.series.config import SeriesConfig

# Residual branches begin small: a deep sum of branches of full size forgets its input at first.
_BRANCH_START = 0.3


class SeriesLayer(nn.Module):
    """Attention over time within a recording, over recordings at one time, and a small network.

    Waves shift by less than a token from one level to the next, so what belongs together across
    recordings stands at nearly the same token: attention across a series at one time costs little
    and sees a wave grow. Each branch is modulated by the recording's conditions (FiLM, Perez et
    al. 2018; normalisation without weights of its own, as in Peebles and Xie 2023).

    Args:
        config: widths, and which branches there are.

    Example:
        >>> import torch
        >>> layer = SeriesLayer(SeriesConfig())
        >>> same = torch.ones(3, 3, dtype=torch.bool)
        >>> layer(torch.randn(3, 25, 64), torch.randn(3, 64), same).shape
        torch.Size([3, 25, 64])
    """

    def __init__(self, config: SeriesConfig) -> None:
        super().__init__()
        self.width = config.width  # a traced shape is no constant to an exporter
        self.along = _Attention(config.width, config.heads)
        self.across = _Attention(config.width, config.heads) if config.across_recordings else None
        self.inner = nn.Sequential(
            nn.Linear(config.width, config.expansion * config.width),
            nn.GELU(),
            nn.Dropout(config.dropout),
            nn.Linear(config.expansion * config.width, config.width),
        )
        self.branches = 2 + config.across_recordings
        self.film = nn.Linear(config.condition_width, 2 * self.branches * config.width)
        nn.init.zeros_(self.film.weight)
        nn.init.zeros_(self.film.bias)
        last = self.inner[-1]
        assert isinstance(last, nn.Linear)
        last.weight.data *= _BRANCH_START

    def forward(
        self,
        tokens: Float[Tensor, "n time width"],
        condition: Float[Tensor, "n condition_width"],
        same: Bool[Tensor, "n n"],
    ) -> Float[Tensor, "n time width"]:
        """Return the tokens after one look around.

        Args:
            tokens: of every recording.
            condition: vector of every recording.
            same: whether two recordings belong to one series.
        """
        width = self.width
        film = self.film(condition).view(-1, self.branches, 2, 1, width)

        def modulated(branch: int) -> Tensor:
            normed = F.layer_norm(tokens, (width,))
            scaled: Tensor = normed * (1.0 + film[:, branch, 0]) + film[:, branch, 1]
            return scaled

        tokens = tokens + self.along(modulated(0))
        if self.across is not None:
            at_one_time = modulated(1).transpose(0, 1)
            tokens = tokens + self.across(at_one_time, same).transpose(0, 1)
        out: Tensor = tokens + self.inner(modulated(self.branches - 1))
        return out


class _Attention(nn.Module):
    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads, self.width = heads, width
        self.project = nn.Linear(width, 3 * width)
        self.out = nn.Linear(width, width)
        self.out.weight.data *= _BRANCH_START

    def forward(self, tokens: Tensor, mask: Tensor | None = None) -> Tensor:
        n, length, _ = tokens.shape
        split = self.project(tokens).view(n, length, 3, self.heads, self.width // self.heads)
        # Contiguous: the fused kernel on the CPU is used only then.
        q, k, v = split.permute(2, 0, 3, 1, 4).contiguous().unbind(0)
        seen = F.scaled_dot_product_attention(q, k, v, attn_mask=mask)
        out: Tensor = self.out(seen.transpose(1, 2).reshape(n, length, self.width))
        return out
