"""Colours and symbols of the figures: told apart in colour blindness and in grey print."""

from __future__ import annotations

from evoscope.abr.findings import WaveName

# Okabe & Ito (2008), darkened where the original is too pale for thin strokes on white.
INK = "#1c2733"
QUIET = "#5b6773"
HAIR = "#c9d0d6"
REPLICATE = "#a9b2ba"
BAND = "#e3e8ec"
HIGHLIGHT = "#fdf0d5"
ACCENT = "#b35c00"

WAVE_COLOR: dict[WaveName, str] = {
    "I": "#009e73",
    "II": "#8a7a00",
    "III": "#0072b2",
    "IV": "#a8578a",
    "V": "#c24100",
}
# Shapes differ as well as colours.
WAVE_MARKER: dict[WaveName, str] = {"I": "s", "II": "^", "III": "D", "IV": "v", "V": "o"}
