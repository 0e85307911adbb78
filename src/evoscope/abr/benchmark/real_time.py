"""Whole-process wall time and memory of the command line on real folders, one thread (Linux)."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from evoscope.abr.benchmark.evaluation import Figure

RUNS = 3
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def timed(arguments: list[str]) -> tuple[float, float]:
    """Run the command line once in a process of its own: seconds, and peak memory in MB."""
    # VmHWM begins anew with the process; ru_maxrss is inherited from the one that started it.
    code = (
        "import pathlib, re, sys; from evoscope.cli import main; code = main(sys.argv[1:]); "
        "status = pathlib.Path('/proc/self/status').read_text(); "
        "print(re.search(r'VmHWM:\\s+(\\d+)', status)[1], file=sys.stderr); "
        "sys.exit(code)"
    )
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        env={**os.environ, **ONE_THREAD},
        capture_output=True,
        text=True,
        check=True,
    )
    seconds = time.perf_counter() - start
    return seconds, int(done.stderr.split()[-1]) * 1024 / 1e6


def time_figures(folder: Path) -> list[Figure]:
    """Median wall time of each job of the goal table, from process start."""
    ihs = sorted((folder / "human_click_ihs" / "txt").iterdir())
    jobs = (
        ("one IHS file to report", [str(ihs[0])], 3.0, None),
        ("26 IHS files to report", [str(p) for p in ihs], 15.0, None),
        ("61,442-trial psi folder to report", [str(folder / "mouse_psi")], 30.0, 1000.0),
    )
    figures = []
    for name, paths, goal_s, goal_mb in jobs:
        runs = []
        for _ in range(RUNS):
            with tempfile.TemporaryDirectory() as scratch:
                runs.append(timed(["abr", "analyze", *paths, "-o", f"{scratch}/out"]))
        figures.append(_figure(name, [s for s, _ in runs], goal_s))
        memory = median(mb for _, mb in runs)
        figures.append(
            Figure(
                task="time",
                metric="peak_memory_mb",
                slice=f"job={name}",
                value=memory,
                n=RUNS,
                goal="" if goal_mb is None else f"<= {goal_mb:g}",
                simulated=False,
            )
        )
    helps = []
    for _ in range(RUNS):
        start = time.perf_counter()
        subprocess.run(
            [sys.executable, "-c", "from evoscope.cli import main; main(['--help'])"],
            env={**os.environ, **ONE_THREAD},
            capture_output=True,
            check=False,
        )
        helps.append(time.perf_counter() - start)
    return [*figures, _figure("evoscope --help", helps, 0.6)]


def _figure(name: str, seconds: list[float], goal_s: float) -> Figure:
    return Figure(
        task="time",
        metric="wall_s",
        slice=f"job={name}",
        value=median(seconds),
        low=min(seconds),
        high=max(seconds),
        n=len(seconds),
        goal=f"<= {goal_s:g}",
        simulated=False,
        note="median, fastest and slowest run; one thread, from process start",
    )
