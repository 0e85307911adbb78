"""Probabilities over an axis: their quantiles, and what the order of waves makes of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from evoscope.measure import softmax

# Two waves are this many samples apart or more: 0.2 ms at 15 kHz.
LEAST_GAP = 3
# Waves whose places fit their order by less than this chance cannot all be there.
LEAST_CHANCE = 0.02
_TINY = 1e-30

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]


def quantiles(probability: Numbers, edges: Numbers, shares: tuple[float, ...]) -> Numbers:
    """Find quantiles of distributions over cells; the mass of a cell lies evenly in it.

    Args:
        probability: ``(..., k)``, adding up to 1 or, where the rest lies beyond the last edge, to
            less.
        edges: ``(k + 1,)`` rising ends of the cells.
        shares: which quantiles.

    Returns:
        ``(..., len(shares))``; infinite where the share lies beyond the last edge.

    Example:
        >>> quantiles(np.array([0.5, 0.25]), np.array([0.0, 1.0, 2.0]), (0.25, 0.75, 0.9)).tolist()
        [0.5, 2.0, inf]
    """
    shape, cells = probability.shape[:-1], probability.shape[-1]
    flat = probability.reshape(-1, cells)
    cumulative = np.cumsum(flat, axis=1)
    rows = np.arange(len(flat))
    found = np.empty((len(flat), len(shares)))
    for j, share in enumerate(shares):
        cell = np.minimum((cumulative < share - 1e-12).sum(axis=1), cells - 1)
        inside = flat[rows, cell]
        above = cumulative[rows, cell] - share
        part = np.clip(1.0 - above / np.maximum(inside, _TINY), 0.0, 1.0)
        value = edges[cell] + part * (edges[cell + 1] - edges[cell])
        found[:, j] = np.where(cumulative[:, -1] < share - 1e-9, np.inf, value)
    return found.reshape(*shape, len(shares))


def cell_edges(centres: NDArray[np.float64]) -> Numbers:
    """Return the ends of the cells around equally spaced points, ``(k + 1,)``.

    Example:
        >>> cell_edges(np.array([0.0, 1.0, 2.0])).tolist()
        [-0.5, 0.5, 1.5, 2.5]
    """
    half = 0.5 * float(centres[1] - centres[0])
    return np.append(centres - half, centres[-1] + half)


def places(logits: NDArray[np.floating], covered: Flags) -> Numbers:
    """Turn logits over samples into probabilities over those of them that are covered.

    Args:
        logits: ``(n, waves, samples)``.
        covered: ``(n, samples)``.
    """
    return softmax(np.where(covered[:, None, :], logits, -1e9))


def in_order(place: Numbers, present: Flags) -> tuple[Numbers, Numbers]:
    """Condition the places of waves on their order: each later than all present ones before it.

    The places are taken as independent but for the order. Sums run forward and backward over the
    waves; one that is not present is passed over, and its own place is left as it was.

    Args:
        place: ``(n, waves, samples)`` of each wave alone.
        present: ``(n, waves)``.

    Returns:
        The places ``(n, waves, samples)`` given the order, and its chance ``(n,)`` if they were
        independent: near 0 where the waves contradict it.

    Example:
        >>> flat = np.full((1, 2, 9), 1 / 9)
        >>> given, chance = in_order(flat, np.array([[True, True]]))
        >>> given[0, 0].round(2).tolist(), round(float(chance[0]), 2)
        ([0.29, 0.24, 0.19, 0.14, 0.1, 0.05, 0.0, 0.0, 0.0], 0.26)
    """
    n, waves, samples = place.shape
    before = np.ones((n, waves, samples))
    after = np.ones((n, waves, samples))
    running = np.ones((n, samples))
    for w in range(waves):
        before[:, w] = running
        passed = _later(np.cumsum(place[:, w] * running, axis=1))
        running = np.where(present[:, w, None], passed, running)
    running = np.ones((n, samples))
    for w in reversed(range(waves)):
        after[:, w] = running
        passed = _later(np.cumsum((place[:, w] * running)[:, ::-1], axis=1))[:, ::-1]
        running = np.where(present[:, w, None], passed, running)
    joint = place * before * after
    total = joint.sum(axis=2, keepdims=True)
    # Every present wave has the same total: the chance of the order.
    chance = np.where(present, total[..., 0], 1.0).min(axis=1)
    given = np.where(present[..., None] & (total > _TINY), joint / np.maximum(total, _TINY), place)
    return given, chance


def fitting(probability: Numbers, place: Numbers, present: Flags) -> tuple[Flags, Numbers]:
    """Take away the least probable waves until the places of the others fit their order.

    Args:
        probability: ``(n, waves)`` of being there.
        place: ``(n, waves, samples)``.
        present: ``(n, waves)`` as decided wave by wave.

    Returns:
        Which waves stay, ``(n, waves)``, and the places given their order.
    """
    kept = present.copy()
    given, chance = in_order(place, kept)
    for _ in range(present.shape[1] - 1):
        wrong = np.flatnonzero(chance < LEAST_CHANCE)
        if not wrong.size:
            break
        weakest = np.where(kept[wrong], probability[wrong], np.inf).argmin(axis=1)
        kept[wrong, weakest] = False
        given[wrong], chance[wrong] = in_order(place[wrong], kept[wrong])
    return kept, given


def _later(cumulative: Numbers) -> Numbers:
    """Share that lies at least the gap before each sample."""
    shifted = np.zeros_like(cumulative)
    shifted[:, LEAST_GAP:] = cumulative[:, :-LEAST_GAP]
    return shifted
