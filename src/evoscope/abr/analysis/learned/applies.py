"""Whether a series is one for the network at all, asked before it is put on its grid and run."""

from __future__ import annotations

from evoscope.abr.analysis.assumptions import is_animal_format
from evoscope.abr.analysis.intake import Intake
from evoscope.abr.analysis.learned.domain import Domain
from evoscope.abr.analysis.learned.strata import measured
from evoscope.abr.encoding import Encoded, grid_time_ms

# The network reads the response up to 3 kHz; sampled more slowly, a part of it is not there.
LOWEST_RATE_HZ = 6000.0
# Tones this far from those it has learned from are like them: a third of an octave.
TONE_RATIO = 1.26


def why_not(intake: Intake, domain: Domain) -> str:
    """Say what a series is that the network cannot read; empty if nothing.

    Args:
        intake: the series.
        domain: what the network was tried on.
    """
    series = intake.series
    if intake.is_cap:
        return "a compound action potential has no waves I to V"
    if intake.species not in domain.species:
        return f"it has learned from {', '.join(domain.species) or 'no species'}, not from " + (
            intake.species
        )
    if is_animal_format(series.recordings[0]):
        return "systems that write such files are made for laboratory animals"
    frequency_hz = series.key.frequency_hz
    if frequency_hz is None and not domain.broadband:
        return "it has not learned from clicks or chirps"
    if frequency_hz is not None:
        tones = domain.tones_hz
        if tones is None:
            return "it has not learned from tones"
        if not tones.low / TONE_RATIO <= frequency_hz <= tones.high * TONE_RATIO:
            return f"it has learned from tones of {tones.low:g} to {tones.high:g} Hz"
    rate_hz = min(r.sampling_rate_hz for r in series)
    if rate_hz < LOWEST_RATE_HZ:
        return f"it needs {LOWEST_RATE_HZ:g} samples a second; there are {rate_hz:g}"
    return ""


def why_not_encoded(intake: Intake, encoded: Encoded, domain: Domain) -> str:
    """Say what a series lacks on the network's grid; empty if nothing.

    Args:
        intake: the series, for which `why_not` found no reason.
        encoded: the same, on the network's grid.
        domain: what the network was tried on.
    """
    if intake.series.key.frequency_hz is not None and not measured(encoded.conditions).all():
        return "tones without halves: of a few real ones, it read lower thresholds than the eye"
    clock = grid_time_ms(encoded.covered.shape[1])[encoded.covered[0]]
    if clock[0] > domain.begins_ms or clock[-1] < domain.ends_ms:
        return (
            f"it needs {domain.begins_ms:.1f} to {domain.ends_ms:.1f} ms after onset; the "
            f"recordings hold {clock[0]:.1f} to {clock[-1]:.1f} ms"
        )
    return ""
