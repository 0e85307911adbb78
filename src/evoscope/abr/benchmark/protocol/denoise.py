"""Denoising at stated noise levels, against the raw average and a Wiener filter."""

from __future__ import annotations

import numpy as np
import pandas as pd

from evoscope.abr.benchmark.evaluation import Figure
from evoscope.abr.benchmark.protocol.ruler import Flags, Numbers, Ruler, numbers
from evoscope.abr.benchmark.protocol.scores import correlation_of_sums, decibels, ratio_of_sums
from evoscope.abr.benchmark.protocol.slices import OF_RECORDINGS, slices
from evoscope.measure import Measured, Metric


def denoise_figures(recordings: pd.DataFrame, ruler: Ruler) -> list[Figure]:
    """Figures of ``denoise``, pooled over all samples of all recordings.

    ``mse_over_noise`` is 1 for the raw average, and its trivial is a flat line; the trivial of
    the others is the raw average. ``snr_db`` is the power of the clean response over that of the
    error.
    """
    figures: list[Figure] = []
    for where, part in slices(recordings, OF_RECORDINGS):
        figures += _figures(part, "found", where, ruler)
    return figures + _figures(recordings, "wiener", "model=wiener", ruler)


def _figures(frame: pd.DataFrame, which: str, where: str, ruler: Ruler) -> list[Figure]:
    error, noise = numbers(frame, f"{which}_error"), numbers(frame, "raw_error")
    wiener, clean = numbers(frame, "wiener_error"), numbers(frame, "clean_square")
    usable = np.isfinite(error) & np.isfinite(noise)
    rivalled = usable & np.isfinite(wiener)
    sums, raw = _six(frame, which), _six(frame, "raw")
    wide = np.repeat(usable[:, None], sums.shape[1], axis=1)
    unanswered = int((np.isfinite(noise) & ~usable).sum())
    note = f"{unanswered} recordings without a waveform left out" if unanswered else ""

    def one(name: str, metric: Metric, *arrays: Numbers, mask: Flags, trivial: Measured) -> Figure:
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
    if which != "wiener":
        figures.append(
            one(
                "mse_over_wiener",
                ratio_of_sums,
                error,
                wiener,
                mask=rivalled,
                trivial=ratio_of_sums(noise, wiener, rivalled),
            )
        )
    return figures


def _six(frame: pd.DataFrame, which: str) -> Numbers:
    columns = ("clean_n", "clean_sum", f"{which}_sum", "clean_square", f"{which}_square")
    return np.column_stack([numbers(frame, name) for name in (*columns, f"{which}_cross")])
