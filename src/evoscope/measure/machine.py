"""What a timing was taken on."""

from __future__ import annotations

import os
import platform
import re
from pathlib import Path

_CPU_INFO = Path("/proc/cpuinfo")


def machine() -> str:
    """Say on what a measurement runs: processor, cores, how busy it is, Python.

    The load average says how much others were doing: above the number of cores, wall times are
    too long, and only processor time and ratios within one run say something.

    Example:
        >>> "Python" in machine()
        True
    """
    load = f", load average {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return (
        f"{_processor()}, {os.cpu_count()} cores{load}, "
        f"Python {platform.python_version()}, {platform.system()}"
    )


def _processor() -> str:
    try:
        found = re.search(r"model name\s*:\s*(.+)", _CPU_INFO.read_text("utf-8"))
    except OSError:
        found = None
    return found[1].strip() if found else platform.machine()
