"""Prepared series with a known response and known noise, without a simulated ear."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.averaging import PRESETS, SubAverages
from evoscope.abr.classical.prepare import Prepared
from evoscope.abr.recording import Recording, Series, Source, Stimulus, Subject

Array = NDArray[np.float64]
RATE_HZ = 10_000.0
TIME_MS = np.arange(150) / 10.0


def recording(
    waveform: Array,
    level_db: float,
    *,
    record: int = 0,
    halves: Array | None = None,
    sweeps: int | None = 1000,
    sampling_rate_hz: float = RATE_HZ,
    onset_sample: float = 0.0,
    species: str = "human",
) -> Recording:
    return Recording(
        waveform=waveform.astype(np.float32),
        halves=None if halves is None else halves.astype(np.float32),
        sampling_rate_hz=sampling_rate_hz,
        onset_sample=onset_sample,
        stimulus=Stimulus(kind="click", level_db=level_db, level_reference="nHL"),
        subject=Subject(id="P1", ear="left", species=species),  # type: ignore[arg-type]
        source=Source(path="a.txt", format="csv", record=record),
        sweeps=sweeps,
    )


def prepared(
    levels_db: Sequence[float],
    parts: Sequence[SubAverages],
    *,
    sweeps: Sequence[int | None] | None = None,
) -> Prepared:
    """Put sub-averages per level where ``prepare`` would, unfiltered."""
    pairs = zip(levels_db, parts, strict=True)
    series = Series(tuple(recording(p.mean(), db, record=i) for i, (db, p) in enumerate(pairs)))
    return Prepared(
        series=series,
        time_ms=TIME_MS,
        window=slice(10, 140),
        recordings=tuple(parts),
        levels_db=tuple(levels_db),
        levels=tuple(parts),
        level_sweeps=tuple(sweeps or [1000] * len(parts)),
        preset=PRESETS["none"],
        trials=(),
        human=True,
        notes=(),
    )


def halves(mean: Array, noise_uv: float, rng: np.random.Generator) -> SubAverages:
    """Two halves whose average has white residual noise of ``noise_uv``."""
    values = mean + noise_uv * np.sqrt(2) * rng.standard_normal((2, mean.size))
    return SubAverages(values, np.array([0.5, 0.5]), "halves")


def single(mean: Array, noise_uv: float, rng: np.random.Generator) -> SubAverages:
    """One average that cannot be split."""
    values = mean + noise_uv * rng.standard_normal((1, mean.size))
    return SubAverages(values, np.ones(1), "none")
