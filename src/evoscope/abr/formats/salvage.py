"""Keep the good records of a file: a bad one becomes a warning on the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from evoscope.abr.formats.errors import FormatError
from evoscope.abr.recording import Recording

_MAX_WARNINGS = 5
Job = tuple[str, Callable[[], Recording]]  # a record's place in its file, and how to build it


def keep_good(
    path: str,
    records: Iterable[Job],
    warnings: Iterable[str] = (),
) -> list[Recording]:
    """Build every record that can be built.

    Args:
        path: the file, for messages.
        records: ``(place, build)``; ``build`` raises ``ValueError`` for a record that cannot be.
        warnings: what is already known to be wrong with the file as a whole.

    Raises:
        FormatError: no record could be built; the first reason is named.
    """
    good: list[Recording] = []
    bad: list[tuple[str, str]] = []
    n_bad = 0
    for place, build in records:
        try:
            good.append(build())
        except ValueError as error:
            n_bad += 1
            if len(bad) < _MAX_WARNINGS:  # a hostile file has millions
                bad.append((place, error.reason if isinstance(error, FormatError) else str(error)))
    notes = [*warnings, *(f"{place} was left out: {reason}" for place, reason in bad)]
    if not good:
        place, reason = bad[0] if bad else ("", "At least one record should be there. Found none.")
        raise FormatError(path, place, reason, "No usable record is left: export the file again.")
    if n_bad > len(bad):
        notes.append(f"{n_bad - len(bad)} more records were left out.")
    for note in notes:
        good = [recording.with_warning(note) for recording in good]
    return good
