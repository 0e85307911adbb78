"""Another time zero, and another stretch of time."""

from __future__ import annotations

from dataclasses import replace

import torch

from evoscope.abr.encoding import ONSET_SAMPLE, SAMPLING_RATE_HZ, STIMULI, column
from evoscope.abr.learning.data.chance import between, some
from evoscope.abr.learning.data.recordings import Recordings
from evoscope.abr.learning.data.settings import Augmentation

_MS = SAMPLING_RATE_HZ / 1000.0
_STIMULUS, _TONE = column("stimulus"), STIMULI.index("tone")


def moved_onset(
    recordings: Recordings, settings: Augmentation, generator: torch.Generator
) -> Recordings:
    """Move time zero of some series by whole samples; latencies move with the response."""
    k = recordings.n_series
    tone = recordings.of_series(recordings.conditions[:, _STIMULUS] == _TONE)
    luck, place = torch.rand(k, generator=generator), between(k, (-1.0, 1.0), generator)
    chosen = luck < torch.where(tone, settings.moved_tones, settings.moved_onset)
    most = torch.where(tone, settings.most_moved_tones_ms, settings.most_moved_ms)
    later_ms = torch.where(chosen, most * place, 0.0)
    steps = (later_ms * _MS).round().long()[recordings.series]
    samples = recordings.waveforms.shape[1]
    place = torch.arange(samples) - steps[:, None]
    inside, place = (place >= 0) & (place < samples), place.clamp(0, samples - 1)
    moved = recordings.sounding(
        waveforms=recordings.waveforms.gather(1, place),
        noise=recordings.noise.gather(1, place),
        clean=recordings.clean.gather(1, place),
        covered=recordings.covered.gather(1, place) & inside,
    )
    return replace(moved, latency_ms=recordings.latency_ms + (steps / _MS)[:, None])


def cut_short(
    recordings: Recordings, settings: Augmentation, generator: torch.Generator
) -> Recordings:
    """Let some series begin later and end earlier; waves that are cut off are not known."""
    k = recordings.n_series
    chosen = some(k, settings.cut_short, generator)
    samples = recordings.waveforms.shape[1]
    begin_ms, end_ms = -ONSET_SAMPLE / _MS, (samples - ONSET_SAMPLE) / _MS
    latest = max(settings.latest_start_ms, begin_ms)
    earliest = min(settings.earliest_end_ms, end_ms)
    start = torch.where(chosen, between(k, (begin_ms, latest), generator), begin_ms)
    stop = torch.where(chosen, between(k, (earliest, end_ms), generator), end_ms)
    time_ms = (torch.arange(samples) - ONSET_SAMPLE) / _MS
    slack = 0.5 / _MS
    kept = (time_ms >= start[:, None] - slack) & (time_ms <= stop[:, None] + slack)
    covered = recordings.covered & kept[recordings.series]
    shorter = recordings.sounding(
        waveforms=recordings.waveforms,
        noise=recordings.noise,
        clean=recordings.clean,
        covered=covered,
    )
    cut = (recordings.latency_ms > stop[recordings.series][:, None]) & chosen[recordings.series][
        :, None
    ]
    cut |= recordings.latency_ms < start[recordings.series][:, None]
    return replace(shorter, present=torch.where(cut, -1, recordings.present).to(torch.int8))
