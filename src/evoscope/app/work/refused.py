"""A piece of work that cannot be done as asked."""

from __future__ import annotations

from typing import Any


class RefusedError(Exception):
    """What should hold and what was found; what to do.

    Attributes:
        status: of the response that says so.
        error, hint: in words.
        more: further members of the response.
    """

    def __init__(self, error: str, hint: str = "", *, status: int = 422, **more: Any) -> None:
        super().__init__(error)
        self.status, self.error, self.hint, self.more = status, error, hint, more
