"""``scipy.signal.find_peaks`` inside the latencies of the norms: an afternoon's own script."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.signal import find_peaks

from evoscope.abr.averaging.calls import GAP_OVER_NOISE
from evoscope.abr.benchmark.peers.f_rule import lowest_answering
from evoscope.abr.benchmark.peers.parts import averages_of, is_human
from evoscope.abr.findings import Threshold
from evoscope.abr.norms import latency
from evoscope.abr.recording import Series

CLEAR_UV, CLEAR_OVER_GAP = 0.04, 3.0
"""A clear response: 40 nV, and three times the mean gap of the two traces (UK guidance)."""
REACH_SD, LEAST_REACH_MS = 3.0, 0.75
_METHOD = "find_peaks at wave V of the norm: 40 nV and 3 x gap, at two levels"


def pick_wave(
    average: NDArray[np.floating],
    time_ms: NDArray[np.float64],
    *,
    expected_ms: float,
    reach_ms: float,
    least_uv: float,
) -> float | None:
    """Time of the most prominent peak near where a wave should be.

    Args:
        average: ``(samples,)`` microvolts.
        time_ms: ``(samples,)`` after onset.
        expected_ms: by the norm.
        reach_ms: how far from it.
        least_uv: least prominence.

    Returns:
        Latency in ms, or ``None`` where no peak stands out.

    Example:
        >>> import numpy as np
        >>> t = np.arange(0, 12, 0.05)
        >>> wave = np.exp(-0.5 * ((t - 6.2) / 0.4) ** 2)
        >>> round(pick_wave(wave, t, expected_ms=6.0, reach_ms=1.0, least_uv=0.1), 2)
        6.2
    """
    peaks, properties = find_peaks(average, prominence=least_uv)
    near = np.abs(time_ms[peaks] - expected_ms) <= reach_ms
    if not near.any():
        return None
    prominence = np.where(near, properties["prominences"], -np.inf)
    return float(time_ms[peaks[int(np.argmax(prominence))]])


def picked_v(series: Series) -> list[float | None]:
    """Latency of wave V in ms of every recording, in their order; ``None`` where there is none.

    Raises:
        ValueError: a species without norms.
    """
    prepared = averages_of(series)
    found = []
    for recording, part in zip(series, prepared.recordings, strict=True):
        stimulus, subject = recording.stimulus, recording.subject
        norm = latency(
            "V",
            level_db=stimulus.level_db,
            stimulus=stimulus.kind,
            frequency_hz=stimulus.frequency_hz,
            species=subject.species,
            age_weeks=subject.age_weeks,
            age_years=subject.age_years,
            sex=subject.sex,
            rate_hz=stimulus.rate_hz,
            level_reference=stimulus.level_reference,
            transducer=stimulus.transducer,
        )
        if norm is None:
            raise ValueError(f"There should be a norm for {subject.species!r}. Found none.")
        noise_uv = np.sqrt(np.nan_to_num(part.noise_variance()[prepared.window].mean()))
        picked = pick_wave(
            part.mean(),
            prepared.time_ms,
            expected_ms=norm.mean,
            reach_ms=max(REACH_SD * norm.sd, LEAST_REACH_MS),
            least_uv=max(CLEAR_UV, CLEAR_OVER_GAP * GAP_OVER_NOISE * float(noise_uv)),
        )
        found.append(picked)
    return found


def picked_threshold(series: Series, picked: Sequence[float | None]) -> Threshold | None:
    """Name the lowest level with a wave V that the next louder level has, too.

    A level has one when half of its replicates do. Unconfirmed, a peak of noise would do: three
    times the gap is reached at one level in twenty.

    Returns:
        The answer, or ``None`` for animals, whose response has another size and other waves.

    Example:
        >>> from evoscope.abr.simulation import simulate_series
        >>> series, _ = simulate_series(true_threshold_db=15, levels_db=[0, 40, 80], seed=1)
        >>> picked_threshold(series, picked_v(series)).value_db
        40.0
    """
    if not is_human(series):
        return None
    answers = []
    for level_db in series.levels_db:
        here = [
            at is not None
            for recording, at in zip(series, picked, strict=True)
            if recording.level_db == level_db
        ]
        answers.append(2 * sum(here) >= len(here))
    return lowest_answering(
        series.levels_db,
        [yes and louder for yes, louder in zip(answers, [*answers[1:], True], strict=True)],
        level_reference=series.recordings[0].stimulus.level_reference,
        method=_METHOD,
        criterion=CLEAR_OVER_GAP,
        evidence_name="prominence over gap",
    )
