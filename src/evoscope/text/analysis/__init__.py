"""A message in, five answers out: without a training stack."""

from evoscope.text.analysis.assemble import (
    ASSEMBLY_STEPS,
    assemble,
    open_text_pack,
)
from evoscope.text.analysis.calibration import Calibration
from evoscope.text.analysis.engine import Scores, TextEngine
from evoscope.text.cache import cache_folder

__all__ = [
    "ASSEMBLY_STEPS",
    "Calibration",
    "Scores",
    "TextEngine",
    "assemble",
    "cache_folder",
    "open_text_pack",
]
