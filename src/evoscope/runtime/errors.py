"""What the runtime says when a pack or an input is not what it should be."""

from __future__ import annotations


class PackError(ValueError):
    """A model pack that cannot be written, trusted or run: what should hold, what to do.

    Attributes:
        hint: what to do; empty where there is nothing.

    Example:
        >>> print(PackError("The card should name a graph.", "Found none.", "Name one."))
        The card should name a graph. Found none. Name one.
    """

    def __init__(self, should: str, found: str, hint: str = "") -> None:
        super().__init__(f"{should} {found} {hint}".rstrip())
        self.hint = hint


class InputError(PackError):
    """Arrays that a graph does not take: a missing name, another dtype or shape, a bad value."""
