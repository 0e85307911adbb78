"""How fast a pack analyzes: the network alone and whole analyses, loading, importing.

``python -m evoscope.abr.benchmark.speed PACK -o benchmarks/results`` writes ``speed.json``. All
figures are medians on one thread, of series that are simulated: their truth plays no part.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.analysis import Options, analyze, analyze_many
from evoscope.abr.analysis.learned import Reader, open_reader
from evoscope.abr.benchmark.evaluation import commit_of
from evoscope.abr.classical.prepare import prepare
from evoscope.abr.encoding import Encoded, encode, network_preset
from evoscope.abr.recording import Recording, Series
from evoscope.abr.simulation import simulate_series
from evoscope.runtime import open_pack

LEVELS_DB = tuple(range(0, 65, 5))
ENDS_MS = (12.3, 24.6)
"""Ends of recordings on the two grids: 200 samples, and 384."""
# Packages that an analysis must not import.
UNWANTED = ("torch", "pandas", "pyarrow")
_IMPORT = """
import json, sys, time
began = time.perf_counter()
import evoscope.abr.analysis, evoscope.abr.analysis.learned
seconds = time.perf_counter() - began
print(json.dumps([seconds, [name for name in sys.argv[1:] if name in sys.modules]]))
"""


def seconds_of(work: Callable[[], object], *, repeats: int) -> dict[str, float]:
    """Return the median and the fastest of some runs, in seconds, after one that is not counted."""
    work()
    found = []
    for _ in range(repeats):
        began = time.perf_counter()
        work()
        found.append(time.perf_counter() - began)
    return {"median": statistics.median(found), "fastest": min(found)}


def import_cost(*, repeats: int) -> tuple[dict[str, float], list[str]]:
    """Import the analysis in new processes: seconds, and which unwanted packages it took along."""
    runs = [
        json.loads(
            subprocess.run(
                [sys.executable, "-c", _IMPORT, *UNWANTED],
                check=True,
                capture_output=True,
                text=True,
            ).stdout
        )
        for _ in range(repeats)
    ]
    seconds = [run[0] for run in runs]
    return {"median": statistics.median(seconds), "fastest": min(seconds)}, runs[0][1]


def some_series(count: int, *, ends_ms: float | None = None) -> list[Series]:
    """Simulate ears at 13 levels; recordings end at ``ends_ms`` where it is given."""
    found = []
    for seed in range(count):
        series, _ = simulate_series(
            true_threshold_db=15.0 + 5.0 * (seed % 8), levels_db=LEVELS_DB, seed=seed
        )
        if ends_ms is not None:
            series = series.with_recordings(tuple(_until(r, ends_ms) for r in series))
        found.append(series)
    return found


def measure(pack: Path, *, repeats: int = 9, count: int = 39) -> dict[str, Any]:
    """Measure everything of a pack.

    Args:
        pack: its folder.
        repeats: of every measurement.
        count: series of the measurements that take many.
    """
    opened = open_pack(pack)
    options = Options(analyzer=str(pack))
    import_s, unwanted = import_cost(repeats=min(repeats, 5))
    reader = _opened(pack)
    one, many = some_series(1)[0], some_series(count)
    encoded = _encoded(one)
    figures: dict[str, dict[str, float]] = {
        "import_s": import_s,
        "load_s": seconds_of(lambda: _opened(pack), repeats=repeats),
        "series_13_levels_analyze_s": seconds_of(
            lambda: analyze(one, options=options), repeats=3 * repeats
        ),
        "series_13_levels_classical_s": seconds_of(lambda: analyze(one), repeats=repeats),
        "series_13_levels_network_s": seconds_of(
            lambda: reader.read([encoded]), repeats=3 * repeats
        ),
        "many_series_analyze_s_each": _per(
            seconds_of(lambda: analyze_many(many, options=options), repeats=3), count
        ),
        "many_series_one_by_one_s_each": _per(
            seconds_of(lambda: [analyze(s, options=options) for s in many], repeats=3), count
        ),
    }
    for ends_ms in ENDS_MS:
        batch = [_encoded(s) for s in some_series(count, ends_ms=ends_ms)]
        rows = sum(map(len, batch))
        samples = batch[0].waveforms.shape[1]
        read = min(samples, reader.calibration.domain.samples)
        took = seconds_of(partial(reader.read, batch), repeats=repeats)
        figures[f"network_recordings_per_s_{samples}_samples"] = {
            "median": rows / took["median"],
            "fastest": rows / took["fastest"],
            "samples_read": float(read),
        }
    return {
        "pack": {"name": opened.card.name, "version": opened.card.version, "sha256": opened.sha256},
        "commit": commit_of(Path(__file__).parent),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python "
        f"{platform.python_version()}",
        "load_average": os.getloadavg()[0],
        "threads": reader.session.threads,
        "unwanted_imports": unwanted,
        "figures": figures,
    }


def _until(recording: Recording, ends_ms: float) -> Recording:
    rate_hz, onset = recording.sampling_rate_hz, recording.onset_sample
    n = int(ends_ms * rate_hz / 1000.0 + onset) + 1
    missing = max(0, n - recording.waveform.size)

    def cut(values: NDArray[np.float32]) -> NDArray[np.float32]:
        # The network takes as long for a mirrored end as for any other.
        whole = np.concatenate([values, values[..., -2 : -2 - missing : -1]], axis=-1)
        return np.asarray(whole[..., :n])

    halves = recording.halves
    return replace(
        recording,
        waveform=cut(recording.waveform),
        halves=None if halves is None else cut(halves),
    )


def _encoded(series: Series) -> Encoded:
    return encode(prepare(series, human=True, preset=network_preset(series, human=True)))


def _opened(pack: Path) -> Reader:
    reader = open_reader(open_pack(pack))
    reader.session.open("series")
    return reader


def _per(seconds: dict[str, float], count: int) -> dict[str, float]:
    return {name: value / count for name, value in seconds.items()}


def main() -> None:
    """Write ``speed.json``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pack", type=Path, help="folder of a model pack")
    parser.add_argument("-o", "--output", type=Path, required=True, help="folder")
    asked = parser.parse_args()
    found = measure(asked.pack)
    asked.output.mkdir(parents=True, exist_ok=True)
    path = asked.output / "speed.json"
    path.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    for name, values in found["figures"].items():
        print(f"{name:40} median {values['median']:10.4f}")


if __name__ == "__main__":
    main()
