"""What in a series limits what can be said of it: stated, never silently worked around."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from evoscope.abr import norms
from evoscope.abr.analysis.misplaced import SURE_OF_RESPONSE
from evoscope.abr.classical.waves import LevelTrace, Named
from evoscope.abr.findings import WAVES, RecordingFindings
from evoscope.abr.recording import Recording, Series

V = WAVES.index("V")
LOWEST_RATE_HZ = 4000.0
SHORTEST_MS = 8.0
# Before this nothing can be said of any wave but I, and one such record would cut all others.
SHORTEST_USABLE_MS = 4.0
# RMS in uV outside of which the unit is wrong: averages hold 0.01-5 uV, a rodent's or a cochlear
# potential up to hundreds; volts read as uV lie a million times lower, nV a thousand higher.
SMALLEST_RMS_UV = 0.001
LARGEST_RMS_UV = {True: 30.0, False: 500.0}
# More than this later or earlier than any normal ear is a finding or a wrong time zero; which of
# the two, a person has to say.
DELAY_WORTH_SAYING_MS = 1.5


def usable(series: Series) -> tuple[tuple[Recording, ...], tuple[str, ...]]:
    """Drop recordings that carry no signal, end too early or are copies, with a sentence for each.

    Half-averages that cannot tell the noise (constant, or twice the same) are dropped, not their
    recording: a noise of zero would make a response of everything.

    Returns:
        The recordings that can be analyzed (possibly none) and the warnings.
    """
    kept: list[Recording] = []
    warnings: list[str] = []
    seen: dict[tuple[float, bytes], Recording] = {}
    levels_of: dict[bytes, set[float]] = {}
    for recording in series:
        levels_of.setdefault(recording.waveform.tobytes(), set()).add(recording.level_db)
    for recording in series:
        where = f"Record {recording.source.record} at {recording.level_db:g} dB"
        first = seen.setdefault((recording.level_db, recording.waveform.tobytes()), recording)
        if float(recording.waveform.max()) <= float(recording.waveform.min()):
            warnings.append(f"{where} is constant: left out.")
        elif len(levels_of[recording.waveform.tobytes()]) > 1:
            warnings.append(
                f"{where} holds the samples of another level, and which of them is right is not "
                "known: left out. Check the export."
            )
        elif first is not recording:
            warnings.append(
                f"{where} holds the samples of record {first.source.record}: counted once."
            )
        elif float(recording.time_ms[-1]) < SHORTEST_USABLE_MS:
            warnings.append(
                f"{where} ends {recording.time_ms[-1]:.1f} ms after onset, before "
                f"{SHORTEST_USABLE_MS:g} ms: left out."
            )
        elif recording.halves is not None and not _tells_noise(recording.halves):
            warnings.append(f"{where}: its halves do not differ, or one is constant: not used.")
            kept.append(replace(recording, halves=None))
        else:
            kept.append(recording)
    return tuple(kept), tuple(warnings)


def _tells_noise(halves: NDArray[np.float32]) -> bool:
    constant = bool((np.ptp(halves, axis=1) == 0).any())
    return not constant and not np.array_equal(halves[0], halves[1])


def series_warnings(series: Series) -> tuple[str, ...]:
    """Say what the recordings of a series lack."""
    warnings = []
    rates = {r.sampling_rate_hz for r in series}
    if min(rates) < LOWEST_RATE_HZ:
        warnings.append(
            f"The sampling rate is {min(rates):g} Hz: below {LOWEST_RATE_HZ:g} Hz peaks are cut "
            "off and latencies are coarse."
        )
    if len({round(r, 3) for r in rates}) > 1:
        listed = ", ".join(f"{r:g}" for r in sorted(rates))
        warnings.append(f"Recordings with different sampling rates ({listed} Hz) were joined.")
    shortest = min(float(r.time_ms[-1]) for r in series)
    if shortest < SHORTEST_MS:
        warnings.append(
            f"A recording ends {shortest:.1f} ms after onset: responses after that are not seen."
        )
    rms_uv = float(np.median([r.waveform.std(dtype=np.float64) for r in series]))
    human = series.key.species == "human"
    if not SMALLEST_RMS_UV <= rms_uv <= LARGEST_RMS_UV[human]:
        warnings.append(
            f"The recordings have an RMS of {rms_uv:.2g} uV, which no evoked response has: their "
            "unit or gain may be wrong, and amplitudes with it."
        )
    if len(series.levels_db) == 1:
        warnings.append("Only one level was recorded: a threshold cannot be told.")
    return tuple(warnings)


def gap_warning(levels_db: Sequence[float]) -> tuple[str, ...]:
    """Say where the level steps are much wider than usual in this series."""
    steps = [b - a for a, b in itertools.pairwise(levels_db)]
    if len(steps) < 3:
        return ()
    usual = sorted(steps)[len(steps) // 2]
    wide = [
        f"{levels_db[i]:g} and {levels_db[i + 1]:g}" for i, s in enumerate(steps) if s > 2 * usual
    ]
    return (f"No recording between {' dB, between '.join(wide)} dB.",) if wide else ()


def modelled_warning(levels: Sequence[RecordingFindings]) -> tuple[str, ...]:
    """Say at how many levels the noise is not measured."""
    known = sum(level.noise_source not in ("model", "none") for level in levels)
    if known == len(levels):
        return ()
    where, there = "", ""
    if known:
        where, there = f" at {len(levels) - known} of {len(levels)} levels", " there"
    return (
        f"The files hold no halves, replicates or trials{where}: noise is modelled from the "
        f"series{there}, there is no p-value, and intervals are wider for it.",
    )


def delay_warnings(
    traces: Sequence[LevelTrace], named: Sequence[Named], *, species: str
) -> tuple[str, ...]:
    """Say when waves lie where few ears have them, or a clear response has no wave V.

    Args:
        traces: loudest first.
        named: their waves.
        species: a species norms know.
    """
    first, waves = traces[0], named[0]
    if first.response_probability < SURE_OF_RESPONSE:
        return ()
    stimulus, subject = first.recording.stimulus, first.recording.subject
    naming = waves.assignment.naming()
    if not naming:
        return (
            f"There is a response at {stimulus.level_db:g} dB, but no wave where norms expect "
            "one: an abnormal response, or a wrong time zero.",
        )
    warnings = []
    if abs(waves.delay_ms) > DELAY_WORTH_SAYING_MS:
        side = "later" if waves.delay_ms > 0 else "earlier"
        warnings.append(
            f"All waves come about {abs(waves.delay_ms):.1f} ms {side} than the norm: a delay of "
            "the ear, of the sound's way to it, or a wrong time zero."
        )
    limits = norms.plausible_largest_wave_ms(
        level_db=stimulus.level_db,
        stimulus=stimulus.kind,
        frequency_hz=stimulus.frequency_hz,
        species=species,
        age_weeks=subject.age_weeks,
        age_years=subject.age_years,
        level_reference=stimulus.level_reference,
    )
    if species == "human" and limits is not None and V in naming:
        seen = float(waves.candidates.latency_ms[naming[V]])
        if not limits[0] <= seen <= limits[1]:
            warnings.append(
                f"Wave V at {stimulus.level_db:g} dB lies at {seen:.1f} ms; plausible is "
                f"{limits[0]:.1f} to {limits[1]:.1f} ms: time zero may be wrong."
            )
    return tuple(warnings)
