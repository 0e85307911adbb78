"""Which recordings of a series are kept: not every clinic tests as many levels."""

from __future__ import annotations

import torch
from jaxtyping import Bool, Float, Int
from torch import Tensor

from evoscope.abr.learning.data.chance import between, some
from evoscope.abr.learning.data.settings import Augmentation

FEWEST = 2
"""Recordings that are left, where there are as many, of series that are more than one."""
_KEPT_SHARE = (0.3, 1.0)


def thinned(
    series: Int[Tensor, " n"],
    level_db: Float[Tensor, " n"],
    settings: Augmentation,
    generator: torch.Generator,
) -> Bool[Tensor, " n"]:
    """Choose recordings to keep.

    Args:
        series: 0, 0, ..., 1, ...: which series each recording is of.
        level_db: of each, rising within a series.
        settings: in what share of the series any are left out.
        generator: of what is drawn.
    """
    k = int(series[-1]) + 1
    luck = torch.rand(len(series), generator=generator)
    share = between(k, _KEPT_SHARE, generator)
    share = torch.where(some(k, settings.fewer_recordings, generator), share, 1.0)
    coarser = some(k, settings.coarser_levels, generator)
    parity = torch.randint(2, (k,), generator=generator)
    off_beat = (_level_rank(series, level_db) - parity[series]) % 2 == 1
    alone = some(k, settings.one_recording, generator)
    fewest = torch.where(alone, 1, FEWEST)[series]
    share = torch.where(alone, 0.0, share)
    # Those left out come last in luck, so that the first two are kept if any of them can be.
    luck = luck + (coarser[series] & off_beat)
    return (luck <= share[series]) | (_rank(series, luck) < fewest)


def _level_rank(series: Tensor, level_db: Tensor) -> Tensor:
    """How many softer levels there are before a recording."""
    new = torch.ones(len(series), dtype=torch.bool)
    new[1:] = (level_db[1:] != level_db[:-1]) | (series[1:] != series[:-1])
    steps = new.cumsum(0)
    return steps - steps[torch.searchsorted(series, series)]


def _rank(series: Tensor, score: Tensor) -> Tensor:
    """Place of a score within its series, the smallest first."""
    order = torch.argsort(series * 4.0 + score.double())
    first = torch.searchsorted(series, series)
    place = torch.empty_like(series)
    place[order] = torch.arange(len(series))
    return place - first
