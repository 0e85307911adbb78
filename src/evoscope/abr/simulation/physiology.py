"""The noise-free response of an ear, and where its waves truly are."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.norms import WAVE_LABELS
from evoscope.abr.simulation.ear import SimulatedEar
from evoscope.abr.simulation.shape import EARLY, RODENT, SHOULDER, WAVE_V, Shape

VISIBLE_UV = 0.02
"""A wave smaller than 20 nV from peak to trough is not there for anyone."""
_STEP_MS = 0.01
SEARCH_MS = 0.35
FUSED_MS = 0.9
TROUGH_MS = 2.0


@dataclass(frozen=True)
class TrueWave:
    """Where a wave really is in the noise-free response; ``None`` where it is not there."""

    name: str
    present: bool
    latency_ms: float | None = None
    amplitude_uv: float | None = None


def clean_response(
    ear: SimulatedEar, level_db: float, time_ms: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Noise-free response in uV at times after stimulus onset, ``(n,)``.

    Waves I-V stand where the norms put them at the level that the ear hears, broader near
    threshold and for low tones.

    Example:
        >>> ear = SimulatedEar(true_threshold_db=10.0, loss="normal", species="human",
        ...                    stimulus="click", frequency_hz=None, level_reference="nHL")
        >>> time_ms = np.arange(0.0, 12.0, 0.05)
        >>> round(float(time_ms[np.argmax(clean_response(ear, 60.0, time_ms))]), 1)
        6.0
    """
    total = np.zeros_like(time_ms, dtype=np.float64)
    stretch = _stretch(ear, level_db)
    for name in WAVE_LABELS:
        latency_ms, amplitude_uv = ear.wave(name, level_db)
        if amplitude_uv > 0.0:
            shape = _shape(ear, name)
            total += amplitude_uv * shape.at(time_ms - latency_ms, stretch=stretch)
    return total


def true_waves(ear: SimulatedEar, level_db: float) -> tuple[TrueWave, ...]:
    """Measure waves I-V on the noise-free response, as an expert would: peak to following trough.

    Waves overlap: what counts is the peak that is there, not the component that made it. A wave
    that is no peak of its own (IV fused with V) or smaller than 20 nV is absent.

    Example:
        >>> ear = SimulatedEar(true_threshold_db=10.0, loss="normal", species="human",
        ...                    stimulus="click", frequency_hz=None, level_reference="nHL")
        >>> [w.name for w in true_waves(ear, 30.0) if w.present]
        ['V']
    """
    time_ms = np.arange(0.0, 30.0, _STEP_MS)
    values = clean_response(ear, level_db, time_ms)
    tops = _local_maxima(values)
    peaks: dict[str, int] = {}
    for name in reversed(WAVE_LABELS):
        nominal_ms, amplitude_uv = ear.wave(name, level_db)
        if amplitude_uv > 0.0:
            peak = _nearest(tops, nominal_ms, SEARCH_MS)
            if peak is None and name == "V":  # fused with IV: the complex is called V
                peak = _nearest(tops, nominal_ms, FUSED_MS)
            if peak is not None and peak not in peaks.values():
                peaks[name] = peak
    waves = []
    for name in WAVE_LABELS:
        peak = peaks.get(name)
        if peak is None:
            waves.append(TrueWave(name, present=False))
            continue
        later = [p for p in peaks.values() if p > peak]
        end = min([*later, peak + round(TROUGH_MS * _stretch(ear, level_db) / _STEP_MS)])
        size = float(values[peak] - values[peak : end + 1].min())
        if size < VISIBLE_UV:
            waves.append(TrueWave(name, present=False))
        else:
            waves.append(TrueWave(name, True, float(time_ms[peak]), size))
    return tuple(waves)


def _shape(ear: SimulatedEar, name: str) -> Shape:
    if ear.species != "human":
        return RODENT
    return {"IV": SHOULDER, "V": WAVE_V}.get(name, EARLY)


def _stretch(ear: SimulatedEar, level_db: float) -> float:
    # Fibres fire less together near threshold, and along the slow apical turns of low tones.
    soft = 0.4 * float(np.exp(-max(0.0, level_db - ear.true_threshold_db) / 20.0))
    low = 1.0
    if ear.species == "human" and ear.frequency_hz is not None:
        low = max(1.0, (4000.0 / ear.frequency_hz) ** 0.25)
    return low * (1.0 + soft)


def _local_maxima(values: NDArray[np.float64]) -> NDArray[np.intp]:
    rising = np.diff(values) > 0.0
    return np.flatnonzero(rising[:-1] & ~rising[1:]) + 1


def _nearest(tops: NDArray[np.intp], nominal_ms: float, reach_ms: float) -> int | None:
    if tops.size == 0:
        return None
    best = int(tops[np.argmin(np.abs(tops * _STEP_MS - nominal_ms))])
    return best if abs(best * _STEP_MS - nominal_ms) <= reach_ms else None
