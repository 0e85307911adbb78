"""Series -> Findings -> Document."""

from evoscope.abr.analysis.document import audiogram, build_document, interaural
from evoscope.abr.analysis.options import CLASSICAL, DEFAULT_ANALYZER, SHIPPED, Options
from evoscope.abr.analysis.series import analyze, analyze_many

__all__ = [
    "CLASSICAL",
    "DEFAULT_ANALYZER",
    "SHIPPED",
    "Options",
    "analyze",
    "analyze_many",
    "audiogram",
    "build_document",
    "interaural",
]
