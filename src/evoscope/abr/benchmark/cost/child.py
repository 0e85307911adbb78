"""Processor time and memory of a process, as its parent sees them (Linux, macOS)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"), "1"
)

# A process inherits the peak of the one that started it: a small one stands between.
_LAUNCH = """
import json, os, sys
quiet = [(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)]
child = os.posix_spawn(sys.argv[1], sys.argv[1:], os.environ, file_actions=quiet)
_, status, used = os.wait4(child, 0)
print(json.dumps([
    os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime, used.ru_maxrss
]))
"""


@dataclass(frozen=True)
class Cost:
    """What a process cost.

    Attributes:
        cpu_s: processor time, user and system, from its first instruction to its last.
        peak_mb: largest memory that was its own (resident set).
    """

    cpu_s: float
    peak_mb: float


def cost_of(arguments: Sequence[str]) -> Cost:
    """Run Python once with some arguments, on one thread.

    Raises:
        RuntimeError: it failed; its last words are in the message.

    Example:
        >>> cost_of(["-c", "pass"]).cpu_s > 0
        True
    """
    done = subprocess.run(
        [sys.executable, "-S", "-c", _LAUNCH, sys.executable, *arguments],
        env={**os.environ, **ONE_THREAD},
        capture_output=True,
        text=True,
        check=False,
    )
    code, seconds, kilobytes = json.loads(done.stdout.splitlines()[-1])
    if code:
        raise RuntimeError(f"{' '.join(arguments)[:80]} should run. Found: {done.stderr[-400:]}")
    unit = 1024 if sys.platform != "darwin" else 1
    return Cost(seconds, kilobytes * unit / 1e6)


def median_cost(arguments: Sequence[str], *, runs: int) -> dict[str, float]:
    """Run several times: median, least and most processor time, and the median of the memory."""
    found = [cost_of(arguments) for _ in range(runs)]
    seconds = sorted(one.cpu_s for one in found)
    return {
        "cpu_s": median(seconds),
        "least_s": seconds[0],
        "most_s": seconds[-1],
        "peak_mb": median(one.peak_mb for one in found),
        "runs": runs,
    }


def whole_processes(recordings: Path, scratch: Path, *, runs: int) -> dict[str, dict[str, float]]:
    """Start, import and whole analyses of a file that was written for it.

    ``nothing`` is Python's own start: the least that any of them can cost.

    Args:
        recordings: a file that ``evoscope abr analyze`` reads.
        scratch: folder for results.
        runs: of each.
    """
    analyze = ["-m", "evoscope", "abr", "analyze", str(recordings), "-o", str(scratch / "out")]
    return {
        "nothing": median_cost(["-c", "pass"], runs=runs),
        "import evoscope": median_cost(["-c", "import evoscope"], runs=runs),
        "evoscope --version": median_cost(["-m", "evoscope", "--version"], runs=runs),
        "import of the analysis": median_cost(
            ["-c", "import evoscope.abr.analysis.learned"], runs=runs
        ),
        "evoscope abr analyze, one file": median_cost([*analyze, "--overwrite"], runs=runs),
        "the same, without figures": median_cost(
            [*analyze, "--overwrite", "--no-figures"], runs=runs
        ),
    }
