"""What a series network is made of."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from evoscope.abr.encoding import MOST_SAMPLES


class SeriesConfig(BaseModel):
    """A series network, in a form that a recipe can state and a model card can keep.

    Attributes:
        kind: tells it apart from other networks in a recipe.
        width: of a token.
        layers: how often a token looks at its recording, and at the other recordings.
        heads: attention heads; they share out the width.
        patch: samples from one token to the next; a token sees twice as many.
        condition_width: width of the vector that carries what is known beside the waveform.
        expansion: width of the network inside a layer, in widths.
        across_recordings: tokens see the other recordings of the series; off, every recording is
            read alone (what one averaged waveform can tell).
        noise_trace: the half difference of a recording's halves is read beside its average.
        dropout: share of activations dropped in training, 0..1.

    Example:
        >>> SeriesConfig().tokens
        48
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["series"] = "series"
    width: int = Field(64, ge=8)
    layers: int = Field(4, ge=1)
    heads: int = Field(4, ge=1)
    patch: int = Field(8, ge=2)
    condition_width: int = Field(64, ge=8)
    expansion: int = Field(2, ge=1)
    across_recordings: bool = True
    noise_trace: bool = True
    dropout: float = Field(0.0, ge=0.0, lt=1.0)

    @property
    def tokens(self) -> int:
        """Tokens of the longest recording."""
        return MOST_SAMPLES // self.patch

    @model_validator(mode="after")
    def _possible(self) -> SeriesConfig:
        if self.width % self.heads:
            raise ValueError(
                f"heads should share out the width. Found {self.heads} heads of {self.width}."
            )
        if MOST_SAMPLES % self.patch or self.patch % 2:
            raise ValueError(f"patch should be even and divide {MOST_SAMPLES}. Found {self.patch}.")
        return self
