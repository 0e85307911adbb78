"""How a trained series network analyzes: encode, run, read, state with calibrated intervals."""

from evoscope.abr.analysis.learned.analyze import analyze_learned
from evoscope.abr.analysis.learned.calibration import Calibration, Coverage
from evoscope.abr.analysis.learned.contract import (
    CALIBRATION,
    EXPECTED,
    GRAPH,
    PURPOSE,
    TAXONOMIES,
    THRESHOLDS_DB,
    described,
)
from evoscope.abr.analysis.learned.domain import Domain
from evoscope.abr.analysis.learned.fit import fit_calibration
from evoscope.abr.analysis.learned.inputs import network_inputs
from evoscope.abr.analysis.learned.reader import SHIPPED_PACK, Reader, open_reader, reader_of

__all__ = [
    "CALIBRATION",
    "EXPECTED",
    "GRAPH",
    "PURPOSE",
    "SHIPPED_PACK",
    "TAXONOMIES",
    "THRESHOLDS_DB",
    "Calibration",
    "Coverage",
    "Domain",
    "Reader",
    "analyze_learned",
    "described",
    "fit_calibration",
    "network_inputs",
    "open_reader",
    "reader_of",
]
