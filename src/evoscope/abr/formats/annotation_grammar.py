"""What an annotation of a stimulus says: level, and optionally sound, ear and polarity."""

from __future__ import annotations

import re
from dataclasses import dataclass

from evoscope.abr.recording import Ear, LevelReference, Stimulus, StimulusKind

# BrainVision puts the marker's type in front.
_PREFIX = re.compile(r"^(stimulus|comment|response|trigger)\s*/\s*", re.I)
_WORDS = re.compile(
    r"(?P<kind>click|tone|chirp)"
    r"|(?P<ear>left|right)"
    r"|(?P<polarity>rarefaction|condensation)"
    r"|(?P<frequency>\d+(\.\d+)?)\s*(?P<unit>k?hz)"
    r"|(?P<level>[-+]?\d+(\.\d+)?)\s*db\s*(?P<reference>nhl|pespl|spl)?",
    re.I,
)
_BARE_LEVEL = re.compile(r"[-+]?\d+(\.\d+)?")
_REFERENCES: dict[str, LevelReference] = {"nhl": "nHL", "spl": "SPL", "pespl": "peSPL"}
_KINDS: dict[str, StimulusKind] = {"click": "click", "tone": "tone", "chirp": "chirp"}
_EARS: dict[str, Ear] = {"left": "left", "right": "right"}


@dataclass(frozen=True)
class Condition:
    """The stimulus of one annotation, without the polarity, which averages share."""

    kind: StimulusKind
    frequency_hz: float | None
    level_db: float
    reference: LevelReference
    ear: Ear

    def stimulus(self) -> Stimulus:
        """Return it as a stimulus.

        Raises:
            ValueError: a level or frequency that cannot be.
        """
        return Stimulus(
            kind=self.kind,
            frequency_hz=self.frequency_hz,
            level_db=self.level_db,
            level_reference=self.reference,
        )


def parse_annotation(description: str) -> tuple[Condition, str] | None:
    """Return the condition and the polarity word, or ``None`` when it is no stimulus.

    Words may come in any order; a level is required and either carries ``dB`` or is all there is.

    Example:
        >>> condition, _ = parse_annotation("tone 4 kHz 60 dB SPL")
        >>> condition.kind, condition.frequency_hz, condition.level_db, condition.reference
        ('tone', 4000.0, 60.0, 'SPL')
        >>> parse_annotation("60")[0].level_db
        60.0
        >>> parse_annotation("Stimulus/S  1") is None
        True
    """
    text = _PREFIX.sub("", description.strip())
    if len(text) > 200:
        return None
    if _BARE_LEVEL.fullmatch(text):
        return Condition("unknown", None, float(text), "unknown", "unknown"), ""
    found: dict[str, str] = {}
    for match in _WORDS.finditer(text):
        found |= {name: word.lower() for name, word in match.groupdict().items() if word}
    # What is left must be separators: "electrode 60 dB drift" is not a stimulus.
    if "level" not in found or re.sub(r"[\s,;/_@-]+", "", _WORDS.sub("", text)):
        return None
    frequency = float(found["frequency"]) if "frequency" in found else None
    if frequency is not None and found["unit"] == "khz":
        frequency *= 1000.0
    kind = _KINDS.get(found.get("kind", ""), "tone" if frequency else "unknown")
    condition = Condition(
        kind=kind,
        frequency_hz=frequency if kind in ("tone", "chirp") else None,
        level_db=float(found["level"]),
        reference=_REFERENCES.get(found.get("reference", ""), "unknown"),
        ear=_EARS.get(found.get("ear", ""), "unknown"),
    )
    return condition, found.get("polarity", "")
