"""A person's age: set by option where the files state none, and what is said without one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from evoscope.abr.analysis.options import Options
from evoscope.abr.findings import RecordingFindings
from evoscope.abr.norms.person import WEEKS_PER_YEAR
from evoscope.abr.recording import Recording, Series, Subject

UNSTATED = (
    "The files do not state the age: adult norms were used (state it in the files, or as an "
    "option: --age-years or --age-weeks)."
)


@dataclass(frozen=True, eq=False)
class Aged:
    """Recordings with the age of the options, and the sentences that say so."""

    recordings: tuple[Recording, ...]
    warnings: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def apply_age(recordings: tuple[Recording, ...], species: str, options: Options) -> Aged:
    """Give the age of the options to the recordings of a person whose files state none."""
    if options.age_years is None and options.age_weeks is None:
        return Aged(recordings)
    said = age_in_words(options.age_years, options.age_weeks)
    if species != "human":
        return Aged(
            recordings,
            (f"The age by option, {said}, was not applied: norms of a {species} know no age.",),
        )
    subjects = [_aged(r.subject, options) for r in recordings]
    any_set = any(s is not r.subject for r, s in zip(recordings, subjects, strict=True))
    others = {
        age_in_words(s.age_years, s.age_weeks): None for s in subjects if _differs(s, options)
    }
    return Aged(
        tuple(replace(r, subject=s) for r, s in zip(recordings, subjects, strict=True)),
        tuple(
            f"The files state an age of {other}; the option {said} was not applied."
            for other in others
        ),
        (f"Age set to {said} by option.",) if any_set else (),
    )


def unstated_age(
    series: Series,
    species: str,
    *,
    levels: Sequence[RecordingFindings],
    doubts: Sequence[str],
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Say that adult norms were used: a warning where the age may explain what was found.

    An infant's waves are late, and far apart.

    Args:
        series: as it is analyzed.
        species: whose norms apply.
        levels: what was found.
        doubts: of where the waves are.

    Returns:
        Warnings and notes.
    """
    subject = series.recordings[0].subject
    known = subject.age_years is not None or subject.age_weeks is not None
    if species != "human" or known or series.key.response == "CAP":
        return (), ()
    apart = any(i.flag == "above" and i.name != "V/I" for level in levels for i in level.intervals)
    return ((UNSTATED,), ()) if doubts or apart else ((), (UNSTATED,))


def age_in_words(years: float | None, weeks: float | None) -> str:
    """Return an age as a person says it; empty where it is not known.

    Example:
        >>> age_in_words(0.0, 6.0), age_in_words(1.0, None), age_in_words(None, None)
        ('6 weeks', '1 year', '')
    """
    value, unit = (weeks, "week") if weeks is not None else (years, "year")
    return "" if value is None else f"{value:g} {unit}{'' if value == 1 else 's'}"


def _aged(subject: Subject, options: Options) -> Subject:
    """Return the subject with the age of the options, or itself where it states another."""
    weeks, stated = options.age_weeks, subject.age_years
    if subject.age_weeks is not None:
        return subject
    if weeks is None:
        return subject if stated is not None else replace(subject, age_years=options.age_years)
    # Clinics write completed years, 0 for every infant, and networks learn from what they write:
    # weeks come with their year, and add to a stated year that holds them.
    completed = float(max(weeks, 0.0) // WEEKS_PER_YEAR)
    if stated is not None and stated != completed:
        return subject
    return replace(subject, age_years=completed, age_weeks=weeks)


def _differs(subject: Subject, options: Options) -> bool:
    if options.age_weeks is not None:
        return subject.age_weeks != options.age_weeks
    return subject.age_years != options.age_years
