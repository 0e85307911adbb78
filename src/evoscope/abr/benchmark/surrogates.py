"""Real noise without a response: what a detector must stay silent on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.recording import Epochs, Recording, Series


def from_halves(first: Recording, second: Recording) -> Recording:
    """Make a response-free recording from the half-differences of two replicates of one level.

    Its halves are ``(A1 - B1) / 2`` and ``(A2 - B2) / 2``: the response cancels in each, and they
    are independent because they come from different sweeps.

    Raises:
        ValueError: a replicate without halves, or replicates of another time axis.
    """
    if first.halves is None or second.halves is None:
        raise ValueError(f"both replicates should have halves. Found none in {first.label}.")
    if first.n_samples != second.n_samples or first.onset_sample != second.onset_sample:
        raise ValueError(f"replicates should share one time axis. Found others in {second.label}.")
    halves = np.stack(
        [(r.halves[0] - r.halves[1]) / 2 for r in (first, second) if r.halves is not None]
    )
    return replace(first, waveform=halves.mean(axis=0), halves=halves)


def pairs_of_level(recordings: tuple[Recording, ...]) -> list[tuple[Recording, Recording]]:
    """All pairs of replicates with the same sweeps and time axis."""
    return [
        (a, b)
        for i, a in enumerate(recordings)
        for b in recordings[i + 1 :]
        if a.sweeps == b.sweeps
        and a.n_samples == b.n_samples
        and a.onset_sample == b.onset_sample
        and a.sampling_rate_hz == b.sampling_rate_hz
    ]


def halves_series(series: Series, rng: np.random.Generator) -> Series:
    """One response-free recording per level, each from a random pair of its replicates."""
    chosen = []
    for level in series.levels_db:
        pairs = pairs_of_level(series.at(level))
        if pairs:
            chosen.append(from_halves(*pairs[int(rng.integers(len(pairs)))]))
    return series.with_recordings(tuple(chosen))


def flipped_trials(recording: Recording, rng: np.random.Generator, block: int = 8) -> Recording:
    """Flip the sign of a random half of the trial blocks: the response averages out.

    Blocks of consecutive trials are flipped together, so that noise shared by neighbouring
    trials stays what it is. Within each polarity as many blocks are flipped as kept.

    Raises:
        ValueError: a recording without single trials.
    """
    epochs = recording.epochs
    if epochs is None:
        raise ValueError(f"sign flips need single trials. Found none in {recording.label}.")
    signs = _balanced_signs(epochs, rng, block)
    flipped = replace(epochs, loader=lambda which: epochs.load(which) * signs[which, None])
    step_ms = 1000.0 / epochs.sampling_rate_hz
    trial_ms = (np.arange(epochs.n_samples, dtype=np.float64) - epochs.onset_sample) * step_ms
    # The stored average may be a window of the trials: the new one is read on its own axis.
    waveform = np.interp(recording.time_ms, trial_ms, flipped.load().mean(axis=0))
    return replace(recording, waveform=waveform, halves=None, epochs=flipped)


def _balanced_signs(epochs: Epochs, rng: np.random.Generator, block: int) -> NDArray[np.float32]:
    signs = np.ones(epochs.n_trials, dtype=np.float32)
    inverted = np.zeros(epochs.n_trials, bool) if epochs.inverted is None else epochs.inverted
    for polarity in (False, True):
        members = np.flatnonzero(inverted == polarity)
        n_blocks = max(2, members.size // block)
        pieces = np.array_split(members, n_blocks)
        for i in rng.permutation(n_blocks)[: n_blocks // 2]:
            signs[pieces[i]] = -1.0
    return signs
