"""How the cost grows: with recordings, with sweeps, with how many are read together."""

from __future__ import annotations

import resource
import sys
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.analysis import Options, analyze_many
from evoscope.abr.averaging import PRESETS, average_trials
from evoscope.abr.benchmark.cost.stages import timed
from evoscope.abr.cohort import Cohort
from evoscope.abr.recording import Epochs, Series
from evoscope.abr.simulation.make import simulate

SEED = 2032
TOGETHER = 64
"""Series read together, as the command line does with much."""
_PER_PATIENT = 22
_SAMPLES, _RATE_HZ = 300, 15_000.0
Row = dict[str, float]


def by_recordings(folder: Path, counts: Sequence[int]) -> list[Row]:
    """From a Parquet file to findings, for growing numbers of recordings.

    Memory is the peak of this process so far: it stays where it is as long as work is done in
    pieces.

    Args:
        folder: for the simulated clinic.
        counts: at least so many recordings each, in whole series.
    """
    cohort = simulate(
        folder / "growth.parquet",
        profile="clinic",
        patients=max(10, max(counts) // _PER_PATIENT + 10),
        seed=SEED,
    )
    analyze_many(list(islice(cohort.series(), 2)), options=Options())
    return [_of_count(cohort, count) for count in counts]


def _of_count(cohort: Cohort, count: int) -> Row:
    def work() -> tuple[int, int]:
        done = series_done = 0
        stream = cohort.series()
        while done < count:
            some: list[Series] = []
            while done < count and len(some) < TOGETHER:
                one = next(stream, None)
                if one is None:
                    break
                some.append(one)
                done += len(one)
            if not some:
                break
            series_done += len(analyze_many(some, options=Options()))
        return done, series_done

    (done, series_done), seconds = timed(work)
    return {
        "recordings": done,
        "series": series_done,
        "cpu_s": seconds,
        "ms_each": 1e3 * seconds / done,
        "peak_mb": peak_mb(),
    }


def by_batch(folder: Path, sizes: Sequence[int], *, series: int) -> list[Row]:
    """The same series, read so many at a time."""
    cohort = Cohort.open(folder / "growth.parquet")
    some = list(islice(cohort.series(), series))
    recordings = sum(map(len, some))
    rows = []
    for size in sizes:

        def work(size: int = size) -> None:
            for first in range(0, len(some), size):
                analyze_many(some[first : first + size], options=Options())

        _, seconds = timed(work)
        rows.append({"together": size, "cpu_s": seconds, "per_s": recordings / seconds})
    return rows


def by_sweeps(counts: Sequence[int]) -> list[Row]:
    """From single trials to weighted sub-averages, for growing numbers of trials."""
    rng = np.random.default_rng(SEED)
    block = rng.standard_normal((min(max(counts), 4096), _SAMPLES)).astype(np.float32)
    rows = []
    for count in counts:

        def load(which: slice, count: int = count) -> NDArray[np.float32]:
            # The same noise again and again: what is measured does not depend on it.
            return np.asarray(
                block[np.arange(which.start or 0, min(which.stop, count)) % len(block)]
            )

        epochs = Epochs(
            n_trials=count,
            n_samples=_SAMPLES,
            sampling_rate_hz=_RATE_HZ,
            onset_sample=30.0,
            loader=load,
            inverted=np.arange(count) % 2 == 1,
        )
        _, seconds = timed(lambda e=epochs: average_trials(e, preset=PRESETS["adult_click"]))  # type: ignore[misc]
        rows.append({"sweeps": count, "cpu_s": seconds, "us_each": 1e6 * seconds / count})
    return rows


def peak_mb() -> float:
    """Largest memory of this process so far."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most * (1024 if sys.platform != "darwin" else 1) / 1e6
