"""Memory and processor time of a server and its workers, as Linux states them."""

from __future__ import annotations

import os
from pathlib import Path

_MIB = 1 << 20


def priority() -> int:
    """How far this process, and what it starts, is before (below 0) or behind others' work.

    Where Linux shares the processor out among sessions, what counts is the session's.
    """
    try:
        return int(Path("/proc/self/autogroup").read_text().split()[-1])
    except OSError:
        return os.nice(0)


def tree(pid: int) -> list[int]:
    """A process and all that descend from it."""
    found = [pid]
    for one in found:
        try:
            tasks = list(Path(f"/proc/{one}/task").iterdir())
            children = [int(c) for t in tasks for c in (t / "children").read_text().split()]
        except OSError:  # it has ended meanwhile
            continue
        found += children
    return found


def resident_mib(pid: int) -> float:
    """Memory of a process and its descendants, shared pages counted for each their part."""
    total = 0
    for one in tree(pid):
        try:
            rows = Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(row.split()[1]) for row in rows if row.startswith("Pss:"))
    return total * 1024 / _MIB


def cpu_seconds(pid: int) -> float:
    """Processor time of a process and its descendants that are there now."""
    ticks = 0
    for one in tree(pid):
        try:
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        ticks += int(fields[11]) + int(fields[12])  # user and system time, after the name
    return ticks / os.sysconf("SC_CLK_TCK")
