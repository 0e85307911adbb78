"""Waves I-V: are they there, when, how large; against the truth and against the marks."""

from __future__ import annotations

from functools import partial
from typing import Literal

import numpy as np
import pandas as pd

from evoscope.abr.benchmark.evaluation import Figure
from evoscope.abr.benchmark.protocol.ruler import Flags, Numbers, Ruler, flags, numbers
from evoscope.abr.benchmark.protocol.scores import (
    false_peak_rate,
    floor_note,
    missed_peak_rate,
)
from evoscope.abr.benchmark.protocol.slices import OF_RECORDINGS, slices
from evoscope.abr.findings import WAVES, WaveName
from evoscope.measure import (
    Measured,
    Metric,
    always_present_baseline,
    auc,
    constant_baseline,
    correlation,
    coverage,
    expected_calibration_error,
    f1,
    mean_absolute_error,
    r2,
    within,
)

MARKED: tuple[WaveName, ...] = ("I", "III", "V")
"""Waves that clinics mark."""
LATENCY_TOLERANCES_MS = (0.1, 0.2, 1.0)
Side = Literal["wave", "marked"]


def wave_figures(recordings: pd.DataFrame, ruler: Ruler) -> list[Figure]:
    """Existence, latency and amplitude of every wave, in every slice."""
    figures: list[Figure] = []
    for where, part in slices(recordings, OF_RECORDINGS):
        for wave in WAVES:
            figures += existence(part, wave, "wave", where, ruler)
            figures += measures(part, wave, "wave", where, ruler)
    for wave in MARKED:
        figures += existence(recordings, wave, "marked", "truth=marked", ruler)
        figures += measures(recordings, wave, "marked", "truth=marked", ruler)
        # Where it truly is, if a clinician would have put a mark there.
        marked, known = flags(recordings, f"marked_{wave}_present")
        figures += measures(recordings[marked & known], wave, "wave", "marked=yes", ruler)
    return figures


def existence(
    frame: pd.DataFrame, wave: WaveName, side: Side, where: str, ruler: Ruler
) -> list[Figure]:
    """Figures of ``existence.<wave>``; trivial is "always present", 0.5 for an AUC."""
    true, known = flags(frame, f"{side}_{wave}_present")
    called = frame[f"found_{wave}_present"].to_numpy(dtype=bool)
    score = numbers(frame, f"found_{wave}_probability")
    everyone = np.ones(true.shape, dtype=bool)
    note = f"{int(true[known].sum())} of {int(known.sum())} present"

    def one(
        name: str, metric: Metric, answer: Numbers | Flags, trivial: Measured | float
    ) -> Figure:
        return ruler.figure(
            metric,
            frame,
            answer,
            true,
            mask=known,
            task=f"existence.{wave}",
            name=name,
            where=where,
            trivial=trivial,
            note=note,
        )

    figures = [
        one("f1", f1, called, always_present_baseline(f1, true, known)),
        one("auc", auc, score, 0.5),
        one("false_peak_rate", false_peak_rate, called, false_peak_rate(everyone, true, known)),
        one("missed_peak_rate", missed_peak_rate, called, missed_peak_rate(everyone, true, known)),
    ]
    if where == "all":
        figures.append(
            ruler.figure(
                expected_calibration_error,
                frame,
                score,
                true,
                mask=known,
                task=f"existence.{wave}",
                name="ece",
                where=where,
                note=floor_note(score[known]) if known.any() else "",
            )
        )
    return figures


def measures(
    frame: pd.DataFrame, wave: WaveName, side: Side, where: str, ruler: Ruler
) -> list[Figure]:
    """Figures of ``latency.<wave>`` and ``amplitude.<wave>`` on waves present and answered.

    Trivial is one number for everyone: the median of this very truth, its mean for R2.
    """
    return [
        *_measure(frame, wave, side, where, ruler, what="latency", unit="ms"),
        *_measure(frame, wave, side, where, ruler, what="amplitude", unit="uv"),
    ]


def _measure(
    frame: pd.DataFrame,
    wave: WaveName,
    side: Side,
    where: str,
    ruler: Ruler,
    *,
    what: Literal["latency", "amplitude"],
    unit: str,
) -> list[Figure]:
    column = f"{wave}_{what}_{unit}"
    true, found = numbers(frame, f"{side}_{column}"), numbers(frame, f"found_{column}")
    there = np.isfinite(true)
    both = there & np.isfinite(found)
    note = f"{int(both.sum())} of {int(there.sum())} present waves answered"

    def one(name: str, metric: Metric, trivial: Measured | None) -> Figure:
        return ruler.figure(
            metric,
            frame,
            found,
            true,
            mask=both,
            task=f"{what}.{wave}",
            name=name,
            where=where,
            trivial=trivial,
            note=note,
        )

    median = partial(constant_baseline, true=true, mask=both)
    figures = [
        one("r2", r2, constant_baseline(r2, true, both, centre="mean")),
        one("correlation", correlation, None),
        one(f"mae_{unit}", mean_absolute_error, median(mean_absolute_error)),
    ]
    if what == "latency":
        for tolerance in LATENCY_TOLERANCES_MS:
            near = partial(within, tolerance=tolerance)
            figures.append(one(f"within_{tolerance:g}ms", near, median(near)))
    low, high = (numbers(frame, f"found_{column}_{end}") for end in ("low", "high"))
    stated = both & np.isfinite(low) & np.isfinite(high)
    figures.append(
        ruler.figure(
            coverage,
            frame,
            low,
            high,
            true,
            mask=stated,
            task=f"{what}.{wave}",
            name="coverage_90",
            where=where,
            note=note,
        )
    )
    return figures
