"""What the header of a waveform column says: level, frequency, ear, polarity and unit."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from evoscope.abr.formats.csv_words import (
    EARS,
    POLARITIES,
    REFERENCES,
    SPREADS,
    STIMULI,
    plain,
)
from evoscope.abr.formats.numbers import leading_number

# A dash behind a letter or a digit joins words (P3-80dB); elsewhere it is a minus.
_LEVEL = re.compile(
    r"((?:(?<![A-Za-z0-9)\]])-)?\d+(?:[.,]\d+)?)[ _-]*db(?:[ _]*(nhl|spl|p?pespl))?", re.I
)
_FREQUENCY = re.compile(r"(\d+(?:[.,]\d+)?)[ _]*(k?hz)", re.I)
_UNIT = re.compile(r"[\[(]\s*([uµμnm]?v)\s*[\])]", re.I)
_WORD = re.compile(r"[^\W\d_]+")
# Alone, L may stand for level and R for rarefaction or run: only both together are ears.
_LETTER = re.compile(r"(?<![A-Za-z0-9])[LR](?![A-Za-z0-9])")


@dataclass(frozen=True)
class ColumnCondition:
    """What the header of a waveform column says: ``4 kHz 80 dB SPL left``.

    Attributes:
        level_db: the level.
        reference: nHL, SPL or peSPL; ``None`` when not said, as with all that follows.
        frequency: as written, with its unit, or ``click``.
        ear: left or right.
        polarity: alternating, rarefaction or condensation.
        unit: of the samples, a key of `VOLTS`.
        before: the words before the level. Columns of one condition are replicates; where these
            words differ they may be something else.
    """

    level_db: float
    reference: str | None = None
    frequency: str | None = None
    ear: str | None = None
    polarity: str | None = None
    unit: str | None = None
    before: str = ""

    @property
    def fields(self) -> dict[str, str]:
        """What is said, under the names of the documented columns."""
        said = {
            "level_db": repr(self.level_db),
            "level_reference": self.reference,
            "frequency_hz": self.frequency,
            "ear": self.ear,
            "polarity": self.polarity,
        }
        return {name: value for name, value in said.items() if value is not None}


def column_condition(header: str, *, letters_are_ears: bool = False) -> ColumnCondition | None:
    """Read the header of a waveform column; ``None`` where it states no level, or a spread.

    Args:
        header: as written.
        letters_are_ears: whether a lone L or R names an ear (see `has_ear_letters`).

    Example:
        >>> found = column_condition("4 kHz 80 dB SPL, right (nV)")
        >>> found.level_db, found.reference, found.frequency, found.ear, found.unit
        (80.0, 'SPL', '4 kHz', 'right', 'nv')
        >>> column_condition("P3-80dB").level_db, column_condition("-10 dB").level_db
        (80.0, -10.0)
        >>> column_condition("80").level_db, column_condition("comment")
        (80.0, None)
        >>> column_condition("80 dB SEM") is None
        True
    """
    text = header.replace("\N{MINUS SIGN}", "-")
    level = _LEVEL.search(text)
    if level is not None:
        value = float(level[1].replace(",", ".")) + 0.0  # no -0 dB
        reference = REFERENCES[level[2].lower()] if level[2] else None
    else:
        bare = leading_number(text)
        if bare is None or bare[1]:
            return None
        value, reference = bare[0], None
    frequency = _FREQUENCY.search(text)
    words = _WORD.findall(text)
    lower = [plain(word) for word in words]
    if not SPREADS.isdisjoint(lower):
        return None  # how far averages lie apart is no average
    unit = _UNIT.search(text)
    before = _FREQUENCY.sub("", text[: level.start()]) if level else ""
    ear = _ear(words, letters=letters_are_ears)
    polarity = next((POLARITIES[w] for w in lower if len(w) > 2 and w in POLARITIES), None)
    return ColumnCondition(
        level_db=value,
        reference=reference,
        frequency=f"{frequency[1]} {frequency[2]}"
        if frequency
        else next(("click" for w in lower if STIMULI.get(w, w) == "click"), None),
        ear=ear,
        polarity=polarity,
        unit=plain(unit[1]) if unit else None,
        before=re.sub(r"\W+", " ", before).strip(),
    )


def has_ear_letters(headers: Iterable[str]) -> bool:
    """Whether a lone L and a lone R both occur: then they are ears.

    Example:
        >>> has_ear_letters(["80 dB L", "80 dB R"]), has_ear_letters(["80 dB R", "80 dB C"])
        (True, False)
    """
    return {letter for header in headers for letter in _LETTER.findall(header)} == {"L", "R"}


def _ear(words: list[str], *, letters: bool) -> str | None:
    for word in words:
        # Short names count in capitals alone: "as" and "le" are words, too.
        if len(word) > 2 or (word.isupper() and (len(word) == 2 or letters)):
            ear = EARS.get(plain(word))
            if ear in ("left", "right"):
                return ear
    return None
