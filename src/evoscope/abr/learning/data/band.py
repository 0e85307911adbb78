"""Another filter: devices differ in what they let through."""

from __future__ import annotations

from dataclasses import replace

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from evoscope.abr.encoding import SAMPLING_RATE_HZ
from evoscope.abr.learning.data.chance import log_between, some
from evoscope.abr.learning.data.moved_waves import moved_waves
from evoscope.abr.learning.data.recordings import Recordings
from evoscope.abr.learning.data.settings import Augmentation


def other_filter(
    recordings: Recordings, settings: Augmentation, generator: torch.Generator
) -> Recordings:
    """Filter waveform, noise and clean response of some series alike.

    A filter moves peaks and takes part of their height: latencies and amplitudes go as the peaks of
    the clean response do. Where that is not known, neither are they afterwards.
    """
    k = recordings.n_series
    chosen = some(k, settings.other_filter, generator)
    high_hz = log_between(k, settings.high_pass_hz, generator)
    low_hz = log_between(k, settings.low_pass_hz, generator)
    rows = torch.nonzero(chosen[recordings.series])[:, 0]
    if not len(rows):
        return recordings
    own = recordings.series[rows]
    traces = {}
    for name in ("waveforms", "noise", "clean"):
        whole = getattr(recordings, name)
        traces[name] = whole.index_copy(
            0,
            rows,
            band_passed(
                whole[rows],
                recordings.covered[rows],
                high_pass_hz=high_hz[own],
                low_pass_hz=low_hz[own],
            ),
        )
    latency, amplitude = moved_waves(
        recordings.clean[rows],
        traces["clean"][rows],
        latency_ms=recordings.latency_ms[rows],
        amplitude_uv=recordings.amplitude_uv[rows],
    )
    return replace(
        recordings.sounding(**traces, covered=recordings.covered),
        latency_ms=recordings.latency_ms.index_copy(0, rows, latency),
        amplitude_uv=recordings.amplitude_uv.index_copy(0, rows, amplitude),
    )


def band_passed(
    traces: Float[Tensor, "n samples"],
    covered: Bool[Tensor, "n samples"],
    *,
    high_pass_hz: Float[Tensor, " n"],
    low_pass_hz: Float[Tensor, " n"],
) -> Float[Tensor, "n samples"]:
    """Filter forwards and backwards by second-order Butterworth sections, as analysis does.

    Done in the frequency domain, every trace continued by its point reflection at either end of
    what is covered, so that an end is not a step.
    """
    n, samples = traces.shape
    first = covered.int().argmax(1, keepdim=True)
    last = first + covered.sum(1, keepdim=True) - 1
    pad = samples // 2
    place = torch.arange(-pad, samples + pad).expand(n, -1)
    end = torch.where(place < first, first, last)
    outside = (place < first) | (place > last)
    mirrored = (2 * end - place).clamp(0, samples - 1)
    mirrored = torch.minimum(torch.maximum(mirrored, first), last)
    inside = torch.where(outside, mirrored, place.clamp(0, samples - 1))
    value = traces.gather(1, inside)
    continued = torch.where(outside, 2.0 * traces.gather(1, end) - value, value)
    frequency = torch.fft.rfftfreq(continued.shape[1], 1.0 / SAMPLING_RATE_HZ)
    high = (frequency / high_pass_hz[:, None]) ** 4
    low = (frequency / low_pass_hz[:, None]) ** 4
    gain = high / (1.0 + high) / (1.0 + low)
    filtered: Tensor = torch.fft.irfft(torch.fft.rfft(continued) * gain, n=continued.shape[1])
    return filtered[:, pad : pad + samples]
