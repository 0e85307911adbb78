"""What no ear does is said of recordings that can be compared, and of no others."""

from __future__ import annotations

import numpy as np

from evoscope.abr.analysis import analyze
from evoscope.abr.recording import Recording, Series, Source, Stimulus, Subject


def test_traces_that_are_flat_where_the_response_would_be_are_analyzed_without_a_complaint() -> (
    None
):
    # A step before the response window, at a rate that is not filtered: nothing is in the window.
    time_ms = np.arange(36) / 3.0
    series = Series(
        tuple(
            Recording(
                waveform=(0.3 + 0.1 * record) * np.sign(time_ms - 0.4),
                sampling_rate_hz=3000.0,
                onset_sample=0.0,
                stimulus=Stimulus(kind="click", level_db=20.0 * record, level_reference="SPL"),
                subject=Subject(id="x", species="mouse"),
                source=Source(path="x.csv", format="csv", record=record),
            )
            for record in range(4)
        )
    )
    findings = analyze(series)
    assert not any("exchanged" in warning for warning in findings.warnings)
