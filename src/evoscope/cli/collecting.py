"""How often Python looks for cycles of objects while a command runs; at exit it does not."""

from __future__ import annotations

import atexit
import gc
from collections.abc import Iterator
from contextlib import contextmanager

OBJECTS_BETWEEN = 50_000
"""Python's own 700 suit a program that makes garbage; importing libraries makes none, and looking
for it then is a tenth of a command's time."""


_USUAL = gc.get_threshold()


@contextmanager
def rare_collections() -> Iterator[None]:
    """Look for cycles of objects seldom inside the block, and as before after it.

    When the process ends, what it made is not looked through once more, which is another tenth.

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
    atexit.unregister(gc.freeze)  # however often a process runs a command, once
    atexit.register(gc.freeze)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def usual_collections() -> None:
    """Look for cycles as often as Python does by itself from here on, inside the block, too.

    For a command that goes on for days: what its requests leave behind is given back.

    Example:
        >>> with rare_collections():
        ...     usual_collections()
        ...     gc.get_threshold()[0] < OBJECTS_BETWEEN
        True
    """
    gc.set_threshold(*_USUAL)
