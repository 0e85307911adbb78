"""Synthetic recordings from a trained generator, without a training stack.

`Generator` opens a pack and draws: conditions are checked against what there was to learn from,
waves, class, threshold, age and level come with every waveform, and recordings of one seed are one
ear under other conditions. Cohorts of them, and waves filled in, come with their first use: they
need pandas and pyarrow (``pip install "evoscope[cohorts]"``).
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from evoscope.abr.generation.conditions import Conditions, conditions_of
from evoscope.abr.generation.generated import Denoised, Generated
from evoscope.abr.generation.generator import Generator
from evoscope.abr.generation.opening import AnyGenerator, open_generator
from evoscope.abr.generation.seen import Seen
from evoscope.extras import extras_named

if TYPE_CHECKING:
    from evoscope.abr.generation.filling_in import fill_in
    from evoscope.abr.generation.make import generate

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

_LAZY = {"fill_in": "filling_in", "generate": "make"}


def __getattr__(name: str) -> Any:
    if name in _LAZY:
        with extras_named():
            return getattr(import_module(f"{__name__}.{_LAZY[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
