"""One table of readers, and the one way from a path to recordings."""

from __future__ import annotations

import importlib
from functools import cache
from pathlib import Path

from evoscope.abr.formats.errors import FormatError, NotARecordingError
from evoscope.abr.formats.hints import explain
from evoscope.abr.formats.reader import Head, Reader, peek
from evoscope.abr.recording import Recording

# In sniffing order: what is certain from its first bytes first, the plain CSV, which only looks
# like a table, last. Modules are imported at first use.
_MODULES = (
    "psi",
    "psi_averages",
    "arf",
    "mne_format",
    "ihs",
    "epl",
    "biosig_text",
    "biosig_csv",
    "wfdb_format",
    "plain_csv",
)


@cache
def readers() -> tuple[Reader, ...]:
    """Return every reader, in the order in which they are asked."""
    return tuple(
        importlib.import_module(f"evoscope.abr.formats.{module}").READER for module in _MODULES
    )


def choose(head: Head) -> Reader | None:
    """Return the reader that recognises the content, or ``None``: extensions lie."""
    return next((reader for reader in readers() if reader.sniff(head)), None)


def look(path: Path) -> Head:
    """Look at the head of a file or folder.

    Raises:
        FormatError: it does not exist or cannot be opened.
    """
    try:
        return peek(path)
    except FileNotFoundError:
        raise FormatError(
            str(path), "", "A file or folder should be there. Found nothing.", "Check the path."
        ) from None
    except OSError as error:
        raise FormatError(
            str(path), "", f"The file should be readable. Found: {error.strerror or error}."
        ) from error


def read_recordings(path: str | Path) -> list[Recording]:
    """Read the recordings of one file (or of one folder that is a recording, such as psi's).

    Raises:
        NotARecordingError: no reader knows the file; the hint says what it is.
        FormatError: a reader knows the file, but it is damaged or incomplete.

    Example:
        >>> read_recordings("nothing-here.csv")
        Traceback (most recent call last):
        ...
        evoscope.abr.formats.errors.FormatError: nothing-here.csv: A file or folder should be
        there. Found nothing. Check the path.
    """
    where = Path(path)
    head = look(where)
    reader = choose(head)
    if reader is None:
        hint = explain(head)
        raise NotARecordingError(
            str(path),
            "",
            f"A recording in a known format should be here. Found: {hint.what}",
            hint.todo,
        )
    try:
        return reader.read(where)
    except FormatError:
        raise
    except MemoryError:
        raise FormatError(
            str(path),
            "",
            f"A '{reader.name}' recording should fit into the memory there is. Found it larger.",
            "Read it alone, or where there is more memory; or export fewer of its records.",
        ) from None
    except Exception as error:
        # One damaged file must not stop the others, whatever a library raises for it.
        raise FormatError(
            str(path),
            "",
            f"The file should be a readable '{reader.name}' recording. "
            f"Found {type(error).__name__}: {str(error)[:200]}",
            "The file is damaged, or this is a fault of the reader: please report it.",
        ) from error
