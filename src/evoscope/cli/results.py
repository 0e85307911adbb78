"""The results folder: refused before the work where possible, never a traceback after it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from evoscope.abr.findings import Document
from evoscope.abr.report import OutputError, check_output, write_report
from evoscope.cli.usage_error import UsageError


def check_cohort_name(output: Path) -> None:
    """Refuse a name that says another format: a table named .csv would be opened as one."""
    if output.suffix.lower() != ".parquet":
        raise UsageError(
            f"A cohort is a Parquet table, and -o should end in .parquet. Found {output.name}. "
            f"Name it {output.with_suffix('.parquet').name}."
        )


def check_folder(output: Path, *, overwrite: bool, paths: Sequence[str]) -> None:
    """Refuse an output folder that would lose something, before any work is done."""
    try:
        check_output(output, overwrite=overwrite, inputs=[Path(path) for path in paths])
    except OutputError as error:
        raise UsageError(str(error)) from None
    except OSError as error:  # a name too long, a folder that may not be looked into
        raise _refused(output, error) from None


def write_results(
    document: Document,
    output: Path,
    *,
    overwrite: bool,
    figures: bool = True,
    progress: Callable[[], None] = lambda: None,
) -> Document:
    """Write the report; what goes wrong with the folder is a sentence, not a traceback."""
    try:
        return write_report(
            document, output, overwrite=overwrite, figures=figures, progress=progress
        )
    except OutputError as error:
        raise UsageError(str(error)) from None
    except OSError as error:  # a full disk, a share that went away
        raise _refused(output, error) from None


def _refused(output: Path, error: OSError) -> UsageError:
    return UsageError(
        f"The results should be written to {output}. Found {error.strerror or error}. "
        "Nothing was left there: make room or choose another folder, then run again."
    )
