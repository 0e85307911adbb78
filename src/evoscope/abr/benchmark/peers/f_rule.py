"""Fsp and Fmp: a level answers where its average varies more than its noise explains."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.averaging import accept, bandpass, choose_preset
from evoscope.abr.benchmark.peers.parts import has_trials, trials_of, window_of
from evoscope.abr.findings import Threshold
from evoscope.abr.recording import Series

CRITERION = 3.1
POINTS: Mapping[Literal["Fsp", "Fmp"], int] = {"Fsp": 1, "Fmp": 16}
"""At how many points of a sweep the noise is sampled [16 for "multiple": assumed]."""
_METHOD = "lowest level with F >= 3.1"


def f_from_trials(trials: NDArray[np.floating], *, window: slice, points: int) -> float:
    """Variance of the average over its window, times n, over the variance of points over sweeps.

    Fsp with one point, the middle of the window, Fmp with several spread over it (Elberling & Don
    1984; Don, Elberling & Waring 1984).

    Args:
        trials: ``(n, samples)``, filtered, artefacts rejected.
        window: samples of the response.
        points: how many.

    Example:
        >>> import numpy as np
        >>> noise = np.random.default_rng(0).standard_normal((400, 100))
        >>> f_from_trials(noise, window=slice(0, 100), points=16) < 3.1
        True
        >>> f_from_trials(noise + np.sin(np.arange(100) / 8), window=slice(0, 100), points=1) > 99
        True
    """
    inside = trials[:, window]
    size = inside.shape[1]
    # Between the ends, evenly: one point is the middle.
    at = ((np.arange(points) + 0.5) / points * size).astype(int)
    single = float(inside[:, at].var(axis=0, ddof=1).mean())
    average = float(inside.mean(axis=0).var())
    return len(inside) * average / single if single > 0.0 else 0.0


def f_threshold(series: Series, *, points: int, criterion: float = CRITERION) -> Threshold | None:
    """Name the lowest level that answers, by F of the single trials.

    Devices call 3.1 the 99 % point (about 5 and 250 degrees of freedom). Trials are filtered to
    the band of the field and those with artefacts left out, as for the classical analyzer.

    Returns:
        The answer, or ``None`` for recordings without trials: F needs them.
    """
    if not has_trials(series):
        return None
    preset = choose_preset(series, raw_eeg=True)
    values = []
    for level_db in series.levels_db:
        trials = trials_of(series, level_db)
        filtered = bandpass(trials.values, sampling_rate_hz=trials.sampling_rate_hz, preset=preset)
        kept, _ = accept(filtered)
        window = window_of(series, trials.time_ms)
        values.append(f_from_trials(filtered[kept], window=window, points=points))
    return _answer(series, values, criterion)


def f_stated_threshold(
    series: Series, stated: Sequence[float | None], *, criterion: float = CRITERION
) -> Threshold | None:
    """Name the lowest level that answers, by what the device stated.

    Args:
        series: the recordings.
        stated: Fmp of each recording, as the device wrote it; replicates are averaged.
        criterion: of an answer.

    Returns:
        The answer, or ``None`` where the device stated nothing for some level.

    Example:
        >>> from evoscope.abr.simulation import simulate_series
        >>> series, _ = simulate_series(true_threshold_db=10, levels_db=[0, 20, 40], seed=1)
        >>> f_stated_threshold(series, [0.8, 3.5, 9.0]).value_db
        20.0
    """
    values = []
    for level_db in series.levels_db:
        here = [
            f
            for recording, f in zip(series, stated, strict=True)
            if recording.level_db == level_db and f is not None and np.isfinite(f)
        ]
        if not here:
            return None
        values.append(float(np.mean(here)))
    return _answer(series, values, criterion)


def lowest_answering(
    levels_db: Sequence[float], answers: Sequence[bool], **fields: object
) -> Threshold:
    """Name the lowest level that answers, whatever louder ones do.

    Asking that every louder level answers, too, was worse on simulated ears for every rule here.

    Args:
        levels_db: softest first.
        answers: one per level.
        fields: of the threshold.

    Example:
        >>> lowest_answering([0, 10, 20, 30], [False, True, False, True], level_reference="SPL",
        ...                  method="m", criterion=1.0, evidence_name="e").value_db
        10.0
    """
    found: dict[str, object] = {"status": "no_response"}
    if any(answers):
        lowest = list(answers).index(True)
        found = {"status": "below_range"}
        if lowest:
            found = {"status": "estimated", "value_db": float(levels_db[lowest])}
    return Threshold.model_validate({**fields, **found})


def _answer(series: Series, values: Sequence[float], criterion: float) -> Threshold:
    return lowest_answering(
        series.levels_db,
        [value >= criterion for value in values],
        level_reference=series.recordings[0].stimulus.level_reference,
        method=_METHOD,
        criterion=criterion,
        evidence_name="F",
    )
