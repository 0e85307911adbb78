"""What messages cost is told apart from what is only computed, and counts what was asked."""

from __future__ import annotations

import pytest

from evoscope.bench.table import ROOT
from evoscope.bench.text_growth.measure import Sizes, measure
from evoscope.bench.text_growth.page import growth_table

TOY = Sizes(texts=(3, 8), beyond=(80_000,), batches=(4,), runs=2, each=4)


def test_what_was_not_run_says_so() -> None:
    pytest.importorskip("tokenizers")
    found = measure(TOY, root=ROOT)
    each = {f.slice: f for f in found.figures if f.metric == "ms_each"}
    total = {f.slice: f for f in found.figures if f.metric == "cpu_s"}
    assert each["texts=80000"].value == each["texts=8"].value
    assert total["texts=80000"].value == pytest.approx(10_000 * (total["texts=8"].value or 0.0))
    assert [where for where, f in each.items() if f.note == "extrapolated from 8"] == [
        "texts=80000"
    ]
    settings = {f.slice for f in found.figures if f.task == "throughput.texts"}
    assert settings == {f"together=4, threads={t}" for t in (1, 2)}
    table = growth_table(found)
    assert "| 80,000 * |" in table
    assert "| 8 |" in table
