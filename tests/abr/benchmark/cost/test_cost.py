"""What the docs say of cost is processor time of the work that is named, and nothing else."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from evoscope.abr.analysis.learned import reader_of
from evoscope.abr.benchmark.cost.child import cost_of
from evoscope.abr.benchmark.cost.growth import by_recordings, by_sweeps
from evoscope.abr.benchmark.cost.page import Column, laid_out, speed_table
from evoscope.abr.benchmark.cost.roofline import network_flops, peak_flops
from evoscope.abr.benchmark.cost.throughput import in_turns, inputs
from evoscope.abr.benchmark.cost.timing import mean_figure, ratio_figure, timed
from evoscope.abr.benchmark.evaluation import Data, Evaluation
from evoscope.runtime import Session


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
    graph = reader_of("default").session.pack.graph_path("series")
    one = inputs(1)
    few = {name: array[:6] for name, array in one.items()}
    whole = network_flops(one, graph)
    # Twice the rows, about twice the products; at least the weights of every token once.
    assert whole == pytest.approx(network_flops(few, graph) * 13 / 6, rel=0.1)
    assert whole > 1e7


def test_the_peak_is_of_a_product_of_that_size() -> None:
    assert peak_flops(side=64, repeats=1) > 1e6


def test_growth_counts_what_was_analyzed_beside_what_only_reading_costs(tmp_path: Path) -> None:
    found = [f for f in by_recordings(tmp_path, (1, 12)) if f.metric == "ms_each"]
    counts = [int(f.slice.removeprefix("recordings=")) for f in found]
    assert counts[0] < 12 <= counts[1]
    assert found[0].note == "1 series"
    assert [f.n for f in found] == [9, 9], "few recordings are read several times"
    assert all(f.value and f.trivial for f in found)


def test_every_trial_is_averaged() -> None:
    found = by_sweeps((50, 150))
    assert {f.slice for f in found} == {"trials=50", "trials=150"}
    total = {f.slice: f for f in found if f.metric == "cpu_s"}["trials=150"]
    each = {f.slice: f for f in found if f.metric == "us_each"}["trials=150"]
    assert total.value == pytest.approx(150 * (each.value or 0.0) / 1e6)
    assert each.n == 9


def test_a_figure_pools_pieces_of_different_size() -> None:
    found = ratio_figure("t", "ms_each", "all", [1.0, 3.0], [10.0, 90.0], scale=1e3)
    assert found.value == pytest.approx(40.0)  # the mean of the two would be 66.7
    assert (found.low, found.high) == (pytest.approx(1e3 / 30), pytest.approx(100.0))
    assert ratio_figure("t", "s", "all", [1.0], [2.0]).low is None


def test_settings_take_turns_and_are_held_against_the_first() -> None:
    done: list[str] = []
    work = {(1, 1): lambda: sum(range(20_000)), (8, 1): lambda: done.append("b")}
    found = in_turns(work, units=4.0, runs=3, task="t")
    one, other = (f for f in found if f.metric == "per_cpu_s")
    assert (one.slice, other.slice) == ("together=1, threads=1", "together=8, threads=1")
    assert len(done) == 4, "one run that is not counted, and three"
    assert one.trivial is None
    assert other.trivial == one.value


def test_more_threads_give_the_same_answers() -> None:
    pack = reader_of("default").session.pack
    one, two = (Session(pack, threads=n).run("series", inputs(2)) for n in (1, 2))
    for name, values in one.items():
        np.testing.assert_allclose(two[name], values, rtol=1e-4, atol=1e-4)


def test_the_table_shows_what_was_measured() -> None:
    figures = (
        mean_figure("process", "cpu_s", "process=evoscope --version", [0.7, 0.8], trivial=0.25),
        mean_figure("stage", "cpu_ms", "stage=reading", [0.1, 0.3], scale=1e3, trivial=2.0),
        ratio_figure("growth.recordings", "ms_each", "recordings=1003", [1.0], [10.0], scale=1e3),
        mean_figure("throughput.network", "per_wall_s", "together=8, threads=2", [9.0]),
        mean_figure("roofline", "share_of_peak", "recordings=13", [0.25]),
    )
    found = Evaluation(pack="p", data=Data(path="d"), commit="0123456789abcdef", figures=figures)
    table = speed_table(found)
    assert "`0123456789ab`" in table
    assert "| evoscope --version | 0.750 (0.700 to 0.800) | 3.00 | - | - | 2 |" in table
    assert "| reading | 200 (100 to 300) | 2.00 | 2 |" in table
    assert "| 1,003 | - | 100 | - | - | 1 |" in table
    assert "| 8, threads: 2 | - | 9.00 | 1.00 | 1 |" in table


def test_what_was_not_measured_has_a_star() -> None:
    row = mean_figure("t", "cpu_s", "texts=1000000", [9.0], note="extrapolated from 10")
    assert laid_out("messages", [Column("CPU s", "cpu_s")], [row]).endswith(
        "| 1,000,000 * | 9.00 | 1 |"
    )
