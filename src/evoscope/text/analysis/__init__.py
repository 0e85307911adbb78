"""A message in, five answers out: without a training stack."""

from evoscope.text.analysis.assemble import assemble, cache_folder, open_text_pack
from evoscope.text.analysis.calibration import Calibration
from evoscope.text.analysis.engine import Scores, TextEngine

__all__ = [
    "Calibration",
    "Scores",
    "TextEngine",
    "assemble",
    "cache_folder",
    "open_text_pack",
]
