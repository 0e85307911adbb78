"""How the cost grows: with recordings, and with single trials."""

from __future__ import annotations

import resource
import sys
from collections.abc import Sequence
from functools import partial
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.analysis import Options, analyze_many
from evoscope.abr.averaging import PRESETS, average_trials
from evoscope.abr.benchmark.cost.timing import ratio_figure, timed
from evoscope.abr.benchmark.evaluation import Figure
from evoscope.abr.cohort import Cohort
from evoscope.abr.recording import Epochs
from evoscope.abr.simulation.make import simulate

SEED = 2032
RECORDINGS, TRIALS = "growth.recordings", "growth.trials"
"""Tasks of the figures."""
TOGETHER = 64
"""Series read together, as the command line does with much: a timed piece of the work."""
COHORT = "growth.parquet"
_PER_PATIENT = 20
"""Recordings that a simulated patient has at least, on average."""
_SAMPLES, _RATE_HZ = 300, 15_000.0
_BLOCK = 4096
_ENOUGH = 30_000
"""Trials over all runs of a count, where that takes at most `_MOST_RUNS` runs."""
_LEAST_RUNS, _MOST_RUNS = 3, 9
Pieces = list[tuple[int, int, float]]


def by_recordings(folder: Path, counts: Sequence[int]) -> list[Figure]:
    """From a Parquet file to findings, for growing numbers of recordings.

    Memory is the peak of this process so far: it stays where it is as long as work is done in
    pieces. The trivial cost is that of reading the same recordings only.

    Args:
        folder: for the simulated clinic.
        counts: at least so many recordings each, in whole series; few are read several times.
    """
    cohort = simulate(
        folder / COHORT,
        profile="clinic",
        patients=max(10, max(counts) // _PER_PATIENT + 1),
        seed=SEED,
    )
    analyze_many(list(islice(cohort.series(), 2)), options=Options())
    return [figure for count in counts for figure in _of_count(cohort, count)]


def _of_count(cohort: Cohort, count: int) -> list[Figure]:
    runs = max(1, min(_MOST_RUNS, 3000 // count))
    every = [_pieces(cohort, count, analyzed=True) for _ in range(runs)]
    read = _pieces(cohort, count, analyzed=False)
    done, series = (sum(piece[i] for piece in every[0]) for i in (0, 1))
    pieces = [piece for run in every for piece in run]
    seconds, recordings = [p[2] for p in pieces], [float(p[0]) for p in pieces]
    only_read = sum(p[2] for p in read) / done
    where, note = f"recordings={done}", f"{series} series"
    return [
        ratio_figure(
            RECORDINGS, metric, where, seconds, recordings, scale=scale, trivial=scale * only_read,
            note=note,
        )
        for metric, scale in (("cpu_s", float(done)), ("ms_each", 1e3))
    ] + [
        Figure(
            task=RECORDINGS, metric="peak_mb", slice=where, value=peak_mb(), n=1, simulated=True,
            note="of the measuring process so far",
        )
    ]  # fmt: skip


def _pieces(cohort: Cohort, count: int, *, analyzed: bool) -> Pieces:
    """Recordings, series and processor seconds of each piece, until enough are done."""
    stream, done = cohort.series(), 0
    pieces: Pieces = []

    def piece() -> tuple[int, int]:
        some, n = [], 0
        for one in islice(stream, TOGETHER):
            some.append(one)
            n += len(one)
            if done + n >= count:
                break
        if analyzed and some:
            analyze_many(some, options=Options())
        return n, len(some)

    while done < count:
        (n, series), seconds = timed(piece)
        if not series:
            break
        pieces.append((n, series, seconds))
        done += n
    return pieces


def by_sweeps(counts: Sequence[int]) -> list[Figure]:
    """From single trials to weighted sub-averages, for growing numbers of trials.

    The trivial cost is that of their plain mean: no filter, no rejection, no weights.
    """
    rng = np.random.default_rng(SEED)
    block = rng.standard_normal((min(max(counts), _BLOCK), _SAMPLES)).astype(np.float32)
    figures = []
    for count in counts:
        runs = max(_LEAST_RUNS, min(_MOST_RUNS, _ENOUGH // count))
        epochs = _epochs(block, count)
        whole, plain = [], []
        for _ in range(runs):
            whole.append(timed(partial(average_trials, epochs, preset=PRESETS["adult_click"]))[1])
            plain.append(timed(partial(_plain_mean, epochs))[1])
        trials = [float(count)] * runs
        only_mean = sum(plain) / sum(trials)
        figures += [
            ratio_figure(
                TRIALS, metric, f"trials={count}", whole, trials, scale=scale,
                trivial=scale * only_mean,
            )
            for metric, scale in (("cpu_s", float(count)), ("us_each", 1e6))
        ]  # fmt: skip
    return figures


def _epochs(block: NDArray[np.float32], count: int) -> Epochs:
    def load(which: slice) -> NDArray[np.float32]:
        # The same noise again and again: what is measured does not depend on it.
        return np.asarray(block[np.arange(which.start or 0, min(which.stop, count)) % len(block)])

    return Epochs(
        n_trials=count,
        n_samples=_SAMPLES,
        sampling_rate_hz=_RATE_HZ,
        onset_sample=30.0,
        loader=load,
        inverted=np.arange(count) % 2 == 1,
    )


def _plain_mean(epochs: Epochs) -> NDArray[np.float64]:
    total = np.zeros(epochs.n_samples)
    for start in range(0, epochs.n_trials, _BLOCK):
        total += epochs.loader(slice(start, start + _BLOCK)).sum(axis=0, dtype=np.float64)
    return total / epochs.n_trials


def peak_mb() -> float:
    """Largest memory of this process so far."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most * (1024 if sys.platform != "darwin" else 1) / 1e6
