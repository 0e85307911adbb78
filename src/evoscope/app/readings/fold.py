"""Acts of one rater, in order -> what that rater says now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from evoscope.abr.findings import LossName, ThresholdStatus, WaveName
from evoscope.app.readings.acts import (
    Act,
    MarkLossType,
    MarkThreshold,
    MarkWave,
    Redo,
    Release,
    Undo,
)


@dataclass(frozen=True)
class Acted:
    """An act with its number, counted from 1 for each rater of a series, and its time."""

    number: int
    at: datetime
    act: Act


class _Made(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    rater: str
    at: datetime
    number: int


class WaveMark(_Made):
    """A wave as a person marked it, with who, when and by which act."""

    level_db: float
    wave: WaveName
    present: bool
    latency_ms: float | None = None
    amplitude_uv: float | None = None


class ThresholdMark(_Made):
    """A threshold as a person marked it."""

    status: ThresholdStatus
    value_db: float | None = None


class LossMark(_Made):
    """A loss type as a person marked it."""

    value: LossName


class Reading(BaseModel):
    """What one rater says of a series; what is not in it is as the analysis left it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    rater: str
    waves: tuple[WaveMark, ...] = ()
    threshold: ThresholdMark | None = None
    loss_type: LossMark | None = None
    can_undo: bool = False
    can_redo: bool = False
    acts: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether all is as the analysis left it."""
        return not self.marks

    @property
    def marks(self) -> tuple[WaveMark | ThresholdMark | LossMark, ...]:
        """Everything that was marked."""
        others = (self.threshold, self.loss_type)
        return (*self.waves, *(mark for mark in others if mark is not None))

    def wave(self, level_db: float, wave: str) -> WaveMark | None:
        """The mark on a wave at a level, or ``None``."""
        return next((m for m in self.waves if (m.level_db, m.wave) == (level_db, wave)), None)


class NothingToTakeBackError(ValueError):
    """An undo or a redo with nothing before it."""


def reading_of(rater: str, acted: Iterable[Acted]) -> Reading:
    """Fold acts into a reading.

    Raises:
        NothingToTakeBackError: an undo without an act before it, a redo without an undo.

    Example:
        >>> from datetime import UTC
        >>> at = datetime(2026, 1, 1, tzinfo=UTC)
        >>> mark = MarkWave(kind="wave", level_db=60, wave="V", present=False)
        >>> acts = [Acted(1, at, mark), Acted(2, at, Undo(kind="undo"))]
        >>> reading = reading_of("anna", acts)
        >>> reading.waves, reading.can_redo
        ((), True)
    """
    done: list[Acted] = []
    undone: list[Acted] = []
    count = 0
    for one in acted:
        count += 1
        if isinstance(one.act, Undo):
            if not done:
                raise NothingToTakeBackError("There should be an act to undo. Found none.")
            undone.append(done.pop())
        elif isinstance(one.act, Redo):
            if not undone:
                raise NothingToTakeBackError("There should be an undo to take back. Found none.")
            done.append(undone.pop())
        else:
            done.append(one)
            undone.clear()
    waves: dict[tuple[float, str], WaveMark] = {}
    threshold: ThresholdMark | None = None
    loss_type: LossMark | None = None
    for one in done:
        made = {"rater": rater, "at": one.at, "number": one.number}
        match one.act:
            case MarkWave():
                plain = one.act.model_dump(exclude={"kind"})
                waves[one.act.level_db, one.act.wave] = WaveMark(**plain, **made)
            case MarkThreshold():
                threshold = ThresholdMark(**one.act.model_dump(exclude={"kind"}), **made)
            case MarkLossType():
                loss_type = LossMark(value=one.act.value, **made)
            case Release(loss_type=True):
                loss_type = None
            case Release(wave=None):
                threshold = None
            case Release(level_db=level_db, wave=wave):
                assert level_db is not None
                assert wave is not None  # the act's own rule
                waves.pop((level_db, wave), None)
    return Reading(
        rater=rater,
        waves=tuple(waves[key] for key in sorted(waves)),
        threshold=threshold,
        loss_type=loss_type,
        can_undo=bool(done),
        can_redo=bool(undone),
        acts=count,
    )
