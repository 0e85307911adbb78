"""From paths to recordings: what was found, what could not be read, what is no recording."""

from __future__ import annotations

import glob
from collections.abc import Sequence
from pathlib import Path

from evoscope.abr.analysis.files import Inputs, read_found
from evoscope.abr.formats import discover
from evoscope.cli.console import progress
from evoscope.cli.usage_error import UsageError

COHORT = ".parquet"


def read_inputs(paths: Sequence[str]) -> Inputs:
    """Read every recording under some paths; a file that fails does not stop the others.

    Raises:
        UsageError: a path that does not exist, or nothing to read at all.
    """
    check_exist(paths)
    found = discover(paths)
    with progress("Reading", len(found.recordings)) as advance:
        inputs = read_found(found, advance)
    if not inputs.recordings and not inputs.errors:
        skipped = inputs.skipped
        where = ", ".join(str(path) for path in paths)
        reasons = "".join(f"\n  {s.file}: {s.why}" for s in skipped[:5])
        raise UsageError(
            f"There should be a recording in {where}. Found none"
            + (f" in {len(skipped)} file(s):{reasons}" if skipped else ": it is empty.")
        )
    return inputs


def check_exist(paths: Sequence[str]) -> None:
    """Refuse a path that is not there, and a pattern that matches nothing."""
    for path in paths:
        if not Path(path).exists() and not glob.glob(path, recursive=True):  # noqa: PTH207
            raise UsageError(f"The path should exist. Found nothing at {path}.")


def cohorts_of(paths: Sequence[str]) -> list[Path]:
    """Return the cohorts that paths name; none where they name other files.

    Raises:
        UsageError: both.
    """
    found = [
        Path(one)
        for path in paths
        for one in ([path] if Path(path).exists() else sorted(glob.glob(path, recursive=True)))  # noqa: PTH207
    ]
    cohorts = [path for path in found if path.suffix == COHORT]
    if cohorts and len(cohorts) < len(found):
        other = next(path for path in found if path.suffix != COHORT)
        raise UsageError(
            f"Cohorts should be analyzed apart from other files. Found {cohorts[0]} and {other}. "
            "Run twice."
        )
    return cohorts
