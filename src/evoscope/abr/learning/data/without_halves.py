"""Files that hold averages alone: less is known of their noise, and there may be more of it."""

from __future__ import annotations

from dataclasses import replace

import torch
from jaxtyping import Bool
from torch import Tensor

from evoscope.abr.encoding import MOST_RECORDINGS, column
from evoscope.abr.learning.data.chance import log_between, some
from evoscope.abr.learning.data.recordings import Recordings, Store
from evoscope.abr.learning.data.replicates import replicates
from evoscope.abr.learning.data.settings import Augmentation
from evoscope.abr.learning.data.unknown import missing_halves

_RMS = column("rms_uv")


def without_halves(
    recordings: Recordings, store: Store, settings: Augmentation, generator: torch.Generator
) -> Recordings:
    """Take the halves of some series away: their recordings stay one, or become two replicates.

    They do not become more than a network reads.
    """
    luck = torch.rand(recordings.n_series, generator=generator)
    sizes = torch.bincount(recordings.series, minlength=recordings.n_series)
    doubled = (luck < settings.replicates) & (sizes <= MOST_RECORDINGS // 2)
    single = (luck >= settings.replicates) & (luck < settings.replicates + settings.missing_halves)
    varied = hidden_noise(recordings, store, doubled | single, settings, generator)
    return replicates(missing_halves(varied, single), doubled)


def hidden_noise(
    recordings: Recordings,
    store: Store,
    chosen: Bool[Tensor, " s"],
    settings: Augmentation,
    generator: torch.Generator,
) -> Recordings:
    """Add noise that is the same in every replicate, and that nothing stated tells of.

    What is locked to the stimulus but is no response: an artefact, hum at a multiple of the rate,
    drift, what an amplifier's filter makes of a blanked start.
    """
    k, n = recordings.n_series, len(recordings.series)
    hidden = chosen & some(k, settings.hidden_noise, generator)
    ratio = torch.where(hidden, log_between(k, settings.hidden_noise_ratio, generator), 0.0)
    draws = torch.rand(n, generator=generator)
    if not len(store.with_halves):
        return recordings
    noise = store.all.noise[store.with_halves[(draws * len(store.with_halves)).long()]]
    share = ratio[recordings.series]
    loud = share.sqrt() * recordings.level_of(recordings.noise)
    scale = loud / recordings.level_of(noise).clamp_min(1e-9)
    added = recordings.waveforms + scale[:, None] * noise
    waveforms = torch.where(recordings.covered, added, 0.0)
    conditions = recordings.conditions.clone()
    level = recordings.level_of(waveforms)
    conditions[:, _RMS] = torch.where(loud > 0, level, conditions[:, _RMS])
    return replace(
        recordings,
        waveforms=waveforms,
        conditions=conditions,
        noise_uv=recordings.noise_uv * (1.0 + torch.where(loud > 0, share, 0.0)).sqrt(),
    )
