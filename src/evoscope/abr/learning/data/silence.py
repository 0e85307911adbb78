"""Recordings whose response is taken out: what is left is noise, whatever was to be expected."""

from __future__ import annotations

from dataclasses import replace

import torch
from jaxtyping import Bool, Float
from torch import Tensor

from evoscope.abr.encoding import UNKNOWN, column
from evoscope.abr.learning.data.recordings import Recordings
from evoscope.abr.learning.data.settings import Augmentation
from evoscope.abr.learning.series import NO_THRESHOLD_DB

_LEVEL, _RMS = column("level_db"), column("rms_uv")


def silenced(
    recordings: Recordings, settings: Augmentation, generator: torch.Generator
) -> Recordings:
    """Take the response out of some series altogether, and out of the softer levels of others.

    Which levels a clinic tests, and how late a wave comes at the loudest of them, tells much of a
    threshold. A network that has seen no exception hears responses in noise. The class of such an
    ear is not known; series without a known clean response stay as they are.
    """
    k = recordings.n_series
    luck, place = (torch.rand(k, generator=generator) for _ in range(2))
    unknown = recordings.of_series(recordings.clean.isnan().any(1))
    whole = (luck < settings.silent) & ~unknown
    raised = ~whole & (luck < settings.silent + settings.raised_threshold) & ~unknown
    softest, loudest = (_extreme(recordings, way) for way in ("amin", "amax"))
    # Never the loudest level: that would be silence.
    cut = softest + place * (loudest - softest)
    level = recordings.conditions[:, _LEVEL]
    of = recordings.series
    gone = whole[of] | (raised[of] & (level < cut[of]))
    changed = whole | recordings.of_series(gone & (recordings.response == 1))
    threshold = _threshold(recordings, gone, raised & changed)
    threshold = torch.where(whole, NO_THRESHOLD_DB, threshold)
    response_uv = torch.where(gone[:, None] & recordings.covered, recordings.clean, 0.0)
    waveforms = recordings.waveforms - response_uv
    conditions = recordings.conditions.clone()
    heard = recordings.level_of(waveforms)
    conditions[:, _RMS] = torch.where(gone, heard, conditions[:, _RMS])
    none, nan = torch.zeros((), dtype=torch.int8), torch.nan
    return replace(
        recordings,
        waveforms=waveforms,
        conditions=conditions,
        clean=torch.where(gone[:, None], 0.0, recordings.clean),
        present=torch.where(gone[:, None], none, recordings.present),
        latency_ms=torch.where(gone[:, None], nan, recordings.latency_ms),
        amplitude_uv=torch.where(gone[:, None], nan, recordings.amplitude_uv),
        response=torch.where(gone, none, recordings.response),
        threshold_db=threshold,
        loss_class=torch.where(changed, UNKNOWN, recordings.loss_class),
    )


def _threshold(
    recordings: Recordings, gone: Bool[Tensor, " n"], raised: Bool[Tensor, " s"]
) -> Float[Tensor, " s"]:
    """Halfway between the loudest silent level and the next."""
    level = recordings.conditions[:, _LEVEL]
    below = _extreme(recordings, "amax", torch.where(gone, level, -torch.inf))
    above = _extreme(recordings, "amin", torch.where(gone, torch.inf, level))
    middle = 0.5 * (below + above)
    known = raised & ~recordings.threshold_db.isnan()
    return torch.where(known, middle, recordings.threshold_db)


def _extreme(
    recordings: Recordings, way: str, values: Float[Tensor, " n"] | None = None
) -> Float[Tensor, " s"]:
    level = recordings.conditions[:, _LEVEL] if values is None else values
    start = torch.full((recordings.n_series,), torch.inf if way == "amin" else -torch.inf)
    return start.scatter_reduce(0, recordings.series, level, way)
