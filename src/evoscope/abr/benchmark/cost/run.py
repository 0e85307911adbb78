"""Everything that an analysis costs, in one run."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from evoscope.abr.analysis import SHIPPED
from evoscope.abr.benchmark.cost.child import whole_processes
from evoscope.abr.benchmark.cost.growth import SEED, by_recordings, by_sweeps
from evoscope.abr.benchmark.cost.roofline import roofline
from evoscope.abr.benchmark.cost.stages import stages
from evoscope.abr.benchmark.cost.throughput import inputs, of_analyses, of_network
from evoscope.abr.benchmark.cost.timing import extrapolated
from evoscope.abr.benchmark.evaluation import Data, Evaluation, commit_of
from evoscope.abr.benchmark.protocol.contestants import contestant
from evoscope.abr.formats import write_ihs
from evoscope.abr.simulation import simulate_series
from evoscope.measure.machine import machine


@dataclass(frozen=True)
class Sizes:
    """How much is measured.

    Attributes:
        runs: of a process, of the stages, of every setting of the throughput.
        recordings, sweeps: that the cost grows with. beyond: recordings that it is computed for
            from the largest count of them.
        together: series in one go, of whole analyses. series: of them in all.
        batches: series in a call of the network.
        turns: of network and matrix product.
    """

    runs: int
    recordings: tuple[int, ...]
    beyond: tuple[int, ...]
    sweeps: tuple[int, ...]
    together: tuple[int, ...]
    series: int
    batches: tuple[int, ...]
    turns: int


SIZES = Sizes(
    runs=7,
    recordings=(1, 10, 100, 1000, 10_000, 100_000),
    beyond=(1_000_000,),
    sweeps=(100, 1000, 10_000, 100_000),
    together=(1, 8, 64),
    series=64,
    batches=(1, 8, 32),
    turns=15,
)
QUICK = Sizes(
    runs=2,
    recordings=(1, 10),
    beyond=(100,),
    sweeps=(100, 400),
    together=(1, 2),
    series=2,
    batches=(1, 2),
    turns=2,
)


def measure(sizes: Sizes, *, root: Path, say: Callable[[str], None]) -> Evaluation:
    """Measure.

    Args:
        sizes: how much.
        root: of the checkout.
        say: told what is being measured.
    """
    on = machine()  # before its own load
    figures = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        series, _ = simulate_series(
            true_threshold_db=22.0, levels_db=range(0, 61, 5), seed=3, sampling_rate_hz=20_000.0
        )
        file = folder / "SIM-01.TXT"
        write_ihs(list(series), file)
        say("whole processes")
        figures += whole_processes(file, folder, runs=sizes.runs)
        say("stages of an analysis")
        figures += stages(file, runs=sizes.runs)
        # Before anything that takes more memory: the peak of the process is told.
        say("growth with recordings")
        grown = by_recordings(folder, sizes.recordings)
        figures += [*grown, *extrapolated(grown, sizes.beyond, unit="recordings")]
        say("series read together")
        figures += of_analyses(folder, sizes.together, series=sizes.series, runs=sizes.runs)
        say("share of the peak")
        figures += roofline([inputs(n) for n in (1, 4)], turns=sizes.turns)
        say("throughput of the network")
        figures += of_network(sizes.batches, runs=sizes.runs)
        say("growth with sweeps")
        figures += by_sweeps(sizes.sweeps)
    return Evaluation(
        pack=contestant(SHIPPED).name,
        data=Data(
            path=f"clinic, seed {SEED}",
            note="Simulated; single trials are noise. n counts timed pieces of work: repeats, or "
            "of many recordings parts of up to 64 series.",
        ),
        commit=commit_of(root),
        machine=on,
        seed=SEED,
        figures=tuple(figures),
    )
