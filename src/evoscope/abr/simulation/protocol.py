"""What the tester plays: ears, stimuli, levels, sweeps of one patient."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.simulation.clinic_ear import ClinicEar
from evoscope.abr.simulation.profiles.settings import ProtocolSettings

_REACH_DB = 4.0
_STRAY = 0.02
"""Levels far below threshold are played now and then, by mistake or for the record."""


@dataclass(frozen=True, eq=False, kw_only=True)
class PlannedSeries:
    """One stimulus at one ear.

    Attributes:
        ear: index of the ear.
        stimulus, frequency_hz: what is played.
        level_db: ``(n,)`` from loud to soft; replicates follow each other.
    """

    ear: int
    stimulus: str
    frequency_hz: float | None
    level_db: NDArray[np.float64]


@dataclass(frozen=True, eq=False, kw_only=True)
class Played:
    """All recordings of a patient, one entry each.

    Attributes:
        plans: the series.
        series: ``(n,)`` index of the series.
        level_db: ``(n,)``.
        rate_hz: of all.
    """

    plans: tuple[PlannedSeries, ...]
    series: NDArray[np.int64]
    level_db: NDArray[np.float64]
    rate_hz: float

    @classmethod
    def of(cls, plans: Sequence[PlannedSeries], rate_hz: float) -> Played:
        """Put the recordings of several series under each other."""
        sizes = [plan.level_db.size for plan in plans]
        return cls(
            plans=tuple(plans),
            series=np.repeat(np.arange(len(plans)), sizes),
            level_db=np.concatenate([plan.level_db for plan in plans]),
            rate_hz=rate_hz,
        )


def plan_series(
    rng: np.random.Generator,
    settings: ProtocolSettings,
    ears: Sequence[ClinicEar],
    recordings: int,
) -> list[PlannedSeries]:
    """Share a patient's recordings among ears, stimuli and levels.

    Levels are chosen as often as the profile says, down to somewhat below the ear's threshold: a
    tester goes down until the response is gone. Systematic sampling, so that a series of ten
    recordings is spread over the levels instead of repeating one.
    """
    split = _shares(recordings, len(ears), rng)
    series: list[PlannedSeries] = []
    for index, (ear, n) in enumerate(zip(ears, split, strict=True)):
        tones: list[float] = []
        n_tones = 0
        if settings.tones_hz and n >= 4 and rng.random() < settings.tone_ears:
            n_tones = max(2, round(settings.tone_share * n))
            kinds = 1 if n_tones < 6 else 2 if n_tones < 12 else 3
            frequencies = list(settings.tones_hz)
            chosen = rng.choice(
                len(frequencies),
                size=min(kinds, len(frequencies)),
                replace=False,
                p=list(settings.tones_hz.values()),
            )
            tones = [frequencies[i] for i in chosen]
        parts: list[tuple[str, float | None, int]] = []
        if n > n_tones:
            parts.append((settings.click, None, n - n_tones))
        sizes = _shares(n_tones, len(tones), rng) if tones else []
        parts += [("tone", f, size) for f, size in zip(tones, sizes, strict=True) if size]
        for stimulus, frequency_hz, size in parts:
            threshold_db = ear.threshold_db(stimulus, frequency_hz)
            below = settings.below_db[ear.loss]
            if ear.loss in ("total", "neuropathy"):
                threshold_db = settings.deaf_threshold_db
            levels = choose_levels(rng, settings, size, threshold_db - below)
            series.append(
                PlannedSeries(
                    ear=index, stimulus=stimulus, frequency_hz=frequency_hz, level_db=levels
                )
            )
    return series


def choose_levels(
    rng: np.random.Generator, settings: ProtocolSettings, n: int, lowest_db: float
) -> NDArray[np.float64]:
    """Choose ``n`` levels from loud to soft, most of them above ``lowest_db``."""
    levels = np.array(list(settings.levels), dtype=np.float64)
    base = np.array(list(settings.levels.values()), dtype=np.float64)
    weight = base * (_STRAY + 1.0 / (1.0 + np.exp(-(levels - lowest_db) / _REACH_DB)))
    order = np.argsort(-levels)
    cumulative = np.cumsum(weight[order])
    picks = (np.arange(n) + rng.random()) / n * cumulative[-1]
    return np.asarray(levels[order][np.searchsorted(cumulative, picks, side="right")])


def _shares(total: int, parts: int, rng: np.random.Generator) -> list[int]:
    # Nearly equal parts: the second ear gets a little more or less than the first.
    if parts == 1:
        return [total]
    cut = np.sort(np.arange(1, parts) / parts + rng.normal(0.0, 0.04, size=parts - 1))
    edges = np.clip(np.round(np.concatenate([[0.0], cut, [1.0]]) * total), 0, total).astype(int)
    edges = np.maximum.accumulate(edges)
    return [int(x) for x in np.diff(edges)]
