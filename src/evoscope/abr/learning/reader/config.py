"""What a U-Net that reads series is made of."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from evoscope.abr.learning.unet import CONFIGURATIONS, UNetConfig


class UNetReaderConfig(BaseModel):
    """A U-Net with heads, in a form that a recipe can state and a model card can keep.

    Attributes:
        kind: tells it apart from other networks in a recipe.
        unet: of one recording: a name of `CONFIGURATIONS`, or a configuration. A longer recording
            is read as far as its ``length``.
        heads: ``seed``: the robust heads, which answer a mean and how sure it is; ``located``: a
            probability for every sample and every threshold.
        clock: the recording's own residual noise is the diffusion time: the U-Net predicts the
            velocity there, from which the clean signal follows. Off, it is told no time and
            predicts what to add.
        noise_trace: the half difference of a recording's halves is read beside its average.
        across_recordings: attention over the recordings of a series before they are pooled; off,
            they are averaged.
        condition_width: of what is known beside the waveform, for the series and the heads.
        series_width: of a recording's summary, of which a series is made; shared out by 4 heads.
        series_layers: how often a recording looks at the others.
        dropout: share of activations dropped in the heads and across the series, 0..1.

    Raises:
        ValueError: no such configuration, or one that generates parameters.

    Example:
        >>> UNetReaderConfig(unet="production").unet.task_stride
        4
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Literal["unet"] = "unet"
    unet: UNetConfig = CONFIGURATIONS["full"]
    heads: Literal["seed", "located"] = "seed"
    clock: bool = True
    noise_trace: bool = True
    across_recordings: bool = True
    condition_width: int = Field(32, ge=8)
    series_width: int = Field(64, ge=8, multiple_of=4)
    series_layers: int = Field(2, ge=1)
    dropout: float = Field(0.1, ge=0.0, lt=1.0)

    @field_validator("unet", mode="before")
    @classmethod
    def _named(cls, given: Any) -> Any:
        if not isinstance(given, str):
            return given
        if given not in CONFIGURATIONS:
            raise ValueError(f"should be one of {', '.join(CONFIGURATIONS)}. Found {given!r}.")
        return CONFIGURATIONS[given]

    @field_validator("unet")
    @classmethod
    def _reads(cls, unet: UNetConfig) -> UNetConfig:
        if unet.joint or unet.traces:
            raise ValueError(
                "should be of a network that reads one waveform: joint false, traces 0. Found "
                f"joint {unet.joint}, traces {unet.traces}."
            )
        return unet
