"""Everything that an analysis costs, in one run."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from evoscope.abr.analysis import SHIPPED
from evoscope.abr.analysis.learned import reader_of
from evoscope.abr.analysis.learned.inputs import network_inputs
from evoscope.abr.benchmark.cost.child import whole_processes
from evoscope.abr.benchmark.cost.growth import by_batch, by_recordings, by_sweeps
from evoscope.abr.benchmark.cost.roofline import roofline
from evoscope.abr.benchmark.cost.stages import stages
from evoscope.abr.benchmark.evaluation import commit_of
from evoscope.abr.classical.prepare import prepare
from evoscope.abr.encoding import Encoded, encode, network_preset
from evoscope.abr.formats import write_ihs
from evoscope.abr.recording import Series
from evoscope.abr.simulation import simulate_series
from evoscope.measure.machine import machine


@dataclass(frozen=True)
class Sizes:
    """How much is measured: runs of a process, recordings, sweeps, series."""

    runs: int
    recordings: tuple[int, ...]
    sweeps: tuple[int, ...]
    together: tuple[int, ...]
    series: int


SIZES = Sizes(
    runs=3,
    recordings=(1, 10, 100, 1000),
    sweeps=(100, 1000, 10_000, 100_000),
    together=(1, 8, 64),
    series=64,
)
QUICK = Sizes(runs=1, recordings=(1, 10), sweeps=(100, 400), together=(1, 2), series=2)


def measure(sizes: Sizes, *, root: Path, say: Callable[[str], None]) -> dict[str, Any]:
    """Measure.

    Args:
        sizes: how much.
        root: of the checkout.
        say: told what is being measured.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        series, _ = simulate_series(
            true_threshold_db=22.0, levels_db=range(0, 61, 5), seed=3, sampling_rate_hz=20_000.0
        )
        file = folder / "SIM-01.TXT"
        write_ihs(list(series), file)
        say("whole processes")
        processes = whole_processes(file, folder, runs=sizes.runs)
        say("stages of an analysis")
        of_stages = stages(file)
        say("growth with recordings")
        recordings = by_recordings(folder, sizes.recordings)
        say("series read together")
        together = by_batch(folder, sizes.together, series=sizes.series)
    say("growth with sweeps")
    sweeps = by_sweeps(sizes.sweeps)
    say("share of the peak")
    return {
        "commit": commit_of(root),
        "machine": machine(),
        "threads": 1,
        "processes": processes,
        "stages": of_stages,
        "recordings": recordings,
        "together": together,
        "sweeps": sweeps,
        "roofline": roofline([_inputs(n) for n in (1, 4)]),
    }


def _inputs(count: int) -> dict[str, NDArray[Any]]:
    """One call of the network: some series of 13 levels, as long as it reads them."""
    encoded = [
        _one(simulate_series(true_threshold_db=20.0, levels_db=range(0, 61, 5), seed=seed)[0])
        for seed in range(count)
    ]
    most = reader_of(SHIPPED).calibration.domain.samples
    return network_inputs(encoded, samples=min(most, encoded[0].waveforms.shape[1]))


def _one(series: Series) -> Encoded:
    return encode(prepare(series, human=True, preset=network_preset(series, human=True)))
