"""How often Python looks for cycles while a command runs."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

OBJECTS_BETWEEN = 50_000
"""Python's own 700 suit a program that makes garbage; importing libraries makes none, and looking
for it then is a tenth of a command's time."""


@contextmanager
def rare_collections() -> Iterator[None]:
    """Look for cycles of objects seldom inside the block, and as before after it.

    Example:
        >>> before = gc.get_threshold()
        >>> with rare_collections():
        ...     gc.get_threshold()[0] == OBJECTS_BETWEEN
        True
        >>> gc.get_threshold() == before
        True
    """
    before = gc.get_threshold()
    gc.set_threshold(OBJECTS_BETWEEN, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
