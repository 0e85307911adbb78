"""Processor time and memory of a process, as its parent sees them (Linux, macOS)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

from evoscope.abr.benchmark.cost.timing import mean_figure
from evoscope.abr.benchmark.evaluation import Figure

ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"), "1"
)
NOTHING = "Python itself"
"""The least that any process of Python can cost: the trivial one beside every other."""

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


def whole_processes(recordings: Path, scratch: Path, *, runs: int) -> list[Figure]:
    """Start, import and whole analyses of a file that was written for it, in turns.

    Args:
        recordings: a file that ``evoscope abr analyze`` reads.
        scratch: folder for results.
        runs: of each.
    """
    out = ["-o", str(scratch / "out"), "--overwrite"]
    analyze = ["-m", "evoscope", "abr", "analyze", str(recordings), *out]
    commands = {
        NOTHING: ["-c", "pass"],
        "import evoscope": ["-c", "import evoscope"],
        "evoscope --version": ["-m", "evoscope", "--version"],
        "import of the analysis": ["-c", "import evoscope.abr.analysis.learned"],
        "evoscope abr analyze, one file": analyze,
        "the same, without figures": [*analyze, "--no-figures"],
    }
    found: dict[str, list[Cost]] = {name: [] for name in commands}
    for _ in range(runs):
        for name, command in commands.items():
            found[name].append(cost_of(command))
    figures = []
    for name, costs in found.items():
        for metric in ("cpu_s", "peak_mb"):
            trivial = mean(getattr(one, metric) for one in found[NOTHING])
            values = [getattr(one, metric) for one in costs]
            figures.append(
                mean_figure("process", metric, f"process={name}", values, trivial=trivial)
            )
    return figures
