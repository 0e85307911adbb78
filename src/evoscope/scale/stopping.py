"""Who answers the signal that asks a run to end: not Ray, which ends it uncleaned."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def stops_kept() -> Iterator[None]:
    """Give SIGTERM back to whoever answered it before the block.

    Ray answers it in its own way once it starts: with a trace of the stack, and an abort
    soon afterwards, whether the run has tidied up or not. Where nobody answered it Ray stays.

    Example:
        >>> before = signal.signal(signal.SIGTERM, lambda *_: print("tidied up"))
        >>> with stops_kept():
        ...     _ = signal.signal(signal.SIGTERM, signal.SIG_DFL)
        >>> signal.raise_signal(signal.SIGTERM)
        tidied up
        >>> _ = signal.signal(signal.SIGTERM, before)
    """
    before = signal.getsignal(signal.SIGTERM)
    main = threading.current_thread() is threading.main_thread()  # no other may set a handler
    if not main or before in (signal.SIG_DFL, None):
        yield
        return
    try:
        yield
    except SystemExit:  # Ray was still starting, and has answered
        signal.signal(signal.SIGTERM, before)
        signal.raise_signal(signal.SIGTERM)
        raise
    finally:
        signal.signal(signal.SIGTERM, before)
