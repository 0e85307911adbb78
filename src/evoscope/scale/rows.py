"""A cohort cut where one patient ends and the next begins."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from evoscope.abr.cohort import Cohort

ROWS = 1024
"""Of a part, at least: some seconds of work, and a result of 10 MB at most."""


@dataclass(frozen=True)
class Rows:
    """Rows of a cohort on disk that hold patients whole."""

    path: str
    start: int
    stop: int

    def __len__(self) -> int:
        return self.stop - self.start


def cut(path: Path, *, at_least: int = ROWS) -> list[Rows]:
    """Cut a cohort into runs of whole patients; nothing but their names is read.

    Args:
        path: of the cohort.
        at_least: rows of a run; the last one may have fewer.

    Raises:
        FormatError: no cohort.

    Example:
        >>> from tempfile import mkdtemp
        >>> from evoscope.abr.simulation.make import simulate
        >>> cohort = simulate(Path(mkdtemp()) / "c.parquet", patients=6, seed=1)
        >>> parts = cut(cohort.path, at_least=20)
        >>> parts[0].start, parts[-1].stop == cohort.n_rows, len(parts) > 1
        (0, True, True)
    """
    cohort = Cohort.open(path)
    parts: list[Rows] = []
    start, row, last = 0, 0, None
    for batch in cohort.batches(["patient_id"]):
        names = batch.column(0).to_numpy(zero_copy_only=False)
        before = np.concatenate([[last], names[:-1]])
        for first in (row + np.flatnonzero(names != before)).tolist():
            if first - start >= at_least:
                parts.append(Rows(str(path), start, first))
                start = first
        row, last = row + len(names), names[-1]
    parts.append(Rows(str(path), start, cohort.n_rows))
    return parts
