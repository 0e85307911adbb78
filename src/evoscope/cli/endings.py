"""How a run may be stopped from outside, and what is tidied up and said then."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SAID = "evoscope: stopped. Nothing half-written was left behind."
# What a closed terminal and a job scheduler send; by default they end a process uncleaned.
_STOPS = ("SIGTERM", "SIGHUP")


class Stopped(BaseException):
    """A signal asked the process to end: cleans up as Ctrl-C does, and is no error to catch."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.exit_code = 128 + number


@contextmanager
def stops_raise() -> Iterator[None]:
    """Turn the signals that ask a process to end into ``Stopped`` inside the block.

    A handler that someone else set, and a signal that is ignored (``nohup``), stay as they are.
    """
    here = os.getpid()

    def stop(number: int, _frame: FrameType | None) -> None:
        signal.signal(number, signal.SIG_IGN)  # a second one should not interrupt the tidying up
        if os.getpid() != here:  # a forked worker has nothing to tidy, and inherits this
            os._exit(128 + number)
        raise Stopped(number)

    numbers = [getattr(signal, name) for name in _STOPS if hasattr(signal, name)]
    mine = []
    try:
        for number in numbers:
            if signal.getsignal(number) is signal.SIG_DFL:
                signal.signal(number, stop)
                mine.append(number)
    except ValueError:  # only the main thread may: elsewhere someone else decides on signals
        pass
    try:
        yield
    finally:
        for number in mine:
            signal.signal(number, signal.SIG_DFL)


def say_stopped() -> None:
    """Say in one line that the run was stopped."""
    print(f"\n{SAID}", file=sys.stderr)
