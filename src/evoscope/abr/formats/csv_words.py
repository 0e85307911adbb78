"""The words of a plain CSV: what laboratories write for the words of the recording."""

from __future__ import annotations

EARS = {
    "r": "right",
    "l": "left",
    "b": "both",
    "ad": "right",
    "as": "left",
    "au": "both",
    "re": "right",
    "le": "left",
    "right ear": "right",
    "left ear": "left",
    "rechts": "right",
    "links": "left",
}
EARS |= {name: name for name in ("right", "left", "both")}
POLARITIES = {
    "alt": "alternating",
    "alternate": "alternating",
    "rare": "rarefaction",
    "rar": "rarefaction",
    "cond": "condensation",
    "con": "condensation",
}
POLARITIES |= {name: name for name in ("alternating", "rarefaction", "condensation")}
REFERENCES = {"nhl": "nHL", "spl": "SPL", "pespl": "peSPL", "ppespl": "peSPL"}
SEXES = {"f": "female", "m": "male"}
STIMULI = {
    "clicks": "click",
    "toneburst": "tone",
    "tone burst": "tone",
    "tone pip": "tone",
    "tonepip": "tone",
    "ce chirp": "chirp",
}


def reference(word: str) -> str:
    """Return nHL, SPL or peSPL however it is written; another word as it is.

    Raises:
        ValueError: hearing level, which levels of an ABR stimulus are not in.

    Example:
        >>> reference("dB nHL"), reference("ppe SPL"), reference("unknown")
        ('nHL', 'peSPL', 'unknown')
    """
    plain = word.lower().removeprefix("db").replace(" ", "").replace("_", "")
    if plain in ("hl", "ehl"):
        raise ValueError(
            f"level_reference should be one of 'nHL', 'SPL', 'peSPL'. Found {word!r}. "
            "If 0 dB is the threshold of normal ears for this stimulus, write nHL."
        )
    return REFERENCES.get(plain, word)
