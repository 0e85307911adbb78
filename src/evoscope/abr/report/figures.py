"""The three pictures of a series."""

from __future__ import annotations

from evoscope.abr.findings import Findings
from evoscope.abr.report.canvas import Picture
from evoscope.abr.report.latency_intensity import latency_intensity
from evoscope.abr.report.threshold_curve import threshold_curve
from evoscope.abr.report.waterfall import waterfall


def draw(findings: Findings) -> tuple[Picture, ...]:
    """Draw waterfall, latency-intensity function and threshold curve, each rendered once.

    Of a series no recording of which could be analyzed there is nothing to draw.
    """
    if not findings.levels:
        return ()
    return (waterfall(findings), latency_intensity(findings), threshold_curve(findings))
