"""What holds of every ear that hears: waves in order, and functions of level that do not turn."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.findings import WAVES

LATENCY_SLACK_MS = 0.1
"""A wave may come later at a louder level by so much: what a clinician cannot read off, either."""
AMPLITUDE_SLACK = 0.15
"""Wave V may shrink with level by this share: it saturates, and then wavers."""
_V = WAVES.index("V")
Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]


def out_of_order(present: Flags, latency_ms: Floats) -> Flags:
    """Return which recordings have a wave before one that it should follow.

    Args:
        present: ``(n, 5)`` waves I-V.
        latency_ms: the same.

    Example:
        >>> latency = np.array([[1.5, 2.6, 3.7, 4.9, 5.6], [1.5, 2.6, 3.7, 5.9, 5.6]])
        >>> out_of_order(np.ones((2, 5), bool), latency).tolist()
        [False, True]
    """
    latest = np.full(len(present), -np.inf)
    bad = np.zeros(len(present), dtype=bool)
    for wave in range(len(WAVES)):
        has = present[:, wave]
        bad |= has & ~(latency_ms[:, wave] > latest)
        latest = np.where(has, latency_ms[:, wave], latest)
    return bad


def turns_with_level(
    level_db: Floats, present: Flags, latency_ms: Floats, amplitude_uv: Floats
) -> bool:
    """Return whether wave V of one ear disappears, comes later or shrinks as the level rises.

    Args:
        level_db: ``(k,)`` of the ear's recordings.
        present: ``(k, 5)`` waves I-V.
        latency_ms: the same.
        amplitude_uv: the same.

    Example:
        >>> level, present = np.array([20.0, 60.0]), np.ones((2, 5), bool)
        >>> falls, rises = (np.tile([[a], [b]], 5) for a, b in ((7.4, 6.0), (6.0, 7.4)))
        >>> turns_with_level(level, present, falls, np.ones((2, 5)))
        False
        >>> turns_with_level(level, present, rises, np.ones((2, 5)))
        True
    """
    order = np.argsort(level_db, kind="stable")
    there = present[order, _V]
    if (there[:-1] & ~there[1:]).any():
        return True
    latency, amplitude = latency_ms[order, _V][there], amplitude_uv[order, _V][there]
    return bool(
        (np.diff(latency) > LATENCY_SLACK_MS).any()
        or (amplitude[1:] < (1.0 - AMPLITUDE_SLACK) * amplitude[:-1]).any()
    )


def possible_ears(
    level_db: Floats, present: Flags, latency_ms: Floats, amplitude_uv: Floats, *, ears: int
) -> Flags:
    """Return which ears hold all of it, ``(ears,)``.

    Args:
        level_db: ``(ears * k,)``, the recordings of an ear together.
        present: ``(ears * k, 5)`` waves I-V.
        latency_ms: the same.
        amplitude_uv: the same.
        ears: how many.
    """
    bad = out_of_order(present, latency_ms).reshape(ears, -1).any(axis=1)
    parts = [np.split(x, ears) for x in (level_db, present, latency_ms, amplitude_uv)]
    turns = [turns_with_level(*ear) for ear in zip(*parts, strict=True)]
    return ~bad & ~np.asarray(turns)
