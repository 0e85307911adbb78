"""Synthetic recordings from a trained generator, without a training stack.

`Generator` opens a pack and draws: conditions are checked against what there was to learn from,
waves, class, threshold, age and level come with every waveform, and recordings of one seed are one
ear under other conditions.
"""

from evoscope.abr.generation.conditions import Conditions, conditions_of
from evoscope.abr.generation.fill_in import fill_in
from evoscope.abr.generation.generated import Denoised, Generated
from evoscope.abr.generation.generator import Generator
from evoscope.abr.generation.make import generate
from evoscope.abr.generation.opening import AnyGenerator, open_generator
from evoscope.abr.generation.seen import Seen

__all__ = [
    "AnyGenerator",
    "Conditions",
    "Denoised",
    "Generated",
    "Generator",
    "Seen",
    "conditions_of",
    "fill_in",
    "generate",
    "open_generator",
]
