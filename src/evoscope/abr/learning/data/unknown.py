"""What a file does not hold: halves, conditions."""

from __future__ import annotations

from dataclasses import replace

import torch
from jaxtyping import Bool
from torch import Tensor

from evoscope.abr.encoding import NOISE_KINDS, column
from evoscope.abr.learning.data.recordings import Recordings
from evoscope.abr.learning.data.settings import Augmentation

_RESIDUAL, _KIND = column("residual_noise_nv"), column("noise_kind")
_MODELLED = float(NOISE_KINDS.index("modelled"))


def swapped_halves(recordings: Recordings, generator: torch.Generator) -> Recordings:
    """Change the sign of the noise trace of every other recording, at random."""
    sign = 1.0 - 2.0 * torch.randint(2, (len(recordings.series), 1), generator=generator)
    return replace(recordings, noise=recordings.noise * sign)


def missing_halves(recordings: Recordings, chosen: Bool[Tensor, " s"]) -> Recordings:
    """Take the halves of the chosen series away; their noise is what analysis would make of it."""
    gone = chosen[recordings.series]
    modelled = recordings.modelled_nv
    conditions = recordings.conditions.clone()
    conditions[:, _RESIDUAL] = torch.where(gone, modelled, conditions[:, _RESIDUAL])
    kind = torch.where(modelled.isnan(), torch.nan, _MODELLED)
    conditions[:, _KIND] = torch.where(gone, kind, conditions[:, _KIND])
    noise = torch.where(gone[:, None], 0.0, recordings.noise)
    return replace(recordings, noise=noise, conditions=conditions)


def missing_conditions(
    recordings: Recordings, settings: Augmentation, generator: torch.Generator
) -> Recordings:
    """Make single conditions of a series unknown: what a file leaves out, it leaves out of all."""
    shape = (recordings.n_series, recordings.conditions.shape[1])
    gone = torch.rand(shape, generator=generator) < settings.missing_conditions
    conditions = recordings.conditions.masked_fill(gone[recordings.series], torch.nan)
    return replace(recordings, conditions=conditions)
