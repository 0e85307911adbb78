"""Where in time a response can be."""

from __future__ import annotations

from evoscope.abr.recording import Stimulus

# A tone burst of five cycles (2-1-2) leaves its artefact for that long.
BURST_CYCLES = 5.0


def response_window_ms(stimulus: Stimulus, *, human: bool) -> tuple[float, float]:
    """Return the window of the response in ms after onset, stimulus artefact left out.

    Human clicks answer within 15 ms at threshold, low tones within 20, as long as clinics record;
    rodent responses are over after 9 ms.

    Example:
        >>> response_window_ms(Stimulus(kind="click", level_db=60), human=True)
        (1.0, 15.0)
    """
    if not human:
        return 1.0, 9.5
    if stimulus.frequency_hz is None:
        return 1.0, 15.0
    burst_ms = min(6.0, 1000.0 * BURST_CYCLES / stimulus.frequency_hz)
    return max(1.0, burst_ms), 20.0
