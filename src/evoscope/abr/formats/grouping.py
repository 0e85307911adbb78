"""From recordings of many files to series: one ear, one stimulus, many levels."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable

from evoscope.abr.formats.text import strip_level
from evoscope.abr.recording import Recording, Series, series_key

_Bucket = list[Recording]


def group(recordings: Iterable[Recording]) -> list[Series]:
    """Join recordings into series, in a fixed order.

    - Recordings from different folders never meet: two patients may both be ``right.txt``. Folders
      that differ in a level alone (``P3/80 dB``, ``P3/60 dB``) are one.
    - A file per level, polarities and replicates are joined.
    - Two files that each hold a level series of their own are two sessions (before and after
      treatment, a re-test): they stay apart, and say so. Different polarities are not sessions.
    - The same recording read twice (``x.TXT`` and ``x.TXT.gz``, a copy) counts once: identical
      samples of two files cannot be two measurements.

    Returns:
        Series sorted by folder, subject, ear and stimulus.

    Example:
        >>> group([])
        []
    """
    buckets: dict[tuple[str, ...], _Bucket] = defaultdict(list)
    for recording in recordings:
        folder = _folder(recording.source.path)
        buckets[(folder, *map(_sortable, series_key(recording)))].append(recording)
    return [
        Series(tuple(session))
        for _, bucket in sorted(buckets.items())
        for session in _sessions(_without_copies(bucket))
    ]


def _folder(path: str) -> str:
    return os.sep.join(map(strip_level, os.path.dirname(path).split(os.sep)))


def _sortable(value: str | float | None) -> str:
    # Numbers sort by size, and unknown before known.
    return f"{value:020.6f}" if isinstance(value, float | int) else value or ""


def _without_copies(bucket: _Bucket) -> _Bucket:
    kept: dict[tuple[float, bytes], Recording] = {}
    result: _Bucket = []
    copies: dict[int, set[str]] = defaultdict(set)
    ordered = sorted(bucket, key=lambda r: (r.source.path, r.source.record))
    for recording in ordered:
        key = (recording.level_db, recording.waveform.tobytes())
        first = kept.setdefault(key, recording)
        same_file = first.source.path == recording.source.path
        # Zeros are alike without being copies.
        if same_file or not recording.waveform.any():
            result.append(recording)
        else:
            copies[id(first)].add(os.path.basename(recording.source.path))
    return [
        r.with_warning(f"The same samples are in {', '.join(sorted(copies[id(r)]))}: read once.")
        if copies[id(r)]
        else r
        for r in result
    ]


def _sessions(bucket: _Bucket) -> list[_Bucket]:
    """Split files that repeat each other's levels; files that complete each other stay joined."""
    files: dict[str, _Bucket] = defaultdict(list)
    for recording in bucket:
        files[recording.source.path].append(recording)
    sessions: list[_Bucket] = []
    for path in sorted(files):
        home = next((s for s in sessions if not _repeats(s, files[path])), None)
        if home is None:
            sessions.append(list(files[path]))
        else:
            home.extend(files[path])
    if len(sessions) == 1:
        return sessions
    note = (
        f"{len(sessions)} files of this folder each hold this level series: they are kept apart, "
        "as a test and its re-test."
    )
    return [[r.with_warning(note) for r in session] for session in sessions]


def _repeats(session: _Bucket, file: _Bucket) -> bool:
    levels = {(r.level_db, r.stimulus.polarity) for r in session}
    shared = levels & {(r.level_db, r.stimulus.polarity) for r in file}
    return len(shared) > 1
