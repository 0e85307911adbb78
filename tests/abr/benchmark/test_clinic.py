"""The published table of the simulated clinic: from its file, simulated, with its limits."""

from __future__ import annotations

import pytest

from evoscope.abr.analysis import CLASSICAL, SHIPPED
from evoscope.abr.benchmark.clinic import (
    ENRICHED,
    RESULTS,
    ROOT,
    ROWS,
    SHIFTED_RESULT,
    SHIFTS,
    table_of,
    together,
)
from evoscope.abr.benchmark.evaluation import Data, Evaluation, Figure, Reached, read_json


@pytest.fixture(scope="module")
def both() -> dict[str, Evaluation]:
    return {name: read_json(ROOT / path) for name, path in RESULTS.items()}


@pytest.fixture
def committed(both: dict[str, Evaluation]) -> Evaluation:
    return both[SHIPPED]


def test_every_shift_was_tried(committed: Evaluation) -> None:
    moved = read_json(ROOT / SHIFTED_RESULT)
    assert {f.slice for f in moved.figures} == {f"shift={name}" for name in SHIFTS}
    assert moved.pack == committed.pack


@pytest.mark.parametrize("name", RESULTS)
def test_the_file_says_that_all_of_it_is_simulated_and_how_it_was_made(
    both: dict[str, Evaluation], name: str
) -> None:
    committed = both[name]
    assert all(figure.simulated for figure in committed.figures)
    assert "share published norms" in committed.data.note
    assert committed.data.split == "test"
    assert committed.data.patients is not None
    assert committed.data.patients >= 300
    assert len(committed.commit) == 40, "made from committed files"
    assert committed.data.sha256 == both[CLASSICAL].data.sha256
    assert committed.data.split_sha256


def test_what_has_a_limit_stands_beside_it_and_does_not_pass_it(committed: Evaluation) -> None:
    known = {(f.task, f.metric, f.slice): f for f in committed.figures}
    for task, metric, where, better in (
        ("existence.V", "auc", "all", "higher"),
        ("existence.V", "f1", "all", "higher"),
        ("detection", "auc", "all", "higher"),
        ("threshold", "mae_db", "all", "lower"),
        ("threshold", "mae_db", "step=5", "lower"),
        ("threshold", "mae_db", "step=10", "lower"),
        ("threshold", "mae_db", "step=20", "lower"),
        ("class.ear", "macro_f1", ENRICHED, "higher"),
        ("class.recording", "macro_f1", ENRICHED, "higher"),
    ):
        figure = known[task, metric, where]
        assert figure.value is not None
        assert figure.limit is not None, (task, metric, where)
        sign = 1.0 if better == "higher" else -1.0
        assert sign * (figure.limit - figure.value) > 0.0, (task, metric, where)
    for task in ("latency.V", "amplitude.V"):
        ratio = known[task, "rmse_over_crlb", "fmp=3.1+"].value
        assert ratio is not None
        assert ratio > 1.0


def test_classes_come_from_the_enriched_clinic_and_everything_else_does_not() -> None:
    def evaluation(value: float) -> Evaluation:
        figures = [
            Figure(task=task, metric=metric, slice=where, value=value, n=9, simulated=True)
            for task, metric, where in (
                *(row for row in ROWS if not row[2].startswith(ENRICHED)),
                *(
                    (task, metric, where.removeprefix(ENRICHED).strip() or "all")
                    for task, metric, where in ROWS
                    if where.startswith(ENRICHED)
                ),
                ("latency.III", "mae_ms", "class=chl"),
            )
        ]
        goals = tuple(
            Reached(
                topic="t", says="s", task=task, metric="m", slice="all", value=value,
                verdict="not met",
            )
            for task in ("class.ear", "threshold")
        )  # fmt: skip
        return Evaluation(
            pack="classical", data=Data(path="p"), commit="c", figures=tuple(figures), goals=goals
        )

    both = together(evaluation(1.0), evaluation(2.0))
    values = {(f.task, f.metric, f.slice): f.value for f in both.figures}
    assert values["class.ear", "accuracy", ENRICHED] == 2.0
    assert values["threshold", "mae_db", "all"] == 1.0
    assert ("class.ear", "accuracy", "all") not in values
    assert ("latency.III", "mae_ms", "class=chl") not in values
    assert {goal.task: (goal.slice, goal.value) for goal in both.goals} == {
        "class.ear": (ENRICHED, 2.0),
        "threshold": ("all", 1.0),
    }
    table = table_of({SHIPPED: both, CLASSICAL: both})
    assert table.count("\n") == len(ROWS) + 1
