"""What the fields of a plain CSV mean: stimulus and subject from words and numbers."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from evoscope.abr.formats.numbers import field_number, frequency_hz, leading_number
from evoscope.abr.formats.text import stem_of, without_level
from evoscope.abr.recording import (
    Ear,
    LevelReference,
    Polarity,
    Sex,
    Species,
    Stimulus,
    StimulusKind,
    Subject,
    Transducer,
)

Fields = dict[str, str]


def stimulus(fields: Fields) -> Stimulus:
    """Return the stimulus the fields state.

    Raises:
        ValueError: no level, a word outside its vocabulary, or a word where a number belongs.

    Example:
        >>> stimulus({"level_db": "60", "frequency_hz": "4000"}).label
        '4 kHz tone'
    """
    level_db = number(fields, "level_db")
    if level_db is None:
        raise ValueError("'level_db' should be a number. Found a blank.")
    stated = fields.get("frequency_hz", fields.get("frequency_khz", fields.get("frequency")))
    in_khz = "frequency_khz" in fields or (
        "frequency_hz" not in fields and 0 < (field_number(stated) or 0.0) < 100
    )
    tone_hz = frequency_hz(stated, "kHz" if in_khz else "Hz")
    kind = fields.get("stimulus", "").lower()
    if not kind:
        kind = "tone" if tone_hz else "click" if stated is not None else "unknown"
    return Stimulus(
        kind=cast(StimulusKind, kind),
        frequency_hz=tone_hz,
        level_db=level_db,
        level_reference=cast(LevelReference, fields.get("level_reference", "unknown")),
        rate_hz=number(fields, "rate_hz"),
        polarity=cast(Polarity, fields.get("polarity", "unknown").lower()),
        transducer=cast(Transducer, fields.get("transducer", "unknown").lower()),
        tube_delay_ms=number(fields, "tube_delay_ms") or 0.0,
        tube_delay_included=truth(fields, "tube_delay_included"),
        duration_ms=number(fields, "duration_ms"),
        masking_db=number(fields, "masking_db"),
    )


def subject(path: Path, fields: Fields) -> Subject:
    """Return the subject the fields state, named after the file where they name none."""
    ear = fields.get("ear", "unknown").lower()
    ear = {"r": "right", "l": "left", "b": "both"}.get(ear, ear)
    return Subject(
        id=fields.get("subject") or without_level(stem_of(path)),
        ear=cast(Ear, ear),
        species=cast(Species, fields.get("species", "unknown").lower()),
        age_years=number(fields, "age_years"),
        age_weeks=number(fields, "age_weeks"),
        sex=cast(Sex, fields.get("sex", "unknown").lower()),
    )


def number(fields: Fields, name: str) -> float | None:
    """Return a field as a number; ``None`` when absent; a word is an error, not an absence."""
    text = fields.get(name, "")
    if not text:
        return None
    found = leading_number(text)
    if found is None:
        raise ValueError(f"'{name}' should be a number. Found {text[:40]!r}.")
    return found[0]


def count(fields: Fields, name: str) -> int | None:
    """Return a field as a whole number, ``None`` when absent."""
    value = number(fields, name)
    if value is None:
        return None
    if value != int(value) or value < 0:
        raise ValueError(f"'{name}' should be a whole number. Found {fields[name][:40]!r}.")
    return int(value)


def truth(fields: Fields, name: str) -> bool:
    """Return a field as true or false, false when absent."""
    word = fields.get(name, "false").lower()
    if word not in ("true", "false", "1", "0", "yes", "no"):
        raise ValueError(f"'{name}' should be true or false. Found {word[:20]!r}.")
    return word in ("true", "1", "yes")
