"""Published norms, each with its source: when waves come, how large they are, what is too long."""

from evoscope.abr.norms.amplitude import amplitude
from evoscope.abr.norms.hearing_level import EHL_SOURCE, ehl_correction_db
from evoscope.abr.norms.interpeak import InterpeakName, interpeak
from evoscope.abr.norms.latency import latency
from evoscope.abr.norms.levels import to_nhl, tone_spl
from evoscope.abr.norms.norm import WAVE_LABELS, Norm, WaveLabel
from evoscope.abr.norms.plausible import earliest_wave_v_ms, plausible_largest_wave_ms
from evoscope.abr.norms.rodent import LAB_DELAY_SD_MS

__all__ = [
    "EHL_SOURCE",
    "LAB_DELAY_SD_MS",
    "WAVE_LABELS",
    "InterpeakName",
    "Norm",
    "WaveLabel",
    "amplitude",
    "earliest_wave_v_ms",
    "ehl_correction_db",
    "interpeak",
    "latency",
    "plausible_largest_wave_ms",
    "to_nhl",
    "tone_spl",
]
