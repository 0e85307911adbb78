"""Memory and processor time of a server and its workers."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil

_MIB = 1 << 20
_AUTOGROUP = Path("/proc/self/autogroup")


def priority() -> int:
    """How far this process, and what it starts, is before (below 0) or behind others' work.

    Where Linux shares the processor out among sessions, what counts is the session's.
    """
    try:
        words = _AUTOGROUP.read_text(encoding="ascii").split()
    except OSError:
        words = []
    # The file is there and empty where the kernel could share so, but is told not to.
    return int(words[-1]) if words else os.nice(0)


def resident_mib(pid: int) -> float:
    """Memory of a process and its descendants, shared pages counted for each their part."""
    total = 0
    for one in _tree(pid):
        with suppress(psutil.NoSuchProcess):
            told = one.memory_full_info()
            total += told.pss or told.rss  # some kernels do not tell shared pages apart
    return total / _MIB


def cpu_seconds(pid: int) -> float:
    """Processor time of a process and its descendants that are there now."""
    total = 0.0
    for one in _tree(pid):
        with suppress(psutil.NoSuchProcess):
            spent = one.cpu_times()
            total += spent.user + spent.system
    return total


def _tree(pid: int) -> Iterator[psutil.Process]:
    """A process and all that descend from it; nothing where it has ended."""
    with suppress(psutil.NoSuchProcess):
        first = psutil.Process(pid)
        yield first
        yield from first.children(recursive=True)
