"""Another zero of the level scale: that of a device, or of a reference value that is assumed."""

from __future__ import annotations

from dataclasses import replace

import torch

from evoscope.abr.encoding import LEVEL_SCALES, column
from evoscope.abr.learning.data.chance import between, some
from evoscope.abr.learning.data.recordings import Recordings
from evoscope.abr.learning.data.settings import Augmentation

_LEVEL, _SCALE = column("level_db"), column("level_scale")
_ASSUMED = float(LEVEL_SCALES.index("assumed"))


def other_level_scale(
    recordings: Recordings, settings: Augmentation, generator: torch.Generator
) -> Recordings:
    """Move levels and threshold of some series together, and name their scale as assumed.

    The ear is the same one, and so is its class: what moves is the number on the attenuator.
    """
    k = recordings.n_series
    chosen = some(k, settings.other_level_scale, generator)
    most = settings.most_level_shift_db
    louder = torch.where(chosen, between(k, (-most, most), generator), 0.0)
    conditions = recordings.conditions.clone()
    conditions[:, _LEVEL] += louder[recordings.series]
    of = chosen[recordings.series]
    conditions[:, _SCALE] = torch.where(of, _ASSUMED, conditions[:, _SCALE])
    return replace(recordings, conditions=conditions, threshold_db=recordings.threshold_db + louder)
