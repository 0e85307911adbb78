"""Halves as many devices store them: two recordings, and nothing of their noise."""

from __future__ import annotations

from dataclasses import fields, replace

import torch
from jaxtyping import Bool
from torch import Tensor

from evoscope.abr.encoding import NOISE_KINDS, column
from evoscope.abr.learning.data.recordings import Recordings

_RMS, _RESIDUAL, _KIND = column("rms_uv"), column("residual_noise_nv"), column("noise_kind")
_MODELLED = float(NOISE_KINDS.index("modelled"))
_OF_SERIES = ("threshold_db", "loss_class")


def replicates(recordings: Recordings, chosen: Bool[Tensor, " s"]) -> Recordings:
    """Make every recording of the chosen series two, each of half the sweeps: its halves.

    What analysis finds in such a file is a residual noise modelled from the levels, larger by the
    root of two. Recordings without halves stay as they are.
    """
    split = chosen[recordings.series] & recordings.has_halves
    row = torch.arange(len(split)).repeat_interleave(1 + split.long())
    second = torch.zeros(len(row), dtype=torch.bool)
    second[1:] = row[1:] == row[:-1]
    halved = split[row]
    sign = torch.where(halved, 1.0 - 2.0 * second.float(), 0.0)[:, None]

    def taken(name: str) -> Tensor:
        tensor: Tensor = getattr(recordings, name)
        return tensor if name in _OF_SERIES else tensor[row]

    doubled = Recordings(**{field.name: taken(field.name) for field in fields(Recordings)})
    waveforms = doubled.waveforms + sign * doubled.noise
    louder = torch.where(halved, 2.0**0.5, 1.0)
    modelled = doubled.modelled_nv * louder
    conditions = doubled.conditions.clone()
    conditions[:, _RMS] = torch.where(halved, doubled.level_of(waveforms), conditions[:, _RMS])
    conditions[:, _RESIDUAL] = torch.where(halved, modelled, conditions[:, _RESIDUAL])
    kind = torch.where(modelled.isnan(), torch.nan, _MODELLED)
    conditions[:, _KIND] = torch.where(halved, kind, conditions[:, _KIND])
    return replace(
        doubled,
        waveforms=waveforms,
        noise=torch.where(halved[:, None], 0.0, doubled.noise),
        conditions=conditions,
        modelled_nv=modelled,
        noise_uv=doubled.noise_uv * louder,
    )
