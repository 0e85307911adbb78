"""Encoder, bottleneck and decoder: the order in which a level's layers stand."""

from __future__ import annotations

from jaxtyping import Float
from torch import Tensor, nn

from evoscope.abr.learning.layers import (
    AttentionSkipConnection,
    ConcatenatedSkip,
    ConvBlock,
    CrossAttentionTransformerBlock,
    Downsample,
    FiLM,
    GlobalContext,
    S4DBlock,
    Upsample,
)
from evoscope.abr.learning.unet.config import UNetConfig


def _sequence(config: UNetConfig, level: int) -> nn.Module:
    """A state space over a level's sequence, or, without them, a local convolution."""
    channels = config.channels[level]
    if not config.s4d:
        return ConvBlock(channels, kernel_size=config.kernel_size, dropout=config.dropout)
    return S4DBlock(
        channels,
        length=config.lengths[level],
        states=config.states,
        bidirectional=config.bidirectional,
        dropout=config.dropout,
    )


def _transformer(config: UNetConfig, level: int, *, cross: bool) -> nn.Module | None:
    if level not in config.transformer_levels:
        return None
    return CrossAttentionTransformerBlock(
        config.channels[level],
        length=config.lengths[level],
        heads=config.heads,
        cross=cross,
        dropout=config.dropout,
    )


def _film(config: UNetConfig, level: int) -> FiLM | None:
    if not config.film:
        return None
    return FiLM(config.channels[level], condition_width=config.condition_width)


class EncoderBlock(nn.Module):
    """Convolution -> transformer where the level has one -> S4D -> downsample -> FiLM.

    Args:
        config: of the network.
        level: 0 = finest; the block leads to ``level + 1``.

    Example:
        >>> import torch
        >>> block = EncoderBlock(UNetConfig(length=200), level=2)
        >>> skip, x = block(torch.randn(2, 48, 50), torch.randn(2, 64))
        >>> skip.shape, x.shape
        (torch.Size([2, 48, 50]), torch.Size([2, 64, 25]))
    """

    def __init__(self, config: UNetConfig, *, level: int) -> None:
        super().__init__()
        fine, coarse = config.channels[level : level + 2]
        self.conv = ConvBlock(fine, kernel_size=config.kernel_size, dropout=config.dropout)
        self.transformer = _transformer(config, level, cross=False)
        self.sequence = _sequence(config, level)
        self.downsample = Downsample(fine, coarse)
        self.film = _film(config, level + 1)

    def forward(
        self,
        x: Float[Tensor, "n fine length"],
        condition: Float[Tensor, "n condition_width"],
    ) -> tuple[Float[Tensor, "n fine length"], Float[Tensor, "n coarse half"]]:
        """Return the level's features, for the decoder, and the input of the next level."""
        x = self.conv(x)
        if self.transformer is not None:
            x = self.transformer(x)
        skip = self.sequence(x)
        x = self.downsample(skip)
        return skip, x if self.film is None else self.film(x, condition)


class Bottleneck(nn.Module):
    """State spaces with global context between them; no transformer, the sequence is too short.

    Args:
        config: of the network.

    Example:
        >>> import torch
        >>> Bottleneck(UNetConfig(length=200))(torch.randn(2, 64, 13), torch.randn(2, 64)).shape
        torch.Size([2, 64, 13])
    """

    def __init__(self, config: UNetConfig) -> None:
        super().__init__()
        last = len(config.channels) - 1
        self.layers = nn.ModuleList()
        for _ in range(config.bottleneck_layers):
            self.layers.append(_sequence(config, last))
            self.layers.append(GlobalContext(config.channels[last]))
        self.film = _film(config, last)

    def forward(
        self,
        x: Float[Tensor, "n channels length"],
        condition: Float[Tensor, "n condition_width"],
    ) -> Float[Tensor, "n channels length"]:
        """Return the coarsest features, each sample informed of all others."""
        for layer in self.layers:
            x = layer(x)
        return x if self.film is None else self.film(x, condition)


class DecoderBlock(nn.Module):
    """S4D -> upsample -> transformer where the level has one -> skip fusion -> FiLM.

    The transformer attends to itself, then to the encoder's features of the level.

    Args:
        config: of the network.
        level: 0 = finest; the block comes from ``level + 1``.

    Example:
        >>> import torch
        >>> block = DecoderBlock(UNetConfig(length=200), level=2)
        >>> block(torch.randn(2, 64, 25), torch.randn(2, 48, 50), torch.randn(2, 64)).shape
        torch.Size([2, 48, 50])
    """

    def __init__(self, config: UNetConfig, *, level: int) -> None:
        super().__init__()
        fine, coarse = config.channels[level : level + 2]
        self.sequence = _sequence(config, level + 1)
        self.upsample = Upsample(coarse, fine, length=config.lengths[level])
        self.transformer = _transformer(config, level, cross=True)
        self.skip = (
            AttentionSkipConnection(fine, heads=config.heads)
            if config.attention_skips
            else ConcatenatedSkip(fine)
        )
        self.film = _film(config, level)

    def forward(
        self,
        x: Float[Tensor, "n coarse half"],
        skip: Float[Tensor, "n fine length"],
        condition: Float[Tensor, "n condition_width"],
    ) -> Float[Tensor, "n fine length"]:
        """Return the level's features, from the coarser ones and the encoder's."""
        x = self.upsample(self.sequence(x))
        if self.transformer is not None:
            x = self.transformer(x, skip)
        x = self.skip(x, skip)
        return x if self.film is None else self.film(x, condition)
