"""Wave V of human ears against published and measured latencies."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from evoscope.abr import norms
from evoscope.abr.benchmark.evaluation import Figure, figure_of
from evoscope.abr.benchmark.real_sets import Labelled
from evoscope.abr.findings import Findings
from evoscope.measure import mean_absolute_error

# Wave V of the two ears in ms at 30, 40, 50 and 60 dB, measured by hand on their averages.
MEASURED_V_MS = {
    "P3": {30.0: 7.30, 40.0: 6.70, 50.0: 6.30, 60.0: 5.95},
    "P6": {30.0: 7.20, 40.0: 6.85, 50.0: 6.55, 60.0: 6.20},
}
LOUD_TONE_DB = 80.0


def click_latency_figures(cases: Sequence[Labelled], findings: Sequence[Findings]) -> list[Figure]:
    """Wave V latency of the click ears against the table; a missing wave is an error of 2 ms."""
    found, true, guess = [], [], []
    for case, one in zip(cases, findings, strict=True):
        for level in one.levels:
            expected = MEASURED_V_MS.get(case.name, {}).get(level.level_db)
            if expected is None:
                continue
            wave = level.wave("V")
            seen = None if wave is None or wave.latency_ms is None else wave.latency_ms.value
            norm = norms.latency(
                "V", level_db=level.level_db, stimulus="click", frequency_hz=None, species="human"
            )
            found.append(expected + 2.0 if seen is None else seen)
            true.append(expected)
            guess.append(np.nan if norm is None else norm.mean)
    errors = np.abs(np.subtract(found, true))
    return [
        figure_of(
            mean_absolute_error(found, true),
            task="latency.V",
            metric="mae_ms",
            slice="data=human_click_ihs",
            simulated=False,
            trivial=mean_absolute_error(guess, true),
            note="trivial: the norm at each level; it names a wave V in noise, too",
        ),
        Figure(
            task="latency.V",
            metric="largest_error_ms",
            slice="data=human_click_ihs",
            value=float(errors.max()),
            n=int(errors.size),
            trivial=float(np.abs(np.subtract(guess, true)).max()),
            goal="<= 0.15",
            simulated=False,
        ),
    ]


def tone_wave_figures(cases: Sequence[Labelled], findings: Sequence[Findings]) -> list[Figure]:
    """Wave V at 80 dB and above: present, and within the tone-burst norm, per level."""
    present, inside = [], []
    ears_with, ears = set(), set()
    for case, one in zip(cases, findings, strict=True):
        for level in one.levels:
            if level.level_db < LOUD_TONE_DB:
                continue
            ears.add(case.name)
            wave = level.wave("V")
            there = wave is not None and wave.present
            present.append(there)
            if wave is None or wave.latency_ms is None:
                continue
            ears_with.add(case.name)
            norm = norms.latency(
                "V",
                level_db=level.level_db,
                stimulus="tone",
                frequency_hz=one.info.frequency_hz,
                species="human",
                level_reference=one.info.level_reference,
            )
            inside.append(norm is not None and norm.contains(wave.latency_ms.value))
    where = "data=human_tone_wfdb"
    return [
        Figure(
            task="existence.V",
            metric="ears_with_wave_v_at_80db",
            value=len(ears_with) / len(ears),
            n=len(ears),
            goal="1",
            slice=where,
            simulated=False,
        ),
        Figure(
            task="existence.V",
            metric="levels_with_wave_v_at_80db",
            value=float(np.mean(present)),
            n=len(present),
            note="each level of 80 dB and above by itself",
            slice=where,
            simulated=False,
        ),
        Figure(
            task="latency.V",
            metric="within_norm",
            value=float(np.mean(inside)),
            n=len(inside),
            goal="1",
            note="after the time-zero check; norm +/- 2 SD",
            slice=where,
            simulated=False,
        ),
    ]
