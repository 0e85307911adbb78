"""Is there a response: the analyzer, and what the field computes from one recording."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from evoscope.abr.benchmark.evaluation import Figure
from evoscope.abr.benchmark.protocol.ruler import Numbers, Ruler, flags, numbers
from evoscope.abr.benchmark.protocol.slices import OF_RECORDINGS, slices
from evoscope.measure import auc, sensitivity_at_fpr

FALSE_ALARMS = 0.05


def detection_figures(recordings: pd.DataFrame, ruler: Ruler) -> list[Figure]:
    """Figures of ``detection``; rivals are slices ``model=...`` on the recordings that have them.

    ``model=level`` knows nothing but how loud the sound was: what is below it was not read off
    the waveform.
    """
    figures: list[Figure] = []
    for where, part in slices(recordings, OF_RECORDINGS):
        figures += _figures(part, numbers(part, "found_response"), where, ruler)
    rivals = {
        "fmp": numbers(recordings, "fmp"),
        "half_f_p": -numbers(recordings, "half_f_p"),
        "halves_correlation": numbers(recordings, "halves_correlation"),
        "level": numbers(recordings, "level_db"),
    }
    for name, score in rivals.items():
        figures += _figures(recordings, score, f"model={name}", ruler)
    return figures


def _figures(frame: pd.DataFrame, score: Numbers, where: str, ruler: Ruler) -> list[Figure]:
    true, known = flags(frame, "response_present")
    scored = known & np.isfinite(score)
    note = f"{int(true[scored].sum())} of {int(scored.sum())} with a response"
    sensitivity = partial(sensitivity_at_fpr, fpr=FALSE_ALARMS)
    return [
        ruler.figure(
            metric,
            frame,
            score,
            true,
            mask=scored,
            task="detection",
            name=name,
            where=where,
            trivial=trivial,
            note=note,
        )
        for name, metric, trivial in (
            ("auc", auc, 0.5),
            ("sensitivity_at_5fpr", sensitivity, FALSE_ALARMS),
        )
    ]
