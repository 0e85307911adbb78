"""What a hierarchical U-Net is made of: every part is a switch."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, model_validator

from evoscope.abr.learning.layers import MIN_LENGTH

LONG_GRID = 384
"""Samples of the grid of what ships: 24.6 ms after onset at 15 kHz."""
SEED_GRID = 200
"""Samples of the reference configurations: 12.4 ms after onset at 15 kHz."""


class UNetConfig(BaseModel):
    """A :class:`HierarchicalUNet`, in a form that a recipe can state and a model card can keep.

    Attributes:
        length: samples of a recording.
        channels: feature channels of each level, finest first; the last are the bottleneck's.
        kernel_size: samples that a local convolution sees; odd.
        condition_width: width of the vector that carries time and conditions.
        s4d: state spaces in every block; off, a local convolution stands in each one's place.
        states: complex states of a state space, per channel.
        bidirectional: state spaces read both ways.
        bottleneck_layers: state spaces in the bottleneck, which has no transformer.
        transformer_levels: levels with a transformer, 0 = finest; each at least 50 samples long.
            Empty: no transformers.
        heads: attention heads, everywhere; they share out the channels.
        film: conditions modulate every block; off, they enter once, at the input.
        attention_skips: the decoder selects from the encoder's features; off, they are put side
            by side.
        task_extractors: features of their own for signal, peaks, class and threshold, which
            attend to one another; off, all four read the decoder's.
        multi_scale_attention: attention at four temporal scales for the peaks.
        task_stride: samples averaged into one for the features of peaks, class and threshold.
        traces: further traces that are read beside the waveform, such as a sample of its noise.
        joint: a vector of parameters is denoised beside the signal.
        dropout: share of activations dropped in training, 0..1.

    Raises:
        ValueError: a transformer on fewer than 50 samples, or another impossible combination.

    Example:
        >>> UNetConfig(length=200).lengths
        (200, 100, 50, 25, 13)
        >>> UNetConfig(length=200, task_stride=4).task_length
        50
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    length: int = Field(LONG_GRID, ge=16)
    channels: tuple[int, ...] = Field((24, 32, 48, 64, 64), min_length=2)
    kernel_size: int = Field(5, ge=1)
    condition_width: int = Field(64, ge=1)
    s4d: bool = True
    states: int = Field(16, ge=1)
    bidirectional: bool = True
    bottleneck_layers: int = Field(2, ge=1)
    transformer_levels: tuple[int, ...] = (0, 1, 2)
    heads: int = Field(4, ge=1)
    film: bool = True
    attention_skips: bool = True
    task_extractors: bool = True
    multi_scale_attention: bool = True
    task_stride: int = Field(1, ge=1)
    traces: int = Field(0, ge=0)
    joint: bool = False
    dropout: float = Field(0.0, ge=0.0, lt=1.0)

    @property
    def lengths(self) -> tuple[int, ...]:
        """Samples at each level, finest first; the last are the bottleneck's."""
        lengths = [self.length]
        for _ in self.channels[1:]:
            lengths.append((lengths[-1] + 1) // 2)
        return tuple(lengths)

    @property
    def task_length(self) -> int:
        """Samples of the features of peaks and threshold."""
        return self.length // self.task_stride

    @model_validator(mode="after")
    def _possible(self) -> UNetConfig:
        if self.kernel_size % 2 == 0:
            raise ValueError(f"kernel_size should be odd. Found {self.kernel_size}.")
        if self.length % self.task_stride:
            raise ValueError(
                "task_stride should divide length."
                f" Found {self.task_stride} and {self.length} samples."
            )
        for level in self.transformer_levels:
            if not 0 <= level < len(self.channels) - 1:
                raise ValueError(
                    f"transformer_levels should lie in 0..{len(self.channels) - 2}; the bottleneck"
                    f" has none. Found {level}."
                )
            if self.lengths[level] < MIN_LENGTH:
                raise ValueError(
                    f"A transformer's level should have at least {MIN_LENGTH} samples. Found level"
                    f" {level} with {self.lengths[level]}. Leave it out of transformer_levels."
                )
        return self
