"""Where the answer of a series and the calls of its rows seem to differ: one line why they do not.

A series is judged as a whole, a row by itself: the whole sees more.
"""

from __future__ import annotations

from evoscope.abr.findings import Findings
from evoscope.abr.report.levels import levels_of, threshold_level

_SEEN = "At the threshold level the series as a whole shows a response; by "


def series_note(findings: Findings) -> str:
    """Explain a threshold row that shows nothing, or ``no_response`` beside ``INC``; else empty."""
    levels = levels_of(findings)
    if findings.threshold.status == "no_response":
        unclear = sum(level.pooled.call == "INC" for level in levels)
        return (
            "The series as a whole shows no response. By themselves the rows called INC are "
            "inconclusive: RA (response absent) needs quieter recordings by the rule."
            if unclear
            else ""
        )
    marked = threshold_level(findings)
    for level in levels:
        if level.level_db != marked:
            continue
        of_it = "themselves its recordings" if level.several else "itself that recording"
        verb = "are" if level.several else "is"
        if level.pooled.call == "INC":
            return f"{_SEEN}{of_it} {verb} inconclusive."
        if level.pooled.call == "RA":
            return f"{_SEEN}{of_it} {'show' if level.several else 'shows'} none."
        if not any(wave.present for wave in level.pooled.waves):
            return f"{_SEEN}{of_it} {verb} too small to name a wave."
    return ""
