"""Is there a response: the analyzer, and what the field computes from one recording."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd

from evoscope.abr.benchmark.evaluation import Figure
from evoscope.abr.benchmark.protocol.ruler import Numbers, Ruler, flags, numbers
from evoscope.abr.benchmark.protocol.scores import auc_above, sensitivity_above
from evoscope.abr.benchmark.protocol.slices import OF_DETECTION, slices
from evoscope.measure import auc, sensitivity_at_fpr

FALSE_ALARMS = 0.05


def detection_figures(recordings: pd.DataFrame, ruler: Ruler) -> list[Figure]:
    """Figures of ``detection``; rivals are slices ``model=...`` on the recordings that have them.

    ``auc_above_...`` and ``sensitivity_above_...`` compare on the same recordings. ``model=level``
    knows nothing but how loud the sound was: what is below it was not read off the waveform.
    """
    figures: list[Figure] = []
    for where, part in slices(recordings, OF_DETECTION):
        figures += _figures(part, numbers(part, "found_response"), where, ruler)
        if where == "all" or where.startswith("sweeps="):
            figures += _above(part, where, ruler)
    scores = _rivals(recordings) | {"level": numbers(recordings, "level_db")}
    for name, score in scores.items():
        figures += _figures(recordings, score, f"model={name}", ruler)
    return figures


def _rivals(recordings: pd.DataFrame) -> dict[str, Numbers]:
    """Scores from one recording; the F test of its halves is what is left of an Fsp."""
    return {
        "fmp": numbers(recordings, "fmp"),
        "half_f_p": -numbers(recordings, "half_f_p"),
        "halves_correlation": numbers(recordings, "halves_correlation"),
    }


def _above(frame: pd.DataFrame, where: str, ruler: Ruler) -> list[Figure]:
    true, known = flags(frame, "response_present")
    score = numbers(frame, "found_response")
    figures = []
    for rival, beside in _rivals(frame).items():
        usable = known & np.isfinite(score) & np.isfinite(beside)
        for name, metric in (
            ("auc", auc_above),
            ("sensitivity", partial(sensitivity_above, fpr=FALSE_ALARMS)),
        ):
            figures.append(
                ruler.figure(
                    metric,
                    frame,
                    score,
                    beside,
                    true,
                    mask=usable,
                    task="detection",
                    name=f"{name}_above_{rival}",
                    where=where,
                    trivial=0.0,
                )
            )
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
