"""Real noise without a response: how often something is found in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from evoscope.abr.benchmark.evaluation import Figure
from evoscope.abr.benchmark.protocol.contestants import Contestant
from evoscope.abr.benchmark.real_sets import Labelled
from evoscope.abr.benchmark.surrogates import (
    flipped_trials,
    from_halves,
    halves_series,
    pairs_of_level,
)
from evoscope.abr.findings import Findings
from evoscope.abr.recording import Recording, Series
from evoscope.measure import proportion_interval

NOMINAL = 0.05
SERIES_PER_EAR = 40
SERIES_PER_FREQUENCY = 10


def share(hits: Sequence[bool], **fields: Any) -> Figure:
    """A share as a figure with its 90 % Wilson interval."""
    n = len(hits)
    low, high = proportion_interval(int(sum(hits)), n)
    return Figure(
        value=float(np.mean(hits)),
        low=low,
        high=high,
        n=n,
        simulated=False,
        **fields,
    )


def random_signs(series: Series, rng: np.random.Generator) -> Series:
    """Flip halves at random: what the two polarities answer differently is no noise, either."""

    def flip(recording: Recording) -> Recording:
        if recording.halves is None:
            return recording
        halves = recording.halves * rng.choice([-1.0, 1.0], size=(2, 1))
        return replace(recording, halves=halves, waveform=halves.mean(axis=0))

    return series.with_recordings(tuple(flip(r) for r in series))


def _all_series(
    cases: Sequence[Labelled],
    who: Contestant,
    make: Callable[[Series, np.random.Generator], Series],
    *,
    each: int,
    seed: int,
) -> list[Findings]:
    rng = np.random.default_rng(seed)
    return who.many([make(case.series, rng) for case in cases for _ in range(each)])


def _wave_v(findings: Sequence[Findings]) -> list[bool]:
    return [
        any(w.name == "V" and w.present for w in r.waves) for f in findings for r in f.recordings
    ]


def _called(findings: Sequence[Findings]) -> list[bool]:
    return [r.p_value < NOMINAL for f in findings for r in f.recordings if r.p_value is not None]


def human_noise_figures(cases: Sequence[Labelled], who: Contestant) -> list[Figure]:
    """Half-differences of human averages: alone, as series, and as series with random signs."""
    alone = who.many(
        [
            case.series.with_recordings((from_halves(a, b),))
            for case in cases
            for level in case.series.levels_db
            for a, b in pairs_of_level(case.series.at(level))
        ]
    )
    plain = _all_series(cases, who, halves_series, each=SERIES_PER_EAR, seed=1)
    signs = _all_series(
        cases, who, lambda s, r: random_signs(halves_series(s, r), r), each=SERIES_PER_EAR, seed=2
    )
    noise = "noise=human half-differences"
    locked = "halves may be polarities: at high levels they hold a little response"
    return [
        share(
            _called(alone),
            task="detection",
            metric="called_at_5_percent",
            slice=noise,
            trivial=NOMINAL,
            goal="0.02-0.08",
            note=locked,
        ),
        share(
            _wave_v(alone),
            task="existence.V",
            metric="false_peak_rate",
            slice=f"{noise}, alone",
            trivial=1.0,
            goal="<= 0.10",
        ),
        share(
            _wave_v(plain),
            task="existence.V",
            metric="false_peak_rate",
            slice=f"{noise}, series",
            trivial=1.0,
            goal="<= 0.10",
        ),
        share(
            [f.threshold.status in ("estimated", "below_range") for f in plain],
            task="threshold",
            metric="named_in_noise",
            slice=f"{noise}, series",
            trivial=1.0,
            goal="< 0.05",
            note=locked,
        ),
        share(
            [f.threshold.status in ("estimated", "below_range") for f in signs],
            task="threshold",
            metric="named_in_noise",
            slice=f"{noise}, series, random signs",
            trivial=1.0,
            goal="< 0.05",
        ),
    ]


def mouse_noise_figures(cases: Sequence[Labelled], who: Contestant) -> list[Figure]:
    """Sign-flipped blocks of single trials."""

    def flipped(series: Series, rng: np.random.Generator) -> Series:
        return series.with_recordings(tuple(flipped_trials(r, rng) for r in series))

    found = _all_series(cases, who, flipped, each=SERIES_PER_FREQUENCY, seed=3)
    noise = "noise=mouse sign-flipped trial blocks"
    return [
        share(
            _called(found),
            task="detection",
            metric="called_at_5_percent",
            slice=noise,
            trivial=NOMINAL,
            goal="0.02-0.08",
        ),
        share(
            _wave_v(found),
            task="existence.V",
            metric="false_peak_rate",
            slice=noise,
            trivial=1.0,
            goal="<= 0.10",
        ),
        share(
            [f.threshold.status in ("estimated", "below_range") for f in found],
            task="threshold",
            metric="named_in_noise",
            slice=noise,
            trivial=1.0,
            goal="< 0.05",
        ),
    ]
