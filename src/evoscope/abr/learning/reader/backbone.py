"""A U-Net over every recording, and what it says of the series."""

from __future__ import annotations

import torch
import torch.nn.functional as F  # noqa: N812  torch's own name for it
from jaxtyping import Bool, Float, Int
from torch import Tensor, nn

from evoscope.abr.diffusion import CosineSchedule, convert, enter
from evoscope.abr.encoding import column
from evoscope.abr.findings import WAVES
from evoscope.abr.learning.layers import EMBEDDED_CONDITIONS, pool
from evoscope.abr.learning.reader.config import UNetReaderConfig
from evoscope.abr.learning.reader.series_reader import SeriesReader
from evoscope.abr.learning.series import SCALE_UV
from evoscope.abr.learning.series.conditions import SeriesConditions
from evoscope.abr.learning.unet import HierarchicalUNet, UNetConfig
from evoscope.multitask.heads import AttentionPooling

_NOISE = column("residual_noise_nv")
_CLOCK = CosineSchedule()
# Noise over scale where it is not known: that of an ordinary average.
_USUAL_SIGMA = 0.5
_LEAST_SIGMA, _MOST_SIGMA = 0.01, 20.0
# The answer begins near what its noise level alone makes of the observation.
_VELOCITY_START = 0.1
TRANSFORMERS = "transformers"
"""Name of the switch by which a curriculum turns the U-Net's transformers on."""


class UNetBackbone(nn.Module):
    """Runs `HierarchicalUNet` on each recording and a `SeriesReader` on their summaries.

    The noise level is the clock: a recording's residual noise over `SCALE_UV` is the ratio sigma
    of a diffusion, its time t* the one at which a diffusion is as noisy; the U-Net predicts the
    velocity there (Salimans and Ho 2022). Where the noise is not known, the time is the learned
    null. The noise's colour is not whitened: the network sees a sample of it beside the average.

    Args:
        config: sizes and switches.

    Example:
        >>> from evoscope.abr.learning.series import example_inputs
        >>> config = UNetReaderConfig(unet={"length": 200, "channels": (8,) * 5})
        >>> features = UNetBackbone(config)(**example_inputs(4, 224))
        >>> features["signal"].shape, features["peaks"].shape
        (torch.Size([4, 224]), torch.Size([4, 8, 200]))
    """

    transformer_share: Tensor

    def __init__(self, config: UNetReaderConfig) -> None:
        super().__init__()
        self.config = config
        unet = UNetConfig.model_validate({**config.unet.model_dump(), "traces": 2})
        self.unet = HierarchicalUNet(unet)
        last = self.unet.signal_head
        last.weight.data *= _VELOCITY_START
        assert last.bias is not None
        nn.init.zeros_(last.bias)
        self.channels = unet.channels[0]
        self.conditions = SeriesConditions(config.condition_width)
        self.numbered = [column(name) for name in EMBEDDED_CONDITIONS]
        self.series = SeriesReader(
            4 * self.channels + config.condition_width,
            width=config.series_width,
            layers=config.series_layers if config.across_recordings else 0,
            dropout=config.dropout,
        )
        located = config.heads == "located"
        self.peaks = AttentionPooling(self.channels, len(WAVES)) if located else None
        self.told = None if located else nn.Linear(self.series.output_dim, self.channels)
        # A buffer: an averaged model, a checkpoint and a resumed run have the share of their epoch.
        self.register_buffer("transformer_share", torch.ones(()))

    @property
    def widths(self) -> dict[str, int]:
        """Width, or channels, of the features of every head that has parameters."""
        alone, whole = 2 * self.channels + self.config.condition_width, self.series.output_dim
        widths = {"response": alone, "loss_class": whole}
        if self.peaks is None:
            return widths | {"peaks": self.channels, "threshold": self.channels}
        peaks = len(WAVES) * self.channels + alone
        located = {"latency": self.channels, "existence": peaks, "amplitude": peaks}
        return widths | located | {"threshold": whole}

    def switches(self) -> tuple[str, ...]:
        """The transformers, where there are any."""
        return (TRANSFORMERS,) if self.config.unet.transformer_levels else ()

    def set_active(self, name: str, amount: float) -> None:  # noqa: ARG002  it has one switch
        """Blend the transformers in as far as ``amount`` says."""
        self.transformer_share.fill_(amount)

    def forward(
        self,
        *,
        waveforms: Float[Tensor, "n samples"],
        noise: Float[Tensor, "n samples"],
        covered: Bool[Tensor, "n samples"],
        conditions: Float[Tensor, "n conditions"],
        series: Int[Tensor, " n"],
    ) -> dict[str, Tensor]:
        """Compute features by head; arguments as those of `SeriesEncoder`.

        Returns:
            ``signal`` ``(n, samples)``, clean, in microvolts, zero beyond the U-Net's length; and
            for the heads, as `widths` says: sequences ``(n, channels, time)``, for ``latency``
            ``(n, time, channels)``, and vectors.
        """
        length = self.config.unet.length
        halves = noise if self.config.noise_trace else torch.zeros_like(noise)
        read = [waveforms / SCALE_UV, halves / SCALE_UV, covered.to(waveforms)]
        observed, *traces = (F.pad(each, (0, length))[:, :length] for each in read)
        sigma, t = self._noise_level(conditions)
        x = enter(observed, sigma=sigma) if self.config.clock else observed
        self.unet.blend_transformers(float(self.transformer_share))
        out = self.unet(
            x,
            t=t,
            conditions=conditions[:, self.numbered],
            traces=torch.stack(traces, dim=1),
        )
        if self.config.clock:
            clean = convert(out["signal"], x=x, sigma=sigma, given="v", wanted="x0")
        else:
            clean = observed + out["signal"]
        samples = waveforms.shape[1]
        signal = SCALE_UV * F.pad(clean, (0, samples))[:, :samples]
        same = series[:, None] == series[None, :]
        return {"signal": signal} | self._features(out, self.conditions(conditions), same)

    def _noise_level(self, conditions: Tensor) -> tuple[Tensor, Tensor]:
        """Sigma and time of every recording; without a clock, the null time."""
        noise_nv = conditions[:, _NOISE]
        known = ~noise_nv.isnan()
        ratio = torch.where(known, noise_nv, 0.0) / (1000.0 * SCALE_UV)
        stated = ratio.clamp(_LEAST_SIGMA, _MOST_SIGMA)
        sigma = torch.where(known, stated, _USUAL_SIGMA)
        if not self.config.clock:
            return sigma, torch.full_like(sigma, torch.nan)
        return sigma, torch.where(known, _CLOCK.t(sigma), torch.nan)

    def _features(
        self, out: dict[str, Tensor], condition: Tensor, same: Tensor
    ) -> dict[str, Tensor]:
        peaks, threshold = out["peaks_features"], out["threshold_features"]
        alone = torch.cat([pool(peaks), condition], dim=1)
        summary = torch.cat([pool(threshold), out["class_features"], condition], dim=1)
        whole = self.series(summary, same)
        features = {"response": alone, "loss_class": whole}
        if self.peaks is not None:
            tokens = peaks.transpose(1, 2)
            each = torch.cat([self.peaks(tokens), alone], dim=1)
            located = {"latency": tokens, "existence": each, "amplitude": each}
            return features | located | {"threshold": whole}
        assert self.told is not None
        # A head that looks along time is shown what the series' recordings have in common, at
        # every sample beside what is known of the series.
        share = same.to(threshold)
        common = ((share / share.sum(1, keepdim=True)) @ threshold.flatten(1)).view_as(threshold)
        return features | {"peaks": peaks, "threshold": common + self.told(whole).unsqueeze(-1)}
