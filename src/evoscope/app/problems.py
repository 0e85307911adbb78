"""What a client is told when a request cannot be served: one shape, two sentences."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel


class ProblemBody(BaseModel):
    """What should hold and what was found, and what to do about it."""

    error: str
    hint: str = ""


class ProblemError(Exception):
    """A request that cannot be served.

    Attributes:
        status: of the response.
        error, hint: what should hold and what was found; what to do.
        more: further members of the body.
    """

    def __init__(self, status: int, error: str, hint: str = "", **more: Any) -> None:
        super().__init__(error)
        self.status, self.error, self.hint, self.more = status, error, hint, more

    @property
    def body(self) -> dict[str, Any]:
        """What the client is told."""
        return {"error": self.error, "hint": self.hint, **self.more}


def not_found(what: str) -> ProblemError:
    """Say that something is not, or no longer, there."""
    article = "an" if what[0] in "aeiou" else "a"
    return ProblemError(
        404, f"There should be such {article} {what}. Found none.", "It may have been deleted."
    )
