"""SIGINT and SIGTERM ask a run to finish its step, save and leave."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Interrupt:
    """What was asked for from outside; empty while nothing was."""

    def __init__(self) -> None:
        self.name = ""


@contextmanager
def interruptible() -> Iterator[Interrupt]:
    """Note the first SIGINT or SIGTERM instead of dying from it; a second one acts as usual.

    Outside the main thread, where Python allows no handlers, nothing is caught.

    Example:
        >>> with interruptible() as interrupt:
        ...     signal.raise_signal(signal.SIGTERM)
        ...     interrupt.name
        'SIGTERM'
    """
    interrupt = Interrupt()
    if threading.current_thread() is not threading.main_thread():
        yield interrupt
        return
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def note(number: int, _: FrameType | None) -> None:
        interrupt.name = signal.Signals(number).name
        restore()

    def restore() -> None:
        for number, handler in before.items():
            signal.signal(number, handler)

    for number in before:
        signal.signal(number, note)
    try:
        yield interrupt
    finally:
        restore()
