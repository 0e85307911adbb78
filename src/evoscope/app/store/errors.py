"""What the store cannot do, in words."""

from __future__ import annotations


class StoreError(Exception):
    """What should hold, what was found, what to do: of the database as a whole."""


class MissingError(Exception):
    """No such upload, series, version or correction.

    Attributes:
        what: is missing.
    """

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what
