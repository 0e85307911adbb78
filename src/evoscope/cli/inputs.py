"""From paths to recordings: what was found, what could not be read, what is no recording."""

from __future__ import annotations

import glob
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from evoscope.abr.findings import ReadError, SkippedFile
from evoscope.abr.formats import FormatError, discover, read_recordings
from evoscope.abr.recording import Recording
from evoscope.cli.console import progress
from evoscope.cli.usage_error import UsageError

REPORT_IT = "This is a defect of Evoscope. Please report it with this message."


@dataclass(frozen=True)
class Inputs:
    """Everything the paths of a command led to."""

    recordings: tuple[Recording, ...]
    errors: tuple[ReadError, ...]
    skipped: tuple[SkippedFile, ...]


def read_inputs(paths: Sequence[str]) -> Inputs:
    """Read every recording under some paths; a file that fails does not stop the others.

    Raises:
        UsageError: a path that does not exist, or nothing to read at all.
    """
    check_exist(paths)
    found = discover(paths)
    recordings: list[Recording] = []
    errors: list[ReadError] = []
    skipped = [SkippedFile(file=file, why=why) for file, why in found.skipped]
    with progress("Reading", len(found.recordings)) as advance:
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
    if not recordings and not errors:
        where = ", ".join(str(path) for path in paths)
        reasons = "".join(f"\n  {s.file}: {s.why}" for s in skipped[:5])
        raise UsageError(
            f"There should be a recording in {where}. Found none"
            + (f" in {len(skipped)} file(s):{reasons}" if skipped else ": it is empty.")
        )
    return Inputs(tuple(recordings), tuple(errors), tuple(skipped))


def unexpected(file: str, error: Exception) -> ReadError:
    """Word an error that should not have happened, so that it is listed and reported."""
    return ReadError(
        file=file, reason=f"Unexpected {type(error).__name__}: {error}", hint=REPORT_IT
    )


def check_exist(paths: Sequence[str]) -> None:
    """Refuse a path that is not there, and a pattern that matches nothing."""
    for path in paths:
        if not Path(path).exists() and not glob.glob(path, recursive=True):  # noqa: PTH207
            raise UsageError(f"The path should exist. Found nothing at {path}.")
