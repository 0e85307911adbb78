"""What the docs say of cost is processor time of the work that is named, and nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from evoscope.abr.benchmark.cost.child import cost_of
from evoscope.abr.benchmark.cost.growth import by_recordings, by_sweeps
from evoscope.abr.benchmark.cost.page import speed_table
from evoscope.abr.benchmark.cost.picture import draw_growth
from evoscope.abr.benchmark.cost.roofline import network_flops, peak_flops
from evoscope.abr.benchmark.cost.run import _inputs
from evoscope.abr.benchmark.cost.stages import timed


def test_waiting_is_no_processor_time() -> None:
    idle = cost_of(["-S", "-c", "import time; time.sleep(1.0)"])
    assert idle.cpu_s < 0.9


def test_work_and_memory_of_a_process_are_its_own() -> None:
    # More than Python itself has, so that a figure of the parent would be seen.
    big = cost_of(["-S", "-c", "b = bytearray(200_000_000); b[::4096] = b'x' * len(b[::4096])"])
    assert 200.0 < big.peak_mb < 300.0


def test_a_process_that_fails_is_no_measurement() -> None:
    with pytest.raises(RuntimeError, match="of no use"):
        cost_of(["-S", "-c", "raise SystemExit('of no use')"])


def test_the_result_of_timed_work_is_handed_on() -> None:
    assert timed(lambda: 7)[0] == 7


def test_operations_of_the_network_are_those_of_its_weights() -> None:
    from evoscope.abr.analysis.learned import reader_of

    graph = reader_of("default").session.pack.graph_path("series")
    one = _inputs(1)
    few = {name: array[:6] for name, array in one.items()}
    whole = network_flops(one, graph)
    # Twice the rows, about twice the products; at least the weights of every token once.
    assert whole == pytest.approx(network_flops(few, graph) * 13 / 6, rel=0.1)
    assert whole > 1e7


def test_the_peak_is_of_a_product_of_that_size() -> None:
    assert peak_flops(side=64, repeats=1) > 1e6


def test_growth_counts_what_was_analyzed(tmp_path: Path) -> None:
    rows = by_recordings(tmp_path, (1, 12))
    assert rows[0]["series"] == 1
    assert rows[1]["recordings"] >= 12
    assert rows[1]["recordings"] > rows[0]["recordings"]


def test_every_trial_is_averaged() -> None:
    assert [row["sweeps"] for row in by_sweeps((50, 150))] == [50, 150]


def test_the_table_shows_what_was_measured(tmp_path: Path) -> None:
    row = {"cpu_s": 0.25, "least_s": 0.2, "most_s": 0.3, "peak_mb": 30.0, "runs": 3}
    document = {
        "commit": "0123456789abcdef",
        "machine": "a machine",
        "processes": {"nothing": row, "evoscope --version": {**row, "cpu_s": 0.75}},
        "stages": {"reading": 0.1, "analyzing": 0.3},
        "recordings": [
            {"recordings": 10, "series": 2, "cpu_s": 1.0, "ms_each": 100.0, "peak_mb": 90.0}
        ],
        "together": [{"together": 8, "cpu_s": 2.0, "per_s": 123.0}],
        "sweeps": [{"sweeps": 100, "cpu_s": 0.5, "us_each": 77.0}],
        "roofline": [
            {
                "rows": 13,
                "gflop": 0.18,
                "cpu_ms": 6.0,
                "gflop_per_s": 30.0,
                "peak_gflop_per_s": 90.0,
                "share_of_peak": 0.333,
            }
        ],
    }
    table = speed_table(json.loads(json.dumps(document)))
    assert "| evoscope --version | 0.750 | 0.200 to 0.300 | 0.500 | 30.00 |" in table
    assert "| analyzing | 300 | 0.750 |" in table
    draw_growth(document, tmp_path / "a" / "growth.png")
    assert np.frombuffer((tmp_path / "a" / "growth.png").read_bytes()[:4], np.uint8)[1] == ord("P")
