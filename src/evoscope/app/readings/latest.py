"""What everybody who marked a series says together: of each thing, who said it last."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

from evoscope.app.readings.fold import LossMark, Reading, ThresholdMark, WaveMark

Mark = TypeVar("Mark", WaveMark, ThresholdMark, LossMark)


def latest_of(readings: Sequence[Reading]) -> Reading:
    """Put readings of a series into one: each mark is whoever's was made last.

    A mark that was released or undone is none: an earlier one of another rater counts again. Every
    mark keeps its maker; the reading names all of them.

    Example:
        >>> latest_of([Reading(rater="anna"), Reading(rater="bert")]).is_empty
        True
    """
    waves: dict[tuple[float, str], list[WaveMark]] = {}
    for mark in (mark for one in readings for mark in one.waves):
        waves.setdefault((mark.level_db, mark.wave), []).append(mark)
    together = Reading(
        rater="",
        waves=tuple(_last(waves[place]) for place in sorted(waves)),
        threshold=_last_of(one.threshold for one in readings),
        loss_type=_last_of(one.loss_type for one in readings),
    )
    makers = ", ".join(sorted({mark.rater for mark in together.marks}))
    return together.model_copy(update={"rater": makers})


def _last(marks: Sequence[Mark]) -> Mark:
    # Of one moment, the first by name: as a list of series has it.
    return min(marks, key=lambda mark: (-mark.at.timestamp(), mark.rater))


def _last_of(marks: Iterable[Mark | None]) -> Mark | None:
    there = [mark for mark in marks if mark is not None]
    return _last(there) if there else None
