"""The hierarchical U-Net: one network that denoises, reads and generates a recording."""

from __future__ import annotations

import torch
import torch.nn.functional as F  # noqa: N812  # the name everyone knows it by
from jaxtyping import Float
from torch import Tensor, nn

from evoscope.abr.learning.layers import (
    AbsolutePosition,
    ConditionEmbedding,
    CrossAttentionTransformerBlock,
    MultiScaleAttention,
    pool,
)
from evoscope.abr.learning.unet.blocks import Bottleneck, DecoderBlock, EncoderBlock
from evoscope.abr.learning.unet.config import UNetConfig
from evoscope.abr.learning.unet.joint import JointEmbedding, JointHead
from evoscope.abr.learning.unet.task_extractors import TASKS, TaskSpecificFeatureExtractor


class HierarchicalUNet(nn.Module):
    """Conditional diffusion network over a waveform, with features for the heads of each task.

    The features never pass through a normalisation on their way: amplitude is kept.

    Args:
        config: which parts it has, and their sizes.
        conditions: takes ``t`` and ``conditions`` by keyword and returns vectors (n, width) of the
            configuration's width, for a network that is told more than
            :data:`~evoscope.abr.learning.layers.EMBEDDED_CONDITIONS`; by default a
            `ConditionEmbedding`.

    Example:
        >>> from evoscope.abr.learning.layers import EMBEDDED_CONDITIONS
        >>> network = HierarchicalUNet(UNetConfig(length=200, channels=(8, 8, 8, 8, 8)))
        >>> unknown = torch.full((2, len(EMBEDDED_CONDITIONS)), torch.nan)
        >>> out = network(torch.randn(2, 200), t=torch.rand(2), conditions=unknown)
        >>> {name: tuple(values.shape) for name, values in out.items()}
        {'signal': (2, 200), 'signal_features': (2, 8, 200), 'peaks_features': (2, 8, 200),
         'class_features': (2, 16), 'threshold_features': (2, 8, 200)}
    """

    def __init__(self, config: UNetConfig, *, conditions: nn.Module | None = None) -> None:
        super().__init__()
        self.config = config
        fine, levels = config.channels[0], range(len(config.channels) - 1)
        self.conditions = conditions or ConditionEmbedding(config.condition_width)
        self.joint = JointEmbedding(config.condition_width) if config.joint else None
        self.stem = nn.Conv1d(
            1 + config.traces, fine, config.kernel_size, padding=config.kernel_size // 2
        )
        self.position = AbsolutePosition(length=config.length, channels=fine)
        self.condition_stem = nn.Linear(config.condition_width, fine)
        self.encoder = nn.ModuleList(EncoderBlock(config, level=level) for level in levels)
        self.bottleneck = Bottleneck(config)
        self.decoder = nn.ModuleList(
            DecoderBlock(config, level=level) for level in reversed(levels)
        )
        self.task_extractors = (
            TaskSpecificFeatureExtractor(fine, heads=config.heads, dropout=config.dropout)
            if config.task_extractors
            else None
        )
        self.multi_scale = (
            MultiScaleAttention(fine, length=config.task_length, heads=config.heads)
            if config.multi_scale_attention
            else None
        )
        self.signal_head = nn.Conv1d(fine, 1, config.kernel_size, padding=config.kernel_size // 2)
        self.joint_head = (
            JointHead(2 * (fine + config.channels[-1]), condition_width=config.condition_width)
            if config.joint
            else None
        )

    @property
    def feature_shapes(self) -> dict[str, tuple[int, ...]]:
        """Shape of each task's features of one recording: what its head should expect."""
        fine = self.config.channels[0]
        return {
            "signal": (fine, self.config.length),
            "peaks": (fine, self.config.task_length),
            "class": (2 * fine,),
            "threshold": (fine, self.config.task_length),
        }

    def blend_transformers(self, share: float) -> None:
        """Blend every transformer in: 0 = as if there were none, 1 = fully.

        A value of the training step, not a weight: a checkpoint does not keep it.
        """
        for module in self.modules():
            if isinstance(module, CrossAttentionTransformerBlock):
                module.share = share

    def forward(
        self,
        x: Float[Tensor, "n length"],
        *,
        t: Float[Tensor, " n"],
        conditions: Float[Tensor, "n conditions"],
        traces: Float[Tensor, "n traces length"] | None = None,
        noisy_parameters: Float[Tensor, "n parameters"] | None = None,
    ) -> dict[str, Tensor]:
        """Read noisy signals at their diffusion times.

        Args:
            x: waveforms on the configuration's grid, in the model's one global unit.
            t: diffusion times, 0 (clean) to 1 (noise); NaN = not stated.
            conditions: columns :data:`~evoscope.abr.learning.layers.EMBEDDED_CONDITIONS`, or
                those of the embedding given; NaN = unknown.
            traces: what is read beside the waveform, of a configuration that has traces.
            noisy_parameters: standardised columns
                :data:`~evoscope.abr.learning.unet.joint.PARAMETERS`; of a joint network only.

        Returns:
            ``signal`` (n, length), in whichever parametrisation the loss trains;
            ``signal_features``, ``peaks_features`` and ``threshold_features`` (n, channels,
            samples) and ``class_features`` (n, width), for heads; ``parameters`` (n, parameters)
            of a joint network, in the same parametrisation as ``signal``.

        Raises:
            ValueError: a recording of another length; other traces than the configuration has;
                noisy parameters given to a network that
                is not joint, or kept from one that is.
        """
        if x.shape[-1] != self.config.length:
            raise ValueError(
                f"x should have the {self.config.length} samples of the network's grid."
                f" Found {x.shape[-1]}. Resample it first."
            )
        if (noisy_parameters is None) is self.config.joint:
            raise ValueError(
                f"noisy_parameters should be given exactly when the network is joint. Found"
                f" {'none' if noisy_parameters is None else 'some'}, joint={self.config.joint}."
            )
        beside = x.new_zeros(len(x), 0, x.shape[-1]) if traces is None else traces
        if beside.shape[1] != self.config.traces:
            raise ValueError(
                f"traces should be the {self.config.traces} of the configuration."
                f" Found {beside.shape[1]}."
            )
        condition = self.conditions(t=t, conditions=conditions)
        if self.joint is not None:
            condition = condition + self.joint(noisy_parameters)

        h = self.position(self.stem(torch.cat([x.unsqueeze(1), beside], dim=1)))
        h = h + self.condition_stem(condition).unsqueeze(-1)
        skips = []
        for encode in self.encoder:
            skip, h = encode(h, condition)
            skips.append(skip)
        deep = h = self.bottleneck(h, condition)
        for decode, skip in zip(self.decoder, reversed(skips), strict=True):
            h = decode(h, skip, condition)

        views = self._task_views(h)
        out = {
            "signal": self.signal_head(views["signal"]).squeeze(1),
            "signal_features": views["signal"],
            "peaks_features": views["peaks"],
            "class_features": pool(views["class"]),
            "threshold_features": views["threshold"],
        }
        if self.joint_head is not None:
            whole = torch.cat([pool(deep), pool(h)], dim=-1)
            out["parameters"] = self.joint_head(whole, condition)
        return out

    def _task_views(self, h: Tensor) -> dict[str, Tensor]:
        stride = self.config.task_stride
        coarse = F.avg_pool1d(h, stride) if stride > 1 else h
        if self.task_extractors is not None:
            views: dict[str, Tensor] = self.task_extractors(h, coarse=coarse)
        else:
            views = {task: h if task == "signal" else coarse for task in TASKS}
        if self.multi_scale is not None:
            views["peaks"] = self.multi_scale(views["peaks"])
        return views
