"""What a diffusion cannot draw exactly: nothing at all, and a mark on the very top of a peak."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from evoscope.runtime import Card, Constant

REACH_MS = 0.3
"""A mark is moved to a peak that is this near."""
_ON_THE_PEAK_MS = 0.05
_USUALLY = 0.9
_QUIETEST = 0.01
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Finish:
    """The last touch on clean waveforms and their marks, as what was learned from has it.

    A network's answer for silence is a response of a few nanovolts, and the latency that it draws
    beside a waveform is off the waveform's own peak by a little: neither is in the data, and both
    would tell what is drawn from what is real.

    Attributes:
        silent_below_uv: a response of a smaller RMS is none; 0 where silence was never seen.
        reach_ms: a latency is moved to the nearest peak within this; 0 where latencies that were
            learned from do not mark peaks.
    """

    silent_below_uv: float = 0.0
    reach_ms: float = 0.0

    @classmethod
    def fit(cls, waveforms_uv: Floats, time_ms: Floats, present: Flags, latency_ms: Floats) -> Self:
        """Find out what holds of training recordings.

        Args:
            waveforms_uv: ``(n, samples)`` clean.
            time_ms: ``(samples,)``.
            present: ``(n, waves)``.
            latency_ms: the same.
        """
        rms = np.sqrt(np.mean(waveforms_uv**2, axis=1))
        heard = rms > 0.0
        silent = float(np.quantile(rms[heard], _QUIETEST)) if heard.any() and not heard.all() else 0
        off = nearest_peaks(waveforms_uv, time_ms, latency_ms)[present] - latency_ms[present]
        near = np.abs(off[np.isfinite(latency_ms[present])]) <= _ON_THE_PEAK_MS
        marked = near.size > 0 and float(near.mean()) >= _USUALLY
        return cls(float(silent), REACH_MS if marked else 0.0)

    def silence(self, waveforms_uv: Floats) -> Floats:
        """Return the waveforms, those below the least response as zeros."""
        rms = np.sqrt(np.mean(waveforms_uv**2, axis=1, keepdims=True))
        return np.where(rms < self.silent_below_uv, 0.0, waveforms_uv)

    def marks(self, waveforms_uv: Floats, time_ms: Floats, latency_ms: Floats) -> Floats:
        """Return the latencies, each on the nearest peak within reach, else as it was."""
        if self.reach_ms == 0.0:
            return latency_ms
        found = nearest_peaks(waveforms_uv, time_ms, latency_ms)
        with np.errstate(invalid="ignore"):
            near = np.abs(found - latency_ms) <= self.reach_ms
        return np.where(near, found, latency_ms)

    def constants(self) -> dict[str, Constant]:
        """What a card should keep of it."""
        return {
            "silent_below_uv": Constant(
                value=self.silent_below_uv, units="uV", meaning="a smaller response is none"
            ),
            "reach_ms": Constant(
                value=self.reach_ms, units="ms", meaning="a latency is moved to a peak so near"
            ),
        }

    @classmethod
    def of_card(cls, card: Card) -> Self:
        """Take it from a card that `constants` were put on."""
        values: list[Any] = [card.constants[n].value for n in ("silent_below_uv", "reach_ms")]
        return cls(*map(float, values))


def nearest_peaks(waveforms_uv: Floats, time_ms: Floats, latency_ms: Floats) -> Floats:
    """Return the time of the local maximum nearest to each latency, ``(n, waves)``.

    Between samples by a parabola. NaN for a latency that is NaN, or a waveform without a peak.

    Example:
        >>> time = np.arange(0.0, 10.0, 0.1)
        >>> wave = np.exp(-((time - 5.63) ** 2))[None]
        >>> nearest_peaks(wave, time, np.array([[5.5, np.nan]])).round(2).tolist()
        [[5.63, nan]]
    """
    before, here, after = waveforms_uv[:, :-2], waveforms_uv[:, 1:-1], waveforms_uv[:, 2:]
    top = (here > before) & (here >= after)
    bend = np.where(top, before - 2.0 * here + after, -1.0)
    at = time_ms[1:-1] + 0.5 * (time_ms[1] - time_ms[0]) * (before - after) / bend
    found = np.full(latency_ms.shape, np.nan)
    for wave in range(latency_ms.shape[1]):
        away = np.where(top, np.abs(at - latency_ms[:, wave : wave + 1]), np.inf)
        best = np.where(np.isnan(away), np.inf, away).argmin(axis=1)
        rows = np.arange(len(best))
        reached = top[rows, best] & np.isfinite(latency_ms[:, wave])
        found[reached, wave] = at[rows, best][reached]
    return found
