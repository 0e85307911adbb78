"""Where a cohort comes from."""

from __future__ import annotations

from evoscope.abr.cohort.reader import Cohort


def is_simulated(cohort: Cohort) -> bool:
    """Tell whether a cohort was simulated: it was, unless it says from where it was imported.

    In doubt simulated: a figure may be too modest about where it comes from, never too proud.
    """
    return "imported_from" not in cohort.metadata.provenance
