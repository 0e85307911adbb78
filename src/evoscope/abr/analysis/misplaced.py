"""Would the waves be normal with another time zero, another polarity, another sampling rate?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.classical.assignment import Expectation, evidence_of_shifts
from evoscope.abr.classical.candidates import find_candidates
from evoscope.abr.classical.expectation import ear_prior
from evoscope.abr.classical.prepare import Prepared
from evoscope.abr.classical.waves import LevelTrace, expected_of

LOUDEST_LEVELS = 3
SURE_OF_RESPONSE = 0.95
# Delays in ms that an ear, a transducer or the air can make; beyond them the clock is in doubt.
EARLIEST_MS, LATEST_MS = -1.25, 3.25
TRIED_MS = np.arange(-7.0, 7.01, 0.5)
TRIED_SD_MS = 0.35
POSSIBLE = (TRIED_MS >= EARLIEST_MS) & (TRIED_MS <= LATEST_MS)
# Log odds by which a delay no ear has must explain the waves better. Series with a right clock
# stay below 0 (simulated humans and mice below -3), wrong ones by 4 or 5 ms lie above 3.
MARGIN = 2.0
# The same for a polarity and a sampling rate. Human clicks as they should be: inverted at most
# 0.1, another rate at most -1.3. Clicks of normal ears upside down 2.5 to 13, rates 1.5 to 10.
INVERTED_MARGIN, RATE_MARGIN = 2.5, 1.5
# Where the waves of a human response are, whatever the clock: ms.
LAST_MS = 20.0
Heard = tuple[LevelTrace, Expectation]
"""A trace with a response, and what the norm expects in it, give or take ``TRIED_SD_MS``."""


def clock_fault(
    traces: Sequence[LevelTrace], prepared: Prepared, *, species: str, onset_confirmed: bool
) -> str | None:
    """Say whether the waves would be normal with another polarity, sampling rate or time zero.

    Args:
        traces: one per level, loudest first.
        prepared: their common axis.
        species: a species norms know.
        onset_confirmed: whether the stimulus' own artefact agrees with time zero: then waves in
            an odd place are no reason to doubt it.

    Returns:
        A warning; ``None`` where the recording fits best as it is, or shows no response.
    """
    if traces[0].response_probability < SURE_OF_RESPONSE:
        return None
    if species != "human" and onset_confirmed:
        return None
    heard = [
        (trace, expected_of(trace, species).delayed(0.0, TRIED_SD_MS))
        for trace in traces[:LOUDEST_LEVELS]
        if trace.response_probability >= SURE_OF_RESPONSE
    ]
    evidence = evidence_of_delays(heard, prepared, TRIED_MS, species=species)
    fault = _wrong_way_up_or_rate(traces, heard, prepared, evidence, species=species)
    if fault is not None or onset_confirmed:
        return fault
    delay_ms = _impossible_delay_ms(evidence)
    if delay_ms is None:
        return None
    side = "later" if delay_ms > 0 else "earlier"
    return (
        f"The waves keep their normal pattern about {abs(delay_ms):.1f} ms {side} than the "
        "norm, which no ear does: time zero is probably wrong, and the names of the waves "
        "with it."
    )


def _impossible_delay_ms(evidence: NDArray[np.float64]) -> float | None:
    """Find a delay no ear has at which the waves fit the norm much better than at any it may have.

    All peaks of the loudest traces are named again, before the response window and after it, as
    if every wave came that much later. A wrong time zero leaves the pattern of waves whole and in
    the wrong place; picking near the norm would then name wave I "V" and notice nothing. Of tones
    only what follows the burst is looked at: its artefact has peaks like waves, and is the better
    witness of the onset (``check_time_zero``).

    Args:
        evidence: at each of ``TRIED_MS``.

    Returns:
        The delay in ms, or ``None`` where the waves are where an ear may have them.
    """
    if evidence[~POSSIBLE].max() - evidence[POSSIBLE].max() < MARGIN:
        return None
    return float(TRIED_MS[np.argmax(evidence)])


def _wrong_way_up_or_rate(
    traces: Sequence[LevelTrace],
    heard: Sequence[Heard],
    prepared: Prepared,
    evidence: NDArray[np.float64],
    *,
    species: str,
) -> str | None:
    """Say whether a human response would be normal upside down, or at twice or half the rate.

    Only human waves have intervals and a polarity that tell: the positive and the negative peaks
    of a rodent follow each other as regularly, and real series of mice as they should be fit
    better upside down by up to 8 in log odds. Tones, and traces whose noise is only modelled,
    are judged for their rate alone: of those, some fit better upside down without being so.

    Returns:
        A warning, or ``None`` where the recording fits best as it is.
    """
    if species != "human":
        return None
    as_it_is = float(evidence.max())

    def better(sign: float, stretch: float) -> float:
        other = evidence_of_delays(
            heard, prepared, TRIED_MS[POSSIBLE], species=species, sign=sign, stretch=stretch
        )
        return float(other.max()) - as_it_is

    found: list[tuple[float, str]] = []
    measured = all(trace.noise.measured for trace in traces[:LOUDEST_LEVELS])
    if measured and prepared.series.key.frequency_hz is None:
        found.append(
            (
                better(-1.0, 1.0) - INVERTED_MARGIN,
                "The waves fit the norm much better upside down: the polarity may be inverted "
                "(electrodes swapped), and the waves named here are then troughs.",
            )
        )
    rate_hz = prepared.series.recordings[0].sampling_rate_hz
    for stretch, what in ((2.0, "half"), (0.5, "twice")):
        found.append(
            (
                better(1.0, stretch) - RATE_MARGIN,
                f"The waves would be normal at {what} the stated sampling rate of {rate_hz:g} Hz: "
                "check the rate; latencies and intervals depend on it.",
            )
        )
    excess, text = max(found)
    return text if excess > 0 else None


def evidence_of_delays(
    heard: Sequence[Heard],
    prepared: Prepared,
    delays_ms: NDArray[np.float64],
    *,
    species: str,
    sign: float = 1.0,
    stretch: float = 1.0,
) -> NDArray[np.float64]:
    """Log evidence of the norm at each of some delays, over the loudest traces with a response.

    Args:
        heard: the traces, each with what the norm expects there.
        prepared: their common axis.
        delays_ms: ``(n,)`` to try.
        species: a species norms know.
        sign: -1 reads the traces upside down.
        stretch: reads the time after onset as this many times as long.
    """
    evidence = np.zeros(delays_ms.size)
    time_ms = prepared.time_ms * stretch
    start = prepared.window.start if prepared.series.key.frequency_hz is not None else 0
    alike = sign == stretch == 1.0
    stop = time_ms.size if alike else int(np.searchsorted(time_ms, LAST_MS))
    for trace, norm in heard:
        peaks = find_candidates(
            sign * trace.parts.mean(),
            time_ms=time_ms,
            window=slice(start, stop),
            noise_uv=trace.noise.rms_uv,
            slope_noise_uv_ms=trace.noise.slope_uv_ms / stretch,
            trough_within_ms=ear_prior(species).trough_within_ms,
        )
        expected = replace(norm, noise_peaks_per_ms=norm.noise_peaks_per_ms / stretch)
        evidence += evidence_of_shifts(peaks, expected, delays_ms)
    return evidence
