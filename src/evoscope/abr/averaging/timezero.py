"""Is the stimulus where the file says it is? A tone burst leaves its artefact at its own frequency.

Some exports do not state the onset, and not all of one study begin alike. A tone burst couples
into the electrodes at its own frequency while it sounds: where that is, the stimulus is.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.averaging.windows import BURST_CYCLES
from evoscope.abr.recording import Series

# Less than this is the burst's own rise and the transducer's delay, not a wrong onset.
TOLERANCE_MS = 1.5
SEARCH_MS = 12.0
# The artefact must stand out of the trace's own activity at that frequency by this factor.
STANDS_OUT = 4.0
# Half width at half maximum of a Gaussian, in its standard deviations.
HALF_WIDTH_SD = 1.18
LOUDEST_LEVELS = 3


@dataclass(frozen=True)
class Artefact:
    """Where the artefact of a tone burst is centred, and how far it stands out."""

    centre_ms: float
    ratio: float


@dataclass(frozen=True, eq=False)
class TimeZero:
    """The series with its onset checked, what to warn of, and what was done.

    ``confirmed``: the artefact of the stimulus was seen, and the onset of ``series`` is its.
    """

    series: Series
    warnings: tuple[str, ...] = ()
    note: str = ""
    confirmed: bool = False


def find_artefact(
    trace: NDArray[np.float64], *, time_ms: NDArray[np.float64], frequency_hz: float
) -> Artefact | None:
    """Find the envelope peak at the stimulus frequency in the first milliseconds.

    A trace that begins in the middle of anything has an edge there, which holds every frequency:
    only peaks of the envelope at least its half width from the start count.

    Args:
        trace: ``(n_samples,)`` unfiltered average, microvolts.
        time_ms: ``(n_samples,)`` ms after the stated onset.
        frequency_hz: of the tone burst; above 0.45 of the sampling rate nothing can be seen.

    Returns:
        The artefact, or ``None`` when the frequency cannot be seen in this recording.
    """
    step_ms = float(time_ms[1] - time_ms[0])
    if frequency_hz > 0.45 * 1000.0 / step_ms:
        return None
    # A Gaussian about half the burst long: narrow enough to place it, wide enough to average
    # over cycles.
    width_ms = 1000.0 * BURST_CYCLES / frequency_hz / 4
    half = max(3, int(3 * width_ms / step_ms))
    if 2 * half + 1 >= trace.size:
        return None
    lag = np.arange(-half, half + 1) * step_ms
    kernel = np.exp(-0.5 * (lag / width_ms) ** 2) * np.exp(-2j * np.pi * frequency_hz * lag / 1000)
    kernel -= kernel.mean()  # slow activity must not leak in
    envelope = np.abs(np.convolve(trace - trace.mean(), kernel, "same"))
    begin_ms = time_ms[0] + max(2 * step_ms, HALF_WIDTH_SD * width_ms)
    early = (time_ms >= begin_ms) & (time_ms <= time_ms[0] + SEARCH_MS)
    early[1:-1] &= (envelope[1:-1] >= envelope[:-2]) & (envelope[1:-1] >= envelope[2:])
    late = time_ms > time_ms[0] + SEARCH_MS
    if not early.any() or late.sum() < half:
        return None
    peak = int(np.flatnonzero(early)[np.argmax(envelope[early])])
    background = float(np.sqrt((envelope[late] ** 2).mean()))
    return Artefact(float(time_ms[peak]), float(envelope[peak]) / max(background, 1e-12))


def check_time_zero(series: Series) -> TimeZero:
    """Compare the onset of a tone series with its artefact.

    An onset the file does not state is corrected, and then its ``onset_source`` is
    ``corrected``; a stated one is left, and the doubt is said.
    """
    first = series.recordings[0]
    stated = all(r.onset_source == "file" for r in series)
    unsure = (
        ()
        if stated
        else (
            "The file does not state when the stimulus began; time zero was taken as the first "
            "sample. Absolute latencies depend on it.",
        )
    )
    frequency_hz = first.stimulus.frequency_hz
    if frequency_hz is None or first.stimulus.kind != "tone":
        return TimeZero(series, unsure)
    loud = [r for level in series.levels_db[-LOUDEST_LEVELS:] for r in series.at(level)]
    found = [
        find_artefact(r.waveform.astype(np.float64), time_ms=r.time_ms, frequency_hz=frequency_hz)
        for r in loud
    ]
    strong = [a for a in found if a is not None and a.ratio >= STANDS_OUT]
    if 2 * len(strong) <= len(loud):
        return TimeZero(series, unsure)
    duration_ms = first.stimulus.duration_ms or 1000.0 * BURST_CYCLES / frequency_hz
    shift_ms = float(np.median([a.centre_ms for a in strong])) - duration_ms / 2
    if abs(shift_ms) < TOLERANCE_MS:
        note = "Time zero agrees with the artefact of the tone burst."
        return TimeZero(series, (), note, confirmed=True)
    where = f"The artefact of the tone burst lies {shift_ms:+.1f} ms from where it should"
    if stated:
        return TimeZero(
            series, (f"{where}: the onset stated in the file may be wrong. It was kept.",)
        )
    moved = tuple(
        replace(
            r,
            onset_sample=r.onset_sample + shift_ms * r.sampling_rate_hz / 1000.0,
            onset_source="corrected",
        )
        for r in series
    )
    return TimeZero(
        series.with_recordings(moved),
        (f"{where}. The file does not state the onset: time zero was moved.",),
        f"Time zero moved by {shift_ms:+.1f} ms, to the artefact of the tone burst.",
        confirmed=True,
    )
