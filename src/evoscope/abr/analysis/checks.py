"""What in a series limits what can be said of it: stated, never silently worked around."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from evoscope.abr import norms
from evoscope.abr.analysis.misplaced import impossible_delay_ms
from evoscope.abr.classical.prepare import Prepared
from evoscope.abr.classical.waves import LevelTrace, Named
from evoscope.abr.findings import WAVES
from evoscope.abr.recording import Recording, Series

V = WAVES.index("V")
LOWEST_RATE_HZ = 4000.0
SHORTEST_MS = 8.0
# More than this later or earlier than any normal ear is a finding or a wrong time zero; which of
# the two, a person has to say.
DELAY_WORTH_SAYING_MS = 1.5


def usable(series: Series) -> tuple[tuple[Recording, ...], tuple[str, ...]]:
    """Drop constant recordings, with a sentence for each.

    Returns:
        The recordings that carry a signal (possibly none) and the warnings.
    """
    kept, warnings = [], []
    for recording in series:
        if float(recording.waveform.max()) > float(recording.waveform.min()):
            kept.append(recording)
        else:
            warnings.append(
                f"Record {recording.source.record} at {recording.level_db:g} dB is constant: "
                "left out."
            )
    return tuple(kept), tuple(warnings)


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


def timing_warnings(
    traces: Sequence[LevelTrace], named: Sequence[Named], prepared: Prepared, *, species: str
) -> tuple[str, ...]:
    """Say when waves lie where no ear has them, or a clear response has no wave V.

    Args:
        traces: loudest first.
        named: their waves.
        prepared: their common axis.
        species: a species norms know.
    """
    first, waves = traces[0], named[0]
    if first.response_probability < 0.95:
        return ()
    stimulus, subject = first.recording.stimulus, first.recording.subject
    delay_ms = impossible_delay_ms(traces, prepared, species=species)
    if delay_ms is not None:
        side = "later" if delay_ms > 0 else "earlier"
        return (
            f"The waves keep their normal pattern about {abs(delay_ms):.1f} ms {side} than the norm, "
            "which no ear does: time zero is probably wrong, and the names of the waves with it.",
        )
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
