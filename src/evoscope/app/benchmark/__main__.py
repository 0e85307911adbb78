"""``python -m evoscope.app.benchmark``: measures the service."""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evoscope.abr.formats import write_csv
from evoscope.abr.simulation import simulate_series
from evoscope.app.benchmark.loads import Numbers, drop, idle_connections, text_at_rate
from evoscope.app.benchmark.processes import priority
from evoscope.app.benchmark.serving import File, serving
from evoscope.app.benchmark.survival import first_answers, growth, killed, malformed
from evoscope.app.benchmark.table import service_table
from evoscope.measure.results import commit_of, write_text

RESULTS = Path("benchmarks/results/service.json")
LEVELS_DB = (10, 20, 30, 40, 60, 80)
SMALL_DB = (20, 60)
DIFFERENT = 20
"""Ears that are simulated; a drop of more holds each of them several times, in other folders."""


@dataclass(frozen=True)
class Sizes:
    """How much of each is asked of the server."""

    starts: int = 3
    messages_s: float = 30.0
    connections: int = 1000
    dropped: int = 200
    corrections: int = 50
    damaged: int = 50
    analyses: int = 5000


QUICK = Sizes(
    starts=1, messages_s=2.0, connections=20, dropped=6, corrections=5, damaged=5, analyses=10
)


def ears(folder: Path, levels_db: tuple[int, ...], n: int) -> list[File]:
    """Simulate ears, as files in folders of their own: each is a series."""
    contents = []
    for seed in range(min(n, DIFFERENT)):
        series, _ = simulate_series(
            true_threshold_db=22.0, levels_db=levels_db, seed=seed, subject=f"P{seed}"
        )
        contents.append(write_csv(series, folder / "ear.csv").read_bytes())
    return [(f"{i}/ear.csv", contents[i % len(contents)]) for i in range(n)]


def measure(
    sizes: Sizes, *, only: tuple[str, ...] = (), tell: Callable[[str], None] = print
) -> dict[str, Any]:
    """Measure a server; the heaviest come last.

    Args:
        sizes: how much of each.
        only: names of measurements; all by default.
        tell: called as each begins.
    """
    measured: dict[str, Any] = {}
    commit = commit_of(Path(__file__).parent)
    with tempfile.TemporaryDirectory() as named:
        folder = Path(named)
        (ear,) = ears(folder, LEVELS_DB, 1)

        def start() -> Numbers:
            each = [first_answers(folder / f"start-{i}", ear) for i in range(sizes.starts)]
            medians = {key: statistics.median(one[key] for one in each) for key in each[0]}
            return {**medians, "n": sizes.starts}

        with serving(folder / "store") as server:
            work: dict[str, Callable[[], Numbers]] = {
                "start": start,
                "killed": lambda: killed(folder / "killed", ear, corrections=sizes.corrections),
                "malformed": lambda: malformed(server, ear, files=sizes.damaged),
                "text": lambda: text_at_rate(server, a_second=20.0, seconds=sizes.messages_s),
                "connections": lambda: idle_connections(server, connections=sizes.connections),
                "drop": lambda: drop(server, ears(folder, LEVELS_DB, sizes.dropped)),
                "memory": lambda: growth(
                    server,
                    ears(folder, SMALL_DB, min(50, sizes.analyses)),
                    analyses=sizes.analyses,
                ),
            }
            for name, ask in work.items():
                if not only or name in only:
                    tell(f"measuring {name}")
                    load = os.getloadavg()[0]
                    at = {"load_average": load, "priority": priority(), "commit": commit}
                    measured[name] = {**ask(), **at}
    return {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python "
        f"{platform.python_version()}",
        "threads": 1,
        "workers": 1,
        "measured": measured,
    }


def main() -> int:
    """Measure, write the results, print the table."""
    parser = argparse.ArgumentParser(prog="python -m evoscope.app.benchmark", description=__doc__)
    parser.add_argument("--only", nargs="+", default=(), help="measure these again, keep the rest")
    parser.add_argument("--quick", action="store_true", help="little of each, nothing written")
    asked = parser.parse_args()
    tell = lambda what: print(what, file=sys.stderr, flush=True)  # noqa: E731
    found = measure(QUICK if asked.quick else Sizes(), only=tuple(asked.only), tell=tell)
    if asked.only and RESULTS.exists():
        found["measured"] = {**json.loads(RESULTS.read_text())["measured"], **found["measured"]}
    if not asked.quick:
        write_text(json.dumps(found, indent=1) + "\n", RESULTS)
    print(service_table(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
