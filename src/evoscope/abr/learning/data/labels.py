"""From what is known of recordings to labels, each with its mask."""

from __future__ import annotations

import torch

from evoscope.abr.encoding import ONSET_SAMPLE, SAMPLING_RATE_HZ, UNKNOWN
from evoscope.abr.learning.data.recordings import Recordings
from evoscope.abr.learning.series import NO_THRESHOLD_DB, NOISE
from evoscope.multitask.batch import Labels

TROUGH_MS = 0.75
"""A height is read down to the trough after the peak: without that, it is not to be seen."""


def labels_of(recordings: Recordings) -> Labels:
    """Labels of the questions of `series_tasks`, by their names.

    Of every recording: ``signal`` (where covered), ``existence`` of five waves, their ``latency``
    in ms and ``amplitude`` in microvolts (where the wave exists and lies in the recording),
    ``response``, and the noise its signal is judged by. Of a series, in its first recording:
    ``threshold`` in dB and ``loss_class``. An ear without a threshold in which no recording holds
    a response has the threshold `NO_THRESHOLD_DB`, beyond all levels; one that responds has a
    threshold nobody knows.
    """
    r = recordings
    exists = r.present == 1
    samples = torch.arange(r.covered.shape[1]).expand(r.covered.shape)
    to_ms = 1000.0 / SAMPLING_RATE_HZ
    first = torch.where(r.covered, samples, r.covered.shape[1]).amin(1, keepdim=True)
    last = torch.where(r.covered, samples, -1).amax(1, keepdim=True)
    start_ms, stop_ms = (first - ONSET_SAMPLE) * to_ms, (last - ONSET_SAMPLE) * to_ms
    seen = exists & (r.latency_ms >= start_ms) & (r.latency_ms <= stop_ms)
    whole = seen & (r.latency_ms <= stop_ms - TROUGH_MS)
    is_first = torch.ones(len(r.series), dtype=torch.bool)
    is_first[1:] = r.series[1:] != r.series[:-1]
    # A recording that may hold a response counts as one that does.
    responds = torch.bincount(r.series[r.response != 0], minlength=r.n_series) > 0
    none = r.threshold_db.isnan() & ~responds & (r.loss_class != UNKNOWN)
    threshold = torch.where(none, NO_THRESHOLD_DB, r.threshold_db)
    targets = {
        "signal": r.clean,
        "existence": exists.float(),
        "latency": r.latency_ms,
        "amplitude": r.amplitude_uv,
        "response": (r.response == 1).float()[:, None],
        "threshold": threshold[r.series],
        "loss_class": r.loss_class[r.series],
        NOISE: r.noise_uv,
    }
    present = {
        "signal": r.covered & r.clean.isfinite(),
        "existence": r.present != UNKNOWN,
        "latency": seen,
        "amplitude": whole & r.amplitude_uv.isfinite(),
        "response": (r.response != UNKNOWN)[:, None],
        "threshold": is_first & ~threshold.isnan()[r.series],
        "loss_class": is_first & (r.loss_class != UNKNOWN)[r.series],
        NOISE: r.noise_uv.isfinite(),
    }
    return Labels(targets, present)
