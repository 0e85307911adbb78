"""Single trials to sub-averages: filter, reject, weight."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.averaging.filters import Preset, bandpass_trials
from evoscope.abr.averaging.subaverages import SubAverages
from evoscope.abr.recording import Epochs

N_BLOCKS = 16
BLOCK_TRIALS = 2048
# Peaks of Gaussian trials scatter by about 15 %: this limit costs clean data nothing.
LIMIT_OVER_MEDIAN = 2.0
# A loose electrode or a saturated amplifier gives flat trials. They have no noise, and weighting
# by noise would make them the whole average.
FLAT_UNDER_MEDIAN = 0.05


@dataclass(frozen=True)
class TrialReport:
    """What averaging did with the trials: used, rejected, and the limit in microvolts."""

    used: int
    rejected: int
    limit_uv: float


def accept(
    trials: NDArray[np.floating], limit_uv: float | None = None
) -> tuple[NDArray[np.bool_], float]:
    """Say which trials stay below the artefact limit and are not flat.

    Args:
        trials: ``(n_trials, n_samples)`` filtered microvolts.
        limit_uv: peak limit; ``None`` takes twice the median peak of these trials, so that the
            limit follows the amplifier and the species.

    Returns:
        ``(n_trials,)`` mask and the limit used, in microvolts.
    """
    peaks = np.abs(trials).max(axis=1)
    typical = float(np.median(peaks))
    limit = LIMIT_OVER_MEDIAN * typical if limit_uv is None else limit_uv
    return (peaks <= limit) & (peaks >= FLAT_UNDER_MEDIAN * typical), limit


def average_trials(
    epochs: Epochs, *, preset: Preset, limit_uv: float | None = None, n_blocks: int = N_BLOCKS
) -> tuple[SubAverages, TrialReport]:
    """Average single trials with artefact rejection and Bayesian block weights.

    Trials are filtered, rejected by peak, cut into consecutive blocks that hold both polarities
    in equal parts, and each block is weighted by ``n / variance`` of its trials, the weight that
    minimises the noise of the average (Elberling & Wahlgreen 1985; Don & Elberling 1994).

    Args:
        epochs: single trials with margins around the window of interest.
        preset: band-pass applied to every trial.
        limit_uv: rejection limit on the filtered trials; ``None`` lets the data set it.
        n_blocks: number of blocks; few enough that slow noise shared by neighbouring trials
            stays inside a block.

    Returns:
        Sub-averages ``(<= n_blocks, n_samples)`` and what was rejected.
    """
    kept: list[NDArray[np.float32]] = []
    masks: list[NDArray[np.bool_]] = []
    limit = limit_uv
    for block in epochs.blocks(BLOCK_TRIALS):
        filtered = bandpass_trials(block, sampling_rate_hz=epochs.sampling_rate_hz, preset=preset)
        mask, limit = accept(filtered, limit)
        kept.append(filtered[mask])
        masks.append(mask)
    mask = np.concatenate(masks)
    trials = np.concatenate(kept)
    if len(trials) < 2:  # nothing survives: an average of artefacts is better than none
        trials = np.concatenate(
            [
                bandpass_trials(b, sampling_rate_hz=epochs.sampling_rate_hz, preset=preset)
                for b in epochs.blocks(BLOCK_TRIALS)
            ]
        )
        mask = np.ones(epochs.n_trials, dtype=np.bool_)
    inverted = None if epochs.inverted is None else epochs.inverted[mask]
    report = TrialReport(int(mask.sum()), int((~mask).sum()), float(limit or 0.0))
    return weigh_blocks(trials, inverted, min(n_blocks, max(2, len(trials) // 8))), report


def weigh_blocks(
    trials: NDArray[np.floating], inverted: NDArray[np.bool_] | None, n_blocks: int
) -> SubAverages:
    """Average trials into weighted blocks, each balanced over polarity.

    Args:
        trials: ``(n_trials, n_samples)``, at least 2.
        inverted: ``(n_trials,)`` polarity flags, or ``None``.
        n_blocks: at least 2 are made where the trials allow.
    """
    groups = [np.arange(len(trials))]
    if inverted is not None and 0 < inverted.sum() < len(trials):
        groups = [np.flatnonzero(inverted), np.flatnonzero(~inverted)]
    n_blocks = max(1, min(n_blocks, *(len(g) for g in groups)))
    cuts = [np.array_split(g, n_blocks) for g in groups]
    values, weights = [], []
    for parts in zip(*cuts, strict=True):
        means, spread = [], 0.0
        for part in parts:
            some = trials[part]
            mean = some.mean(axis=0, dtype=np.float64)
            off = (some - mean.astype(some.dtype)).ravel()
            spread += float(off @ off)
            means.append(mean)
        spread /= sum(len(part) for part in parts) * trials.shape[1]
        values.append(np.mean(means, axis=0))
        # Harmonic mean of the counts: the variance of the mean of unequal polarity groups.
        size = len(parts) ** 2 / sum(1 / len(p) for p in parts)
        weights.append(size / max(spread, 1e-12))
    weight = np.asarray(weights)
    return SubAverages(np.asarray(values), weight / weight.sum(), "trials")
