"""Evoscope: read what a sound evokes in the brainstem, and what a sentence evokes in a reader."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from evoscope.extras import extras_named

__version__ = "0.1.0"

if TYPE_CHECKING:
    from evoscope.abr.analysis import analyze
    from evoscope.abr.formats import read
    from evoscope.abr.generation.filling_in import fill_in
    from evoscope.abr.generation.make import generate
    from evoscope.abr.simulation.make import simulate
    from evoscope.text.analysis import TextEngine

# Resolved at first use: importing evoscope must stay cheaper than opening a file.
_LAZY = {
    "read": "evoscope.abr.formats",
    "analyze": "evoscope.abr.analysis",
    "generate": "evoscope.abr.generation.make",
    "fill_in": "evoscope.abr.generation.filling_in",
    "simulate": "evoscope.abr.simulation.make",
    "TextEngine": "evoscope.text.analysis",
}

__all__ = ["TextEngine", "__version__", "analyze", "fill_in", "generate", "read", "simulate"]


def __getattr__(name: str) -> Any:
    if name in _LAZY:
        with extras_named():
            return getattr(import_module(_LAZY[name]), name)
    raise AttributeError(f"module 'evoscope' has no attribute {name!r}. It has {__all__}.")
