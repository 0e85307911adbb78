"""What the fields of a plain CSV mean: stimulus and subject from words and numbers."""

from __future__ import annotations

import re
from pathlib import Path
from typing import cast

from evoscope.abr.formats.csv_words import (
    EARS,
    POLARITIES,
    SEXES,
    SPECIES,
    STIMULI,
    plain,
    reference,
)
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

# The columns that a waveform per row may have before its samples.
KNOWN = frozenset({
    *("units", "level_db", "level_reference", "frequency_hz", "frequency_khz", "frequency"),
    *("stimulus", "rate_hz", "polarity", "transducer", "tube_delay_ms", "tube_delay_included"),
    *("duration_ms", "masking_db", "subject", "ear", "species", "sex", "age_years", "age_weeks"),
    *("age_months", "age_days"),
    *("sweeps", "sweeps_rejected", "high_pass_hz", "low_pass_hz", "sampling_rate_hz"),
    *("onset_ms", "onset_source", "record", "half"),
})  # fmt: skip

# What a field may be written in, in the unit that ends its name.
_SCALES = {
    "ms": {"ms": 1.0, "us": 1e-3, "s": 1e3},
    "hz": {"hz": 1.0, "khz": 1e3, "k": 1e3, "s": 1.0},  # 20 /s
    "years": {"years": 1.0, "year": 1.0, "y": 1.0},
    "months": {"months": 1.0, "month": 1.0, "m": 1.0},
    "weeks": {"weeks": 1.0, "week": 1.0, "w": 1.0, "wk": 1.0},
    "days": {"days": 1.0, "day": 1.0, "d": 1.0},
}
# A unit that one of these fields is never in: 5 cycles are no 5 ms.
_UNITS = frozenset({unit for scales in _SCALES.values() for unit in scales} | {"cycles", "uv"})
_DAYS_PER_YEAR = 365.25
_THOUSANDS = re.compile(r"\d{1,3}(?:[.,' ]\d{3})+")
# Hearing ends at about 20 Hz and 150 kHz, whoever hears: beyond them the unit is another.
_TONES_HZ = (50.0, 200_000.0)
# The slowest clock that could draw waves I to V, and more than any averager has.
_CLOCKS_HZ = (500.0, 1_000_000.0)


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
    if tone_hz is not None and not _TONES_HZ[0] <= tone_hz <= _TONES_HZ[1]:
        raise ValueError(
            f"A frequency should be between 50 Hz and 200 kHz. Found {tone_hz:g} Hz, from "
            f"{stated!r}. Name the column frequency_hz or frequency_khz, as its numbers are."
        )
    kind = plain(fields.get("stimulus", "")).replace("-", " ")
    kind = STIMULI.get(kind, kind)
    if not kind:
        kind = "tone" if tone_hz else "click" if stated is not None else "unknown"
    return Stimulus(
        kind=cast(StimulusKind, kind),
        frequency_hz=tone_hz,
        level_db=level_db,
        level_reference=cast(LevelReference, reference(fields.get("level_reference", "unknown"))),
        rate_hz=number(fields, "rate_hz"),
        polarity=cast(Polarity, _word(fields, "polarity", POLARITIES)),
        transducer=cast(Transducer, fields.get("transducer", "unknown").lower()),
        tube_delay_ms=number(fields, "tube_delay_ms") or 0.0,
        tube_delay_included=truth(fields, "tube_delay_included"),
        duration_ms=number(fields, "duration_ms"),
        masking_db=number(fields, "masking_db"),
    )


def subject(path: Path, fields: Fields) -> Subject:
    """Return the subject the fields state, named after the file where they name none."""
    age_years, age_weeks = age(fields)
    return Subject(
        id=fields.get("subject") or without_level(stem_of(path)),
        ear=cast(Ear, _word(fields, "ear", EARS)),
        species=cast(Species, _word(fields, "species", SPECIES)),
        age_years=age_years,
        age_weeks=age_weeks,
        sex=cast(Sex, _word(fields, "sex", SEXES)),
    )


def age(fields: Fields) -> tuple[float | None, float | None]:
    """Return the age in years and in weeks that the fields state; months and days give both.

    Raises:
        ValueError: ages in two units that do not agree: 2 years and 3 months may be 27 months.

    Example:
        >>> age({"age_months": "6"}), age({"age_years": "0"})
        ((0.5, 26.089), (0.0, None))
    """
    years, weeks = number(fields, "age_years"), number(fields, "age_weeks")
    months, days = number(fields, "age_months"), number(fields, "age_days")
    if months is None and days is None:
        return years, weeks
    exact = days / _DAYS_PER_YEAR if days is not None else (months or 0.0) / 12.0
    stated = {"age_years": (years, 1.0), "age_months": (months, 12.0), "age_weeks": (weeks, 52.18)}
    for name, (value, per_year) in stated.items():
        # Whole years, months or weeks are completed ones, or rounded.
        if value is not None and not -0.5 <= exact * per_year - value < 1.0:
            raise ValueError(
                f"An age should be stated once. Found {name} {value:g} beside {exact:.3g} years."
            )
    exact_weeks = weeks if weeks is not None else round(exact * _DAYS_PER_YEAR / 7.0, 3)
    return years if years is not None else round(exact, 4), exact_weeks


def number(fields: Fields, name: str) -> float | None:
    """Return a field as a number; ``None`` when absent; a word is an error, not an absence.

    A field whose name ends in a unit may be written in another one.

    Raises:
        ValueError: a word, or a unit of something else.

    Example:
        >>> number({"duration_ms": "100 us"}, "duration_ms")
        0.1
        >>> number({"duration_ms": "5 cycles"}, "duration_ms")
        Traceback (most recent call last):
        ...
        ValueError: 'duration_ms' should be in ms. Found '5 cycles'.
    """
    text = fields.get(name, "")
    if not text:
        return None
    found = leading_number(text)
    if found is None:
        raise ValueError(f"'{name}' should be a number. Found {text[:40]!r}.")
    value, written = found
    kind = name.rpartition("_")[2]
    scales = _SCALES.get(kind, {})
    unit = plain(written).strip("/. ")
    if scales and unit in _UNITS and unit not in scales:
        raise ValueError(f"'{name}' should be in {kind}. Found {text[:40]!r}.")
    return float(f"{value * scales[unit]:.12g}") if unit in scales else value


def clock(fields: Fields) -> float | None:
    """Return the sampling rate in Hz that the fields state, ``None`` when they state none.

    Example:
        >>> [clock({"sampling_rate_hz": text}) for text in ("20000", "20 kHz", "20,000")]
        [20000.0, 20000.0, 20000.0]
    """
    text = fields.get("sampling_rate_hz", "").strip()
    rate_hz = number(fields, "sampling_rate_hz")
    # 20,000 Hz, and 44.100: no clock is as slow as 20 or 44 Hz.
    if rate_hz is not None and rate_hz < _CLOCKS_HZ[0] and _THOUSANDS.fullmatch(text):
        return float(re.sub(r"\D", "", text))
    return rate_hz


def check_clock(rate_hz: float) -> float:
    """Return a sampling rate that a recording can have.

    Raises:
        ValueError: it is none; the unit of the rate, or of the time axis, is another.
    """
    if not _CLOCKS_HZ[0] <= rate_hz <= _CLOCKS_HZ[1]:
        raise ValueError(
            f"The sampling rate should be between 500 Hz and 1 MHz. Found {rate_hz:g} Hz. State "
            "it in hertz, and times in the unit of their column: time_ms, time_us or time_s. Times "
            "that head columns are in ms."
        )
    return rate_hz


def count(fields: Fields, name: str) -> int | None:
    """Return a field as a whole number, ``None`` when absent; 2,000 is two thousand."""
    text = fields.get(name, "").strip()
    if _THOUSANDS.fullmatch(text):
        return int(re.sub(r"\D", "", text))
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


def _word(fields: Fields, name: str, known: dict[str, str]) -> str:
    word = plain(fields.get(name, "unknown").strip())
    return known.get(word, word)
