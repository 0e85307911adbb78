"""What a reader says when a file is not what it should be."""

from __future__ import annotations


class FormatError(ValueError):
    """A file that cannot be read: which file, where in it, what was expected, what to do.

    Attributes:
        path: the file.
        place: where in it, in the reader's own units (``line 3``, ``byte 1204``, ``record 7``).
        reason: what should hold and what was found.
        hint: what the user can do; may be empty.

    Example:
        >>> print(FormatError("a.csv", "row 3", "level should be a number. Found 'x'.",
        ...                   "Remove the row."))
        a.csv, row 3: level should be a number. Found 'x'. Remove the row.
    """

    def __init__(self, path: str, place: str, reason: str, hint: str = "") -> None:
        self.path, self.place, self.reason, self.hint = path, place, reason, hint
        where = f"{path}, {place}" if place else path
        super().__init__(f"{where}: {reason} {hint}".rstrip())


class NotARecordingError(FormatError):
    """A file that no reader knows: notes, label tables, licences. Skipped inside a folder."""
