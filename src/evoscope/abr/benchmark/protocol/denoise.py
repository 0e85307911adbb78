"""Denoising at stated noise levels, against the raw average and two rivals."""

from __future__ import annotations

import numpy as np
import pandas as pd

from evoscope.abr.benchmark.evaluation import Figure
from evoscope.abr.benchmark.protocol.ruler import Flags, Numbers, Ruler, flags, numbers
from evoscope.abr.benchmark.protocol.scores import (
    correlation_of_sums,
    decibels,
    ratio_of_sums,
    root_of_ratio,
    share,
)
from evoscope.abr.benchmark.protocol.slices import OF_DENOISING, slices
from evoscope.measure import Measured, Metric

RIVALS = ("wiener", "linear")
"""A filter that shrinks frequencies, and the best linear estimator that knows the level."""


def denoise_figures(recordings: pd.DataFrame, ruler: Ruler) -> list[Figure]:
    """Figures of ``denoise``, pooled over all samples of all recordings.

    ``mse_over_noise`` is 1 for the raw average, and its trivial is a flat line; the trivial of
    the others is the raw average. ``snr_db`` is the power of the clean response over that of the
    error. ``worse_than_raw`` is a share of the recordings. ``silent_rms_over_noise`` is of those
    without a response: what is drawn there, relative to the noise of the average.
    """
    figures: list[Figure] = []
    for where, part in slices(recordings, OF_DENOISING):
        figures += _figures(part, "found", where, ruler)
    for rival in RIVALS:
        figures += _figures(recordings, rival, f"model={rival}", ruler)
    return figures


def _figures(frame: pd.DataFrame, which: str, where: str, ruler: Ruler) -> list[Figure]:
    error, noise = numbers(frame, f"{which}_error"), numbers(frame, "raw_error")
    clean = numbers(frame, "clean_square")
    usable = np.isfinite(error) & np.isfinite(noise)
    sums, raw = _six(frame, which), _six(frame, "raw")
    wide = np.repeat(usable[:, None], sums.shape[1], axis=1)
    unanswered = int((np.isfinite(noise) & ~usable).sum())
    note = f"{unanswered} recordings without a waveform left out" if unanswered else ""

    def one(
        name: str, metric: Metric, *arrays: Numbers | Flags, mask: Flags, trivial: Measured
    ) -> Figure:
        return ruler.figure(
            metric,
            frame,
            *arrays,
            mask=mask,
            task="denoise",
            name=name,
            where=where,
            trivial=trivial,
            note=note,
        )

    figures = [
        one(
            "mse_over_noise",
            ratio_of_sums,
            error,
            noise,
            mask=usable,
            trivial=ratio_of_sums(clean, noise, usable),
        ),
        one(
            "correlation",
            correlation_of_sums,
            sums,
            mask=wide,
            trivial=correlation_of_sums(raw, wide),
        ),
        one(
            "snr_db",
            decibels,
            clean,
            error,
            mask=usable,
            trivial=decibels(clean, noise, usable),
        ),
    ]
    figures.append(
        one(
            "worse_than_raw",
            share,
            error > noise,
            mask=usable,
            trivial=share(clean > noise, usable),
        )
    )
    silent, known = flags(frame, "response_present")
    silent = usable & known & ~silent
    figures.append(
        one(
            "silent_rms_over_noise",
            root_of_ratio,
            numbers(frame, f"{which}_square"),
            noise,
            mask=silent,
            trivial=root_of_ratio(numbers(frame, "raw_square"), noise, silent),
        )
    )
    for rival in RIVALS if which == "found" else ():
        below = numbers(frame, f"{rival}_error")
        rivalled = usable & np.isfinite(below)
        figures.append(
            one(
                f"mse_over_{rival}",
                ratio_of_sums,
                error,
                below,
                mask=rivalled,
                trivial=ratio_of_sums(noise, below, rivalled),
            )
        )
    return figures


def _six(frame: pd.DataFrame, which: str) -> Numbers:
    columns = ("clean_n", "clean_sum", f"{which}_sum", "clean_square", f"{which}_square")
    return np.column_stack([numbers(frame, name) for name in (*columns, f"{which}_cross")])
