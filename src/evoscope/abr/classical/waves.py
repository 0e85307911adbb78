"""Waves I-V of a whole series: tracked from loud to soft, each with probability and interval."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.averaging import SubAverages
from evoscope.abr.classical.assignment import (
    N_WAVES,
    Assignment,
    Expectation,
    assign,
    assign_each,
)
from evoscope.abr.classical.candidates import Candidates, find_candidates
from evoscope.abr.classical.expectation import ear_prior, expect
from evoscope.abr.classical.prepare import Prepared
from evoscope.abr.findings import WAVES, Estimate, Wave
from evoscope.abr.recording import Recording

Z90 = 1.6449
PRESENT_ABOVE = 0.5
# Starting delays of an ear against the norm, in ms: losses, transducers and air only delay.
START_DELAYS_MS = np.arange(-0.6, 2.41, 0.3)
START_SD_MS = 0.25
DELAY_MEAN_MS, DELAY_SD_MS = 0.2, 0.6
# Levels of one ear share its shape: together they say as much of the delay as this many would
# if they were independent.
INDEPENDENT_LEVELS = 3.0
# Intervals of a modelled noise are wider by this factor: its size may be off by as much.
MODELLED_WIDER = 1.5
# A replicate's wave lies this close to its level's, its own noise apart.
REPLICATE_SD_MS = 0.15
FALLBACK_NOISE_PEAKS_PER_MS = 0.6
# What no noise explains, fitted on a simulated clinic: wave V stands on IV and on a slow potential,
# and the filter, which takes some of both, moves the top of the sum and changes its height.
V_PLACE_SD_MS, SIZE_CV = 0.055, 0.135


@dataclass(frozen=True)
class TraceNoise:
    """Noise of one trace as peak picking needs it."""

    rms_uv: float
    slope_uv_ms: float
    peaks_per_ms: float
    measured: bool


def trace_noise(
    parts: SubAverages, *, window: slice, step_ms: float, modelled_rms_uv: float | None
) -> TraceNoise:
    """Residual noise of a trace: from its own parts, else from the series' model.

    Without any figure the noise is taken as a third of the trace's RMS: the intervals it gives
    are wide, and nothing small is named.
    """
    if parts.count > 1:
        contrast = parts.deviations()[:, window]
        rms = float(np.sqrt((contrast**2).mean()))
        slope = float(np.sqrt((np.diff(contrast, axis=1) ** 2).mean())) / step_ms
        inner = contrast[:, 1:-1]
        maxima = (inner > contrast[:, :-2]) & (inner > contrast[:, 2:])
        rate = float(maxima.mean()) / step_ms
        if rms > 0:
            return TraceNoise(rms, slope, max(rate, 0.1), True)
    trace = parts.mean()[window]
    rms = modelled_rms_uv if modelled_rms_uv is not None else float(trace.std()) / 3
    # For a band-passed signal the derivative's RMS follows from its own mean frequency.
    steepness = float(np.diff(trace).std()) / step_ms / max(float(trace.std()), 1e-9)
    return TraceNoise(
        max(rms, 1e-6), max(rms, 1e-6) * steepness, FALLBACK_NOISE_PEAKS_PER_MS, False
    )


@dataclass(frozen=True, eq=False)
class LevelTrace:
    """One trace to name waves in, with what is known of it beforehand."""

    recording: Recording
    parts: SubAverages
    noise: TraceNoise
    sensation_db: float
    response_probability: float


@dataclass(frozen=True, eq=False)
class Named:
    """Waves of one trace before they are written down."""

    candidates: Candidates
    assignment: Assignment
    delay_ms: float
    delay_sd_ms: float


def candidates_of(trace: LevelTrace, prepared: Prepared, species: str) -> Candidates:
    """Find the peaks of a trace."""
    return find_candidates(
        trace.parts.mean(),
        time_ms=prepared.time_ms,
        window=prepared.window,
        noise_uv=trace.noise.rms_uv,
        slope_noise_uv_ms=trace.noise.slope_uv_ms,
        trough_within_ms=ear_prior(species).trough_within_ms,
    )


def expected_of(trace: LevelTrace, species: str) -> Expectation:
    """What an ear that follows the norm would show in a trace."""
    return expect(
        trace.recording,
        species=species,
        sensation_db=trace.sensation_db,
        response_probability=trace.response_probability,
        noise_peaks_per_ms=trace.noise.peaks_per_ms,
    )


def track(
    traces: Sequence[LevelTrace],
    prepared: Prepared,
    *,
    species: str,
    starts_ms: NDArray[np.float64] = START_DELAYS_MS,
) -> list[Named]:
    """Name waves over all levels: the delay of the ear is followed from loud to soft.

    Each start delay is tried; a Kalman filter with one state (the delay against the norm, free
    to drift with level) carries it down; the start whose namings explain the series best wins.

    Args:
        traces: one per level, loudest first.
        prepared: their common axis.
        species: a species norms know.
        starts_ms: delays of the loudest level to try.
    """
    found = [candidates_of(t, prepared, species) for t in traces]
    norms = [expected_of(t, species) for t in traces]
    drift = ear_prior(species).drift_ms_per_db
    delays, variances = starts_ms.astype(np.float64), np.full(starts_ms.size, START_SD_MS**2)
    prior = -0.5 * ((starts_ms - DELAY_MEAN_MS) / DELAY_SD_MS) ** 2
    evidence = np.zeros(starts_ms.size)
    named: list[list[Named]] = [[] for _ in starts_ms]
    previous: float | None = None
    for done, (trace, candidates, norm) in enumerate(zip(traces, found, norms, strict=True), 1):
        level = trace.recording.level_db
        if previous is not None:
            variances += (drift * (previous - level)) ** 2 + 0.02**2
        previous = level
        each = assign_each(candidates, norm.delayed(delays, np.sqrt(variances)))
        # As numbers: every start looks at a few of them, one by one.
        away = [(candidates.latency_ms - due).tolist() for due in norm.latency_ms]
        sds = candidates.latency_sd_ms.tolist()
        for start, assignment in enumerate(each):
            delay, variance = float(delays[start]), float(variances[start])
            evidence[start] += assignment.log_evidence
            named[start].append(Named(candidates, assignment, delay, variance**0.5))
            if done == len(traces):  # there is no softer level to carry it to
                continue
            delays[start], variances[start] = _update(delay, variance, assignment, away, sds)
    total = prior + evidence * min(1.0, INDEPENDENT_LEVELS / len(traces))
    return named[int(np.argmax(total))]


def _update(
    delay: float,
    variance: float,
    assignment: Assignment,
    away: Sequence[Sequence[float]],
    sds: Sequence[float],
) -> tuple[float, float]:
    """Kalman update of the delay from every wave named with more than even odds.

    Args:
        delay: of the ear against the norm, ms.
        variance: of it.
        assignment: names of the candidates.
        away: for every wave how much later than the norm each candidate is, ms.
        sds: of the candidates' times, ms.
    """
    presence = assignment.presence().tolist()
    for wave, at in assignment.naming(PRESENT_ABOVE).items():
        # A doubtful name moves the delay less.
        sd2 = (sds[at] ** 2 + 0.15**2) / presence[wave]
        gain = variance / (variance + sd2)
        delay, variance = delay + gain * (away[wave][at] - delay), (1 - gain) * variance
    return delay, variance


def name_replicate(trace: LevelTrace, level: Named, prepared: Prepared, *, species: str) -> Named:
    """Name the waves of one recording after those of its whole level.

    A wave the level shows is looked for where the level shows it; a wave the level does not show
    is not looked for: one recording of nine is no better evidence than all nine.
    """
    candidates = candidates_of(trace, prepared, species)
    presence = level.assignment.presence()
    norm = expected_of(trace, species).delayed(level.delay_ms, level.delay_sd_ms)
    latency, sd = norm.latency_ms.copy(), norm.latency_sd_ms.copy()
    amplitude = norm.amplitude_uv.copy()
    named = level.assignment.naming(PRESENT_ABOVE)
    for wave, at in named.items():
        latency[wave] = level.candidates.latency_ms[at]
        sd[wave] = REPLICATE_SD_MS
        amplitude[wave] = max(float(level.candidates.amplitude_uv[at]), 1e-6)
    expected = replace(
        norm,
        latency_ms=latency,
        latency_sd_ms=sd,
        amplitude_uv=amplitude,
        presence=np.array([presence[w] if w in named else 0.0 for w in range(N_WAVES)]),
    )
    return Named(candidates, assign(candidates, expected), level.delay_ms, level.delay_sd_ms)


def write_down(named: Named, noise: TraceNoise) -> tuple[Wave, ...]:
    """Turn a naming into waves with probability and 90 % intervals."""
    wider = 1.0 if noise.measured else MODELLED_WIDER
    presence = named.assignment.presence()
    naming = named.assignment.naming(PRESENT_ABOVE)
    waves = []
    for index, name in enumerate(WAVES):
        probability = float(presence[index])
        if index not in naming:
            waves.append(Wave(name=name, probability=probability, present=False))
            continue
        weight = named.assignment.probability[index] / probability
        at = naming[index]
        latency = float(named.candidates.latency_ms[at])
        # Doubt between candidates belongs to the interval as much as the noise of one of them.
        between = float(weight @ (named.candidates.latency_ms - latency) ** 2)
        own = wider * sd_of_chosen_peak(
            float(named.candidates.latency_sd_ms[at]), noise.peaks_per_ms
        )
        sd = float(np.sqrt(between + own**2 + (V_PLACE_SD_MS if name == "V" else 0.0) ** 2))
        size = float(named.candidates.amplitude_uv[at])
        # Peak and trough, each with its noise.
        size_sd = float(np.hypot(wider * noise.rms_uv * np.sqrt(2.0), SIZE_CV * size))
        waves.append(
            Wave(
                name=name,
                probability=probability,
                present=True,
                latency_ms=_estimate(latency, sd),
                amplitude_uv=Estimate(
                    value=size, low=max(0.0, size - Z90 * size_sd), high=size + Z90 * size_sd
                ),
            )
        )
    return tuple(waves)


def sd_of_chosen_peak(sd_ms: float, noise_peaks_per_ms: float) -> float:
    """Standard deviation of a peak's time, given that it was picked for being a peak.

    The time's error is that of the noise's slope over the curvature of the response, ``s / c``.
    Where there is a maximum the noise has bent the trace further: maxima come as often as their
    curvature is large (Rice 1945), so a maximum of the sum has ``c + k**2 / c`` on average, with
    ``k`` the SD of the noise's curvature, ``2 pi s`` times its maxima per ms (the same paper).
    Solved for ``c``; half the curvature seen is the least.

    Args:
        sd_ms: slope of the noise over the curvature seen.
        noise_peaks_per_ms: maxima of the noise.

    Example:
        >>> round(sd_of_chosen_peak(0.02, 0.8), 4), round(sd_of_chosen_peak(0.1, 0.8), 4)
        (0.0202, 0.2)
    """
    ratio = 2.0 * np.pi * noise_peaks_per_ms * sd_ms  # k / (c + k**2 / c)
    return float(sd_ms * 2.0 / (1.0 + np.sqrt(max(0.0, 1.0 - 4.0 * ratio**2))))


def _estimate(value: float, sd: float) -> Estimate:
    return Estimate(value=value, low=value - Z90 * sd, high=value + Z90 * sd)
