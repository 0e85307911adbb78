"""Run a part in a process of its own, on one thread."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from evoscope.bench.parts import BY_NAME, Part

ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"), "1"
)


@dataclass(frozen=True)
class Outcome:
    """How a part ended.

    Attributes:
        part: which.
        state: ``done``, ``failed`` or ``skipped``.
        why: of what was not done.
    """

    part: Part
    state: str
    why: str = ""


def run_part(part: Part, root: Path, *, quick: bool, named: bool = True) -> Outcome:
    """Run a part; its own words go to the terminal.

    A quick run writes nothing into the checkout: its figures are of too little data to be shown.

    Args:
        part: which.
        root: of the checkout, where results and docs lie.
        quick: a minute's look at whether it still works.
        named: whether somebody asked for this very part.
    """
    if quick and part.quick is None:
        return Outcome(part, "skipped", "it has no quick form")
    if part.hours and not named:
        return Outcome(part, "skipped", BY_NAME)
    missing = part.missing(root, quick=quick)
    if missing:
        return Outcome(part, "skipped", f"it needs {' and '.join(missing)}")
    command = [sys.executable, *part.command, *((part.quick or ()) if quick else ())]
    ended = subprocess.run(command, cwd=root, env={**os.environ, **ONE_THREAD}, check=False)
    if ended.returncode:
        return Outcome(part, "failed", f"exit code {ended.returncode}")
    return Outcome(part, "done")
