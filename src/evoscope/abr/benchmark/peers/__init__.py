"""What a user would pick instead: published methods, written anew from their papers."""

from evoscope.abr.benchmark.peers.adjacent import adjacent_threshold
from evoscope.abr.benchmark.peers.f_rule import (
    POINTS,
    f_from_trials,
    f_stated_threshold,
    f_threshold,
)
from evoscope.abr.benchmark.peers.level_curve import crossing
from evoscope.abr.benchmark.peers.peaks import pick_wave, picked_threshold, picked_v
from evoscope.abr.benchmark.peers.resampled import resampled_threshold

__all__ = [
    "POINTS",
    "adjacent_threshold",
    "crossing",
    "f_from_trials",
    "f_stated_threshold",
    "f_threshold",
    "pick_wave",
    "picked_threshold",
    "picked_v",
    "resampled_threshold",
]
