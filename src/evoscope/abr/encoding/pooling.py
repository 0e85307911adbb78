"""Which recordings of a series are read as one: replicates, when there are too many."""

from __future__ import annotations

from collections.abc import Callable

from evoscope.abr.recording import Recording, Series

MOST_RECORDINGS = 48


def groups_of(series: Series, *, most: int) -> tuple[tuple[int, ...], ...]:
    """Group recordings until there are at most ``most``: by level and polarity, else by level.

    Levels are never merged: a series of more levels than ``most`` keeps them all.

    Returns:
        Indices into the series, softest level first.
    """
    keys: tuple[Callable[[Recording], object], ...] = (
        lambda r: id(r),
        lambda r: (r.level_db, r.stimulus.polarity),
        lambda r: r.level_db,
    )
    grouped: dict[object, list[int]] = {}
    for key in keys:
        grouped = {}
        for index, recording in enumerate(series):
            grouped.setdefault(key(recording), []).append(index)
        if len(grouped) <= most:
            break
    return tuple(tuple(members) for members in grouped.values())


def shares_of(recordings: tuple[Recording, ...]) -> list[float]:
    """Weights of recordings that are pooled: their sweeps, or equal ones where not all state them.

    Example:
        >>> shares_of(())
        []
    """
    counts = [r.sweeps for r in recordings]
    if any(count is None for count in counts):
        return [1.0] * len(counts)
    return [float(count) for count in counts if count is not None]
