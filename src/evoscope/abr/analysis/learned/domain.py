"""What recordings a network was tried on, and how a new one differs from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from evoscope.abr.encoding import SAMPLING_RATE_HZ, SPECIES, column, grid_time_ms

# Share of the recordings that a range leaves out at either end, and by how much it is then
# widened, in the statistic's unit: what is a little unusual is no reason to refuse an answer.
TAIL = 0.002
USUAL, DOUBT_MARGIN = 0.9, 1.1
BANDS_HZ = ((0.0, 300.0), (300.0, 1000.0), (1000.0, 3000.0))
_BANDS = {f"power {a:g}-{b:g} Hz": (a, b) for a, b in BANDS_HZ}
_MARGIN: dict[str, float] = {
    "level": 20.0,
    "rate": 0.3,
    "residual noise": 0.4,
    "size": 0.4,
    **dict.fromkeys(_BANDS, 0.5),
    "misfit": 0.2,
}
# What is said where a statistic lies outside, below and above.
_WORDS: dict[str, tuple[str, str]] = {
    "level": ("softer", "louder"),
    "rate": ("a lower stimulus rate", "a higher stimulus rate"),
    "residual noise": ("less noise", "more noise"),
    "size": ("smaller", "larger"),
    **{name: (f"less {name}", f"more {name}") for name in _BANDS},
    "misfit": (
        "closer to the model's own response than its noise allows",
        "further from the model's own response than its noise explains",
    ),
}
_SLACK_MS = 0.3
_TINY = 1e-12


class Range(BaseModel):
    """From where to where, margin included."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    low: float
    high: float


class Domain(BaseModel):
    """What the network was tried on.

    Attributes:
        species: whose recordings.
        broadband: whether clicks or chirps were among the stimuli.
        tones_hz: lowest and highest tone; ``None`` without tones.
        samples: of the longest recording, on the network's grid: what comes later it never saw.
        begins_ms, ends_ms: the latest begin and the earliest end of a recording.
        ranges: of statistics, by name; logarithms to base 10 but for the level.
        usual_doubt_ms, most_doubt_ms: how far wave V's place may be off (`doubt_ms`) in nine of
            ten series, and in all but very few; ``None``: not known.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    species: tuple[str, ...]
    broadband: bool
    tones_hz: Range | None
    samples: int
    begins_ms: float
    ends_ms: float
    ranges: dict[str, Range]
    usual_doubt_ms: float | None = None
    most_doubt_ms: float | None = None

    def oddities(self, statistics: Mapping[str, NDArray[np.float64]]) -> list[list[str]]:
        """Say of every recording in what it differs, in words; what is not known never differs."""
        rows = len(next(iter(statistics.values())))
        found: list[list[str]] = [[] for _ in range(rows)]
        for name, known in self.ranges.items():
            values = statistics[name]
            for row in np.flatnonzero(values < known.low):
                found[row].append(_WORDS[name][0])
            for row in np.flatnonzero(values > known.high):
                found[row].append(_WORDS[name][1])
        return found


def statistics_of(
    waveforms: NDArray[np.floating],
    covered: NDArray[np.bool_],
    conditions: NDArray[np.floating],
    signal: NDArray[np.floating],
) -> dict[str, NDArray[np.float64]]:
    """Measure recordings in what a foreign one would differ in, ``(n,)`` each; NaN: not known.

    Args:
        waveforms: ``(n, samples)`` uV, zero where not covered.
        covered: ``(n, samples)``.
        conditions: ``(n, k)`` encoded conditions.
        signal: ``(n, samples)`` uV, what the network took for the response.
    """
    noise_uv = conditions[:, column("residual_noise_nv")].astype(np.float64) / 1000.0
    left = np.where(covered, waveforms - signal, 0.0)
    counted = np.maximum(covered.sum(axis=1), 1)
    misfit = np.sqrt((left**2).sum(axis=1) / counted)
    with np.errstate(invalid="ignore", divide="ignore"):
        return {
            "level": conditions[:, column("level_db")].astype(np.float64),
            "rate": np.log10(conditions[:, column("rate_hz")].astype(np.float64)),
            "residual noise": np.log10(noise_uv),
            "size": np.log10(conditions[:, column("rms_uv")].astype(np.float64) + _TINY),
            **_bands(waveforms, covered),
            "misfit": np.log10(misfit / noise_uv + _TINY),
        }


def fit_domain(
    waveforms: NDArray[np.floating],
    covered: NDArray[np.bool_],
    conditions: NDArray[np.floating],
    signal: NDArray[np.floating],
    *,
    covers_ms: tuple[float, float] | None = None,
    doubts_ms: Sequence[float] = (),
) -> Domain:
    """Describe recordings like those the network learned from.

    Args:
        waveforms: as of `statistics_of`.
        covered: as of `statistics_of`.
        conditions: as of `statistics_of`.
        signal: as of `statistics_of`.
        covers_ms: as of `fit_calibration`.
        doubts_ms: of every series (`doubt_ms`), NaN where there is none.
    """
    statistics = statistics_of(waveforms, covered, conditions, signal)
    ranges = {}
    for name, values in statistics.items():
        known = values[np.isfinite(values)]
        if known.size:
            low, high = np.quantile(known, (TAIL, 1.0 - TAIL))
            ranges[name] = Range(low=low - _MARGIN[name], high=high + _MARGIN[name])
    numbers = conditions[:, column("species")]
    frequency = conditions[:, column("frequency_hz")]
    tones = frequency[frequency > 0.0]
    if covers_ms is None:
        clock = grid_time_ms(waveforms.shape[1])
        begins = clock[covered.argmax(axis=1)]
        ends = clock[covered.shape[1] - 1 - covered[:, ::-1].argmax(axis=1)]
        covers_ms = float(begins.max()), float(ends.min())
    return Domain(
        species=tuple(SPECIES[int(i)] for i in np.unique(numbers[~np.isnan(numbers)])),
        broadband=bool((frequency == 0.0).any()),
        tones_hz=Range(low=tones.min(), high=tones.max()) if tones.size else None,
        samples=waveforms.shape[1],
        begins_ms=covers_ms[0] + _SLACK_MS,
        ends_ms=covers_ms[1] - _SLACK_MS,
        ranges=ranges,
        **_doubts(np.asarray(doubts_ms, dtype=np.float64)),
    )


def _doubts(doubts_ms: NDArray[np.float64]) -> dict[str, float]:
    known = doubts_ms[np.isfinite(doubts_ms)]
    if not known.size:
        return {}
    usual, most = np.quantile(known, (USUAL, 1.0 - TAIL))
    return {"usual_doubt_ms": usual, "most_doubt_ms": DOUBT_MARGIN * most}


def _bands(
    waveforms: NDArray[np.floating], covered: NDArray[np.bool_]
) -> dict[str, NDArray[np.float64]]:
    """Log shares of the power in bands, of what is covered, under a Hann window."""
    count = covered.sum(axis=1, keepdims=True)
    place = np.cumsum(covered, axis=1) - 0.5
    window = np.where(covered, np.sin(np.pi * place / np.maximum(count, 1)) ** 2, 0.0)
    mean = waveforms.sum(axis=1, keepdims=True) / np.maximum(count, 1)
    power = np.abs(np.fft.rfft(window * (waveforms - mean), axis=1)) ** 2
    at_hz = np.fft.rfftfreq(waveforms.shape[1], 1.0 / SAMPLING_RATE_HZ)
    total = power.sum(axis=1) + _TINY**2
    return {
        name: np.log10(power[:, (at_hz >= a) & (at_hz < b)].sum(axis=1) / total + _TINY)
        for name, (a, b) in _BANDS.items()
    }
