"""How well a simulated clinic fits the published one, and its noise the noise of real ears."""

from evoscope.abr.benchmark.fit.document import FitReport
from evoscope.abr.benchmark.fit.report import write_fit_report

__all__ = ["FitReport", "write_fit_report"]
