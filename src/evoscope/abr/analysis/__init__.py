"""Series -> Findings -> Document."""

from evoscope.abr.analysis.document import audiogram, build_document, interaural
from evoscope.abr.analysis.options import Options
from evoscope.abr.analysis.series import analyze

__all__ = ["Options", "analyze", "audiogram", "build_document", "interaural"]
