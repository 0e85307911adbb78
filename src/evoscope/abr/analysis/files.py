"""Files -> recordings -> findings, one failure at a time: what every way in shares."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from evoscope.abr.analysis.options import Options
from evoscope.abr.analysis.series import analyze
from evoscope.abr.findings import Findings, ReadError, SkippedFile
from evoscope.abr.formats import Discovery, FormatError, read_recordings
from evoscope.abr.recording import Recording, Series

REPORT_IT = "This is a defect of Evoscope. Please report it with this message."
Advance = Callable[[], None]


@dataclass(frozen=True)
class Inputs:
    """Everything that some files held."""

    recordings: tuple[Recording, ...]
    errors: tuple[ReadError, ...]
    skipped: tuple[SkippedFile, ...]


def read_found(found: Discovery, advance: Advance = lambda: None) -> Inputs:
    """Read what was discovered; a file that fails does not stop the others.

    Args:
        found: by ``discover``.
        advance: called after each file.
    """
    recordings: list[Recording] = []
    errors: list[ReadError] = []
    for path in found.recordings:
        try:
            recordings += read_recordings(path)
        except FormatError as error:
            place = f"{error.place}: " if error.place else ""
            reason = f"{place}{error.reason}"
            errors.append(ReadError(file=str(path), reason=reason, hint=error.hint))
        except Exception as error:  # one odd file must not cost the others
            errors.append(unexpected(str(path), error))
        advance()
    skipped = tuple(SkippedFile(file=file, why=why) for file, why in found.skipped)
    return Inputs(tuple(recordings), tuple(errors), skipped)


def analyze_each(
    series: Iterable[Series], options: Options
) -> Iterator[tuple[Series, Findings | ReadError]]:
    """Analyze series one after another; one that fails is an error beside the others' findings."""
    for one in series:
        try:
            yield one, analyze(one, options=options)
        except Exception as error:  # one odd series must not cost the others
            yield one, unexpected(one.file, error)


def unexpected(file: str, error: Exception) -> ReadError:
    """Word an error that should not have happened, so that it is listed and reported."""
    return ReadError(
        file=file, reason=f"Unexpected {type(error).__name__}: {error}", hint=REPORT_IT
    )
