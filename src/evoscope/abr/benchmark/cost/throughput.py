"""How many a second, by how many are read together and by threads."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from evoscope.abr.analysis import SHIPPED, Options, analyze_many
from evoscope.abr.analysis.learned import GRAPH, network_inputs, reader_of
from evoscope.abr.benchmark.cost.growth import COHORT
from evoscope.abr.benchmark.cost.timing import Took, clocked, ratio_figure
from evoscope.abr.benchmark.evaluation import Figure
from evoscope.abr.classical.prepare import prepare
from evoscope.abr.cohort import Cohort
from evoscope.abr.encoding import Encoded, encode, network_preset
from evoscope.abr.recording import Series
from evoscope.abr.simulation import simulate_series
from evoscope.runtime import Session

THREADS = (1, 2)
LEVELS_DB = range(0, 61, 5)
Setting = tuple[int, int]
"""How many together, and threads."""


def in_turns(
    work: Mapping[Setting, Callable[[], object]], *, units: float, runs: int, task: str
) -> list[Figure]:
    """Time every setting in turns, so that a busy machine slows all alike.

    Args:
        work: the same work by setting.
        units: that it does.
        runs: of each, after one that is not counted.
        task: of the figures, which are units a second by the wall and of the processor; the
            trivial one is the first setting, against which the others can be held.
    """
    took: dict[Setting, list[Took]] = {setting: [] for setting in work}
    for turn in range(1 + runs):
        for setting, one in work.items():
            spent = clocked(one)
            if turn:
                took[setting].append(spent)
    figures: list[Figure] = []
    for metric, clock in (("per_wall_s", "wall_s"), ("per_cpu_s", "cpu_s")):
        first: float | None = None
        for (together, threads), pieces in took.items():
            figure = ratio_figure(
                task,
                metric,
                f"together={together}, threads={threads}",
                [units] * len(pieces),
                [getattr(piece, clock) for piece in pieces],
                trivial=first,
            )
            first = figure.value if first is None else first
            figures.append(figure)
    return figures


def of_analyses(folder: Path, sizes: Sequence[int], *, series: int, runs: int) -> list[Figure]:
    """Whole analyses of the same series, so many at a time, on one thread.

    Args:
        folder: that holds the clinic of `growth.by_recordings`.
        sizes: how many series are read together.
        series: in all.
        runs: of each.
    """
    some = list(islice(Cohort.open(folder / COHORT).series(), series))

    def work(size: int) -> None:
        for first in range(0, len(some), size):
            analyze_many(some[first : first + size], options=Options())

    return in_turns(
        {(size, 1): partial(work, size) for size in sizes},
        units=float(sum(map(len, some))),
        runs=runs,
        task="throughput.analysis",
    )


def of_network(sizes: Sequence[int], *, runs: int) -> list[Figure]:
    """The network alone: recordings a second, by series in a call and by threads.

    Args:
        sizes: series in a call; every setting reads as many as the largest.
        runs: of each.
    """
    pack = reader_of(SHIPPED).session.pack
    sessions = {threads: Session(pack, threads=threads) for threads in THREADS}
    calls = {size: inputs(size) for size in sizes}
    most = max(sizes)

    def work(size: int, threads: int) -> None:
        for _ in range(max(1, most // size)):
            sessions[threads].run(GRAPH, calls[size])

    return in_turns(
        {(size, threads): partial(work, size, threads) for size in sizes for threads in THREADS},
        units=float(most * len(LEVELS_DB)),
        runs=runs,
        task="throughput.network",
    )


def inputs(count: int) -> dict[str, NDArray[Any]]:
    """One call of the network: some series of 13 levels, as long as it reads them."""
    encoded = [
        _one(simulate_series(true_threshold_db=20.0, levels_db=LEVELS_DB, seed=seed)[0])
        for seed in range(count)
    ]
    most = reader_of(SHIPPED).calibration.domain.samples
    return network_inputs(encoded, samples=min(most, encoded[0].waveforms.shape[1]))


def _one(series: Series) -> Encoded:
    return encode(prepare(series, human=True, preset=network_preset(series, human=True)))
