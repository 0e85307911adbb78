"""Sizes and switches of a conditional variational autoencoder."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from evoscope.multitask.settings import Settings

Size = Annotated[int, Field(ge=1)]


class CVAEConfig(Settings):
    """What a `ConditionalVAE` is made of; the defaults are the reference.

    Attributes:
        patch: samples of a token. One sees every sample by itself and costs most.
        channels, heads, layers, feed_forward: of the transformers, encoder and decoder alike.
        latent: width of z.
        dropout: of every transformer layer.
        conditions: ``numbers`` tells age, level, rate and hearing loss as four numbers;
            ``embedded`` tells every condition of a generator, each with a null of its own, the
            class as a class and the level above threshold beside the level.
        linear_start: encoder and decoder correct a linear map, which begins as the principal
            components of the training recordings: the little that components of small variance
            hold is not left to chance.

    Example:
        >>> CVAEConfig(patch=5, linear_start=True).tokens(200)
        40
    """

    patch: Size = 1
    channels: Size = 64
    heads: Size = 4
    layers: Size = 2
    feed_forward: Size = 688
    latent: Size = 32
    dropout: Annotated[float, Field(ge=0.0, lt=1.0)] = 0.1
    conditions: Literal["numbers", "embedded"] = "numbers"
    linear_start: bool = False

    @model_validator(mode="after")
    def _shared_out(self) -> CVAEConfig:
        if self.channels % self.heads:
            raise ValueError(
                f"channels should be a multiple of heads. Found {self.channels} and {self.heads}."
            )
        return self

    def tokens(self, n_samples: int) -> int:
        """Tokens of a waveform.

        Raises:
            ValueError: samples that patches do not fill.
        """
        if n_samples % self.patch:
            raise ValueError(
                f"patch should divide the {n_samples} samples of a waveform. Found {self.patch}."
            )
        return n_samples // self.patch
