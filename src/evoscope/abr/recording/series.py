"""One ear, one stimulus, many levels: the unit a clinician reads."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from evoscope.abr.recording._frame import complaint
from evoscope.abr.recording.recording import Recording


class SeriesKey(NamedTuple):
    """What recordings of one series share; levels, polarities and replicates may differ."""

    subject: str
    ear: str
    species: str
    kind: str
    frequency_hz: float | None
    transducer: str
    rate_hz: float | None
    level_reference: str
    response: str


def series_key(recording: Recording) -> SeriesKey:
    """Return what decides to which series a recording belongs.

    The rate is rounded to 0.1 / s: devices write 37.1 and 37.10.
    """
    stimulus, subject = recording.stimulus, recording.subject
    rate = None if stimulus.rate_hz is None else round(stimulus.rate_hz, 1)
    return SeriesKey(
        subject.id,
        subject.ear,
        subject.species,
        stimulus.kind,
        stimulus.frequency_hz,
        stimulus.transducer,
        rate,
        stimulus.level_reference,
        recording.response,
    )


@dataclass(frozen=True, eq=False)
class Series:
    """Recordings of one ear, stimulus, transducer and rate over levels, loudest last.

    Attributes:
        recordings: at least one, sorted by level, then file, then record number.

    Raises:
        ValueError: no recording, or recordings that do not belong together (the message says
            which property differs: level references are never mixed).
    """

    recordings: tuple[Recording, ...]

    def __post_init__(self) -> None:
        if not self.recordings:
            raise complaint("recordings", "at least one recording", 0)
        keys = [series_key(r) for r in self.recordings]
        for other, recording in zip(keys[1:], self.recordings[1:], strict=True):
            for name, first, found in zip(SeriesKey._fields, keys[0], other, strict=True):
                if first != found:
                    raise complaint(
                        name,
                        f"the same in a series ({first!r})",
                        found,
                        f"Split {recording.label} into its own series: group() does it.",
                    )
        ordered = sorted(
            self.recordings, key=lambda r: (r.level_db, r.source.path, r.source.record)
        )
        object.__setattr__(self, "recordings", tuple(ordered))

    def __len__(self) -> int:
        return len(self.recordings)

    def __iter__(self) -> Iterator[Recording]:
        return iter(self.recordings)

    @property
    def key(self) -> SeriesKey:
        """What its recordings share."""
        return series_key(self.recordings[0])

    @property
    def levels_db(self) -> tuple[float, ...]:
        """Distinct levels in dB, softest first."""
        return tuple(self._by_level)

    def at(self, level_db: float) -> tuple[Recording, ...]:
        """Return every recording at a level: replicates and polarities."""
        return self._by_level.get(level_db, ())

    @cached_property
    def _by_level(self) -> dict[float, tuple[Recording, ...]]:
        # Asked for every recording of a series, of which there may be hundreds.
        by_level: dict[float, list[Recording]] = {}
        for recording in self.recordings:  # softest first
            by_level.setdefault(recording.level_db, []).append(recording)
        return {level: tuple(recordings) for level, recordings in by_level.items()}

    @property
    def name(self) -> str:
        """A name a person recognises, such as ``P3 right click``."""
        first = self.recordings[0]
        ear = first.subject.ear if first.subject.ear != "unknown" else ""
        return " ".join(p for p in (first.subject.id, ear, first.stimulus.label) if p)

    @property
    def file(self) -> str:
        """The one file, else the common folder, else the joined names."""
        paths = sorted({r.source.path for r in self.recordings})
        if len(paths) == 1:
            return paths[0]
        folders = {os.path.dirname(p) for p in paths}
        common = folders.pop() if len(folders) == 1 else ""
        return common or ";".join(os.path.basename(p) for p in paths)

    def with_recordings(self, recordings: tuple[Recording, ...]) -> Series:
        """Return a series of other recordings that belong together just as well."""
        return replace(self, recordings=recordings)
