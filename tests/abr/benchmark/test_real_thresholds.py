"""How an answer becomes a number decides every threshold figure."""

from __future__ import annotations

import pytest

from evoscope.abr.benchmark.protocol.contestants import contestant
from evoscope.abr.benchmark.real_sets import Labelled
from evoscope.abr.benchmark.real_thresholds import analyze_all, as_number, threshold_figures
from evoscope.abr.findings import Threshold
from evoscope.abr.simulation import simulate_series


def threshold(status: str, value: float | None = None) -> Threshold:
    return Threshold.model_validate(
        {
            "status": status,
            "value_db": value,
            "level_reference": "nHL",
            "method": "m",
            "criterion": 0.2,
            "evidence_name": "e",
        }
    )


@pytest.mark.parametrize(
    ("status", "value", "expected"),
    [
        ("estimated", 30.0, 30.0),
        ("below_range", None, 20.0),
        ("no_response", None, 90.0),
        ("inconclusive", None, None),
    ],
)
def test_each_status_becomes_what_a_reader_would_write(
    status: str, value: float | None, expected: float | None
) -> None:
    assert as_number(threshold(status, value), [20.0, 30.0, 60.0, 70.0, 80.0]) == expected


def test_a_case_without_an_answer_counts_as_a_miss_and_is_said() -> None:
    good, _ = simulate_series(true_threshold_db=18, levels_db=range(0, 81, 10), seed=1)
    alone, _ = simulate_series(true_threshold_db=18, levels_db=[60], seed=1, subject="other")
    cases = [Labelled("a", "a", good, 20.0), Labelled("b", "b", alone, 20.0)]
    figures = {
        f.metric: f
        for f in threshold_figures(
            cases, analyze_all(cases, contestant("classical")), dataset="d", goals={}
        )
    }
    assert figures["mae_db"].n == 1
    assert figures["within_10db"].value == 0.5
    assert "1 of 2 inconclusive" in figures["within_10db"].note
