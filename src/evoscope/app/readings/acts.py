"""What a person can do to a series, one act at a time."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from evoscope.abr.findings import LossName, ThresholdStatus, WaveName

Level = Annotated[float, Field(ge=-60.0, le=200.0, allow_inf_nan=False)]
Latency = Annotated[float, Field(gt=0.0, le=50.0, allow_inf_nan=False)]
Amplitude = Annotated[float, Field(ge=-1e3, le=1e3, allow_inf_nan=False)]
# An identifier is what programs expect here; findings say it in words, and so does what is kept.
Loss = Annotated[LossName, BeforeValidator(lambda v: "cannot tell" if v == "cannot_tell" else v)]


class _Act(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class MarkWave(_Act):
    """A wave is there, at this time; or it is not there.

    ``amplitude_uv`` is peak to following trough; left out, it is measured at the latency.

    Example:
        >>> MarkWave(kind="wave", level_db=60, wave="V", present=True, latency_ms=5.9).present
        True
    """

    kind: Literal["wave"]
    level_db: Level
    wave: WaveName
    present: bool
    latency_ms: Latency | None = None
    amplitude_uv: Amplitude | None = None

    @model_validator(mode="after")
    def _a_place_where_it_is(self) -> Self:
        if self.present and self.latency_ms is None:
            raise ValueError("latency_ms should be given for a wave that is present")
        if not self.present and (self.latency_ms, self.amplitude_uv) != (None, None):
            raise ValueError("an absent wave should have no latency_ms and no amplitude_uv")
        return self


class MarkThreshold(_Act):
    """The threshold of the series, or why it has none."""

    kind: Literal["threshold"]
    status: ThresholdStatus = "estimated"
    value_db: Level | None = None

    @model_validator(mode="after")
    def _a_value_where_it_is_estimated(self) -> Self:
        if (self.status == "estimated") != (self.value_db is not None):
            raise ValueError("value_db should be given with the status 'estimated', and only then")
        return self


class MarkLossType(_Act):
    """The loss type of the ear as this series shows it, or that it cannot be told.

    Example:
        >>> MarkLossType(kind="loss_type", value="cannot_tell").value
        'cannot tell'
    """

    kind: Literal["loss_type"]
    value: Loss


class Release(_Act):
    """Back to what the analysis says: of a wave at a level, of the loss type, or the threshold."""

    kind: Literal["release"]
    level_db: Level | None = None
    wave: WaveName | None = None
    loss_type: bool = False

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        if (self.level_db is None) != (self.wave is None):
            raise ValueError("level_db and wave should be given together, or neither of them")
        if self.loss_type and self.wave is not None:
            raise ValueError("loss_type should be released by an act of its own, without a wave")
        return self


class Undo(_Act):
    """Take back this rater's last act that counts."""

    kind: Literal["undo"]


class Redo(_Act):
    """Take back the last undo."""

    kind: Literal["redo"]


Act = Annotated[
    MarkWave | MarkThreshold | MarkLossType | Release | Undo | Redo, Field(discriminator="kind")
]
