"""More noise: that of other recordings, in its own colour."""

from __future__ import annotations

import torch

from evoscope.abr.learning.data.chance import log_between, some
from evoscope.abr.learning.data.recordings import Recordings, Store
from evoscope.abr.learning.data.settings import Augmentation


def more_noise(
    recordings: Recordings, store: Store, settings: Augmentation, generator: torch.Generator
) -> Recordings:
    """Add half differences of other recordings, in the ratio of power drawn for each series.

    A waveform and its noise trace get different ones: the noise of an average and half the
    difference of its halves are as loud and independent. A recording without halves stays as it
    is: how loud its noise is, is not known.
    """
    k, n = recordings.n_series, len(recordings.series)
    chosen = some(k, settings.more_noise, generator)
    ratio = torch.where(chosen, log_between(k, settings.more_noise_ratio, generator), 0.0)
    draws = torch.rand(2, n, generator=generator)
    if not len(store.with_halves):
        return recordings
    donors = store.with_halves[(draws * len(store.with_halves)).long()]
    own = recordings.level_of(recordings.noise)
    loud = ratio[recordings.series].sqrt() * own
    traces = []
    for donor, onto in zip(donors, (recordings.waveforms, recordings.noise), strict=True):
        noise = store.all.noise[donor]
        scale = loud / recordings.level_of(noise).clamp_min(1e-9)
        traces.append(onto + scale[:, None] * noise)
    return recordings.sounding(
        waveforms=traces[0],
        noise=traces[1],
        clean=recordings.clean,
        covered=recordings.covered,
    )
