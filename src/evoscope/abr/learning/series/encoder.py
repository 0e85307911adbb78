"""The recordings of a series in, features for every question out."""

from __future__ import annotations

import torch
import torch.nn.functional as F  # noqa: N812  torch's own name for it
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from evoscope.abr.learning.series.conditions import SeriesConditions
from evoscope.abr.learning.series.config import SeriesConfig
from evoscope.abr.learning.series.layer import SeriesLayer

SCALE_UV = 0.1
"""One unit of the network's input, for all recordings: amplitude is clinical, and kept."""
PEAK_QUERIES = 5
SERIES_QUERIES = 4


class SeriesEncoder(nn.Module):
    """Reads all recordings of a series at once; several series may stand in one batch.

    A recording is cut into overlapping patches of samples, one token each, at absolute times. What
    is read beside the average: the half difference of its halves, a sample of the noise with its
    own colour; which samples are there at all; and the conditions.

    Args:
        config: widths and switches.

    Example:
        >>> from evoscope.abr.encoding import CONDITIONS
        >>> n, samples = 3, 200
        >>> features = SeriesEncoder(SeriesConfig())(
        ...     waveforms=torch.randn(n, samples), noise=torch.zeros(n, samples),
        ...     covered=torch.ones(n, samples, dtype=torch.bool),
        ...     conditions=torch.full((n, len(CONDITIONS)), torch.nan),
        ...     series=torch.tensor([0, 0, 1]))
        >>> features["signal"].shape, features["existence"].shape == features["amplitude"].shape
        (torch.Size([3, 25, 64]), True)
    """

    def __init__(self, config: SeriesConfig) -> None:
        super().__init__()
        self.config = config
        width, across = config.width, config.condition_width
        self.conditions = SeriesConditions(across)
        self.stem = nn.Linear(3 * 2 * config.patch, width)
        self.position = nn.Parameter(0.3 * torch.randn(config.tokens, width))
        self.layers = nn.ModuleList(SeriesLayer(config) for _ in range(config.layers))
        self.peaks = nn.Linear(width, PEAK_QUERIES)
        self.peak_values = nn.Linear(width, width // 2)
        self.summary = nn.Sequential(nn.Linear(2 * width + across, self.series_width), nn.GELU())
        self.queries = nn.Linear(self.series_width, SERIES_QUERIES)

    @property
    def series_width(self) -> int:
        """Width of a recording's summary, of which a series is made."""
        return (3 * self.config.width) // 2

    @property
    def widths(self) -> dict[str, int]:
        """Width of the features of every question."""
        width = self.config.width
        alone = 2 * width + self.config.condition_width
        whole = (SERIES_QUERIES + 1) * self.series_width
        peaks = PEAK_QUERIES * (width // 2) + alone
        return {
            "signal": width,
            "latency": width,
            "existence": peaks,
            "amplitude": peaks,
            "response": alone,
            "threshold": whole,
            "loss_class": whole,
        }

    def forward(
        self,
        *,
        waveforms: Float[Tensor, "n samples"],
        noise: Float[Tensor, "n samples"],
        covered: Bool[Tensor, "n samples"],
        conditions: Float[Tensor, "n conditions"],
        series: Int[Tensor, " n"],
    ) -> dict[str, Tensor]:
        """Compute features.

        Args:
            waveforms: averages in microvolts, zero where not covered; a multiple of the patch.
            noise: half difference of the halves, microvolts, zero where there are none.
            covered: which samples are there.
            conditions: columns `evoscope.abr.encoding.CONDITIONS`, NaN where not known.
            series: which recordings belong together: those of the same number.
        """
        condition = self.conditions(conditions)
        same = series[:, None] == series[None, :]
        trace = noise if self.config.noise_trace else torch.zeros_like(noise)
        read = torch.stack([waveforms / SCALE_UV, trace / SCALE_UV, covered.to(waveforms)], dim=1)
        tokens = self.stem(self._patches(read))
        tokens = tokens + self.position[: tokens.shape[1]]
        for layer in self.layers:
            tokens = layer(tokens, condition, same)
        tokens = F.layer_norm(tokens, (self.config.width,))
        alone = torch.cat([tokens.mean(1), tokens.amax(1), condition], dim=1)
        where = self.peaks(tokens).softmax(dim=1).transpose(1, 2)
        peaks = torch.cat([(where @ self.peak_values(tokens)).flatten(1), alone], dim=1)
        whole = self._whole(self.summary(alone), same)
        return {
            "signal": tokens,
            "latency": tokens,
            "existence": peaks,
            "amplitude": peaks,
            "response": alone,
            "threshold": whole,
            "loss_class": whole,
        }

    def _patches(self, read: Tensor) -> Tensor:
        """Cut into patches of two strides, half a stride beyond either end."""
        n, channels, samples = read.shape
        patch = self.config.patch
        padded = F.pad(read, (patch // 2, patch // 2))
        first = padded[:, :, :samples].reshape(n, channels, -1, patch)
        second = padded[:, :, patch:].reshape(n, channels, -1, patch)
        both = torch.cat([first, second], dim=-1)
        return both.permute(0, 2, 1, 3).flatten(2)

    def _whole(self, summaries: Tensor, same: Tensor) -> Tensor:
        """Pool the recordings of each series; every recording is told the same."""
        scores = self.queries(summaries).transpose(0, 1)[:, None, :]
        weights = scores.masked_fill(~same, -1e9).softmax(dim=-1)
        chosen = (weights @ summaries).permute(1, 0, 2).flatten(1)
        share = same.to(summaries)
        mean = (share / share.sum(1, keepdim=True)) @ summaries
        return torch.cat([chosen, mean], dim=1)
