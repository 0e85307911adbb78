"""A verdict follows from figures and flags; no run is called good because it ended."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch

from evoscope.measure import Measured
from evoscope.multitask import Classification, Labels, Regression
from evoscope.multitask.flags import Raised
from evoscope.multitask.verdict import (
    Result,
    TaskVerdict,
    judge_run,
    judge_task,
    read_result,
    summary,
    write_result,
)

FLAG = Raised("negative_r2", "size.r2", "R2 of [size] below 0", 1, -0.2, 0.0, "warn")


def task(verdict: Any = "better than trivial") -> TaskVerdict:
    figure = Measured(0.8, 40, 0.7, 0.9)
    return TaskVerdict("r2", "higher", figure, Measured(0.0, 40), figure, verdict)


def labels(n: int = 60) -> Labels:
    y = torch.randn(n, generator=torch.Generator().manual_seed(0))
    return Labels({"size": y}, {"size": torch.ones(n, dtype=torch.bool)})


@pytest.mark.parametrize(
    ("ended", "tasks", "flags", "outcome"),
    [
        ("completed", {"a": task()}, [], "better than trivial"),
        ("completed", {"a": task()}, [FLAG], "better than trivial, but flagged"),
        (
            "completed",
            {"a": task(), "b": task("not distinguishable")},
            [FLAG],
            "not distinguishable",
        ),
        ("completed", {"a": task(), "b": task("worse than trivial")}, [], "worse than trivial"),
        ("completed", {}, [], "undefined"),
        (f"red flag negative_r2: {FLAG.message}", {"a": task()}, [FLAG], "stopped by a red flag"),
        ("failed: ValueError: shapes", {}, [], "failed"),
        ("interrupted: SIGTERM", {}, [], "unfinished"),
        ("", {}, [], "unfinished"),
    ],
)
def test_the_worst_of_what_is_known_decides(
    ended: str, tasks: Any, flags: Any, outcome: str
) -> None:
    assert judge_run(ended, tasks, flags).outcome == outcome


def test_a_flag_that_came_down_again_is_told_but_does_not_count() -> None:
    gone = Raised("negative_r2", "size.r2", "", 1, -0.2, 0.0, "warn", cleared=3)
    verdict = judge_run("completed", {"a": task()}, [gone])
    assert verdict.outcome == "better than trivial"
    assert "negative_r2 of size.r2 (epoch 2, gone in 4)" in str(verdict)


def test_answers_that_know_nothing_are_not_told_from_the_trivial() -> None:
    size, rows = Regression("size"), labels()
    size.fit(rows)
    noise = 0.1 * torch.randn(60, generator=torch.Generator().manual_seed(1))
    assert judge_task(size, {"size.mean": noise}, rows).verdict == "not distinguishable"
    assert judge_task(size, {"size.mean": 9 + noise}, rows).verdict == "worse than trivial"
    good = judge_task(size, {"size.mean": rows.targets["size"] + noise}, rows)
    assert good.verdict == "better than trivial"
    assert good.advantage.low is not None
    assert good.advantage.low > 0.9


def test_an_advantage_that_is_sure_but_a_hair_is_none() -> None:
    size, rows = Regression("size"), labels()
    size.fit(rows)
    y = rows.targets["size"]
    judged = judge_task(size, {"size.mean": y.mean() + 1e-4 * (y - y.mean())}, rows)
    assert judged.advantage.low is not None
    assert judged.advantage.low > 0
    assert judged.verdict == "not distinguishable"


def test_guessing_by_shares_does_not_beat_the_trivial_by_its_macro_f1() -> None:
    kind = Classification("kind", ["a", "b"])
    draws = torch.Generator().manual_seed(0)
    true, said = (torch.rand((2, 400), generator=draws) < 0.4).long()
    rows = Labels({"kind": true}, {"kind": torch.ones(400, dtype=torch.bool)})
    kind.fit(rows)
    judged = judge_task(kind, {"kind.logits": 5.0 * torch.nn.functional.one_hot(said, 2)}, rows)
    assert judged.figure.value is not None
    assert judged.trivial.value is not None
    assert judged.figure.value > judged.trivial.value + 0.05
    assert judged.verdict == "not distinguishable"


def test_rows_of_one_patient_are_resampled_together() -> None:
    # Ten rows of every patient say the same: they are six values, not sixty.
    kind = Classification("kind", ["a", "b"])
    true = torch.tensor([0, 0, 0, 1, 1, 1]).repeat_interleave(10)
    said = torch.tensor([0, 0, 1, 1, 1, 0]).repeat_interleave(10)
    rows = Labels({"kind": true}, {"kind": torch.ones(60, dtype=torch.bool)})
    kind.fit(rows)
    outputs = {"kind.logits": 5.0 * torch.nn.functional.one_hot(said, 2)}
    patients = [str(i // 10) for i in range(60)]
    alone, together = (judge_task(kind, outputs, rows, groups) for groups in (None, patients))
    assert alone.figure.value == together.figure.value
    assert alone.figure.low is not None
    assert together.figure.low is not None
    assert together.figure.low < alone.figure.low - 0.1


def test_answers_that_are_no_numbers_have_no_verdict() -> None:
    size, rows = Regression("size"), labels()
    size.fit(rows)
    judged = judge_task(size, {"size.mean": torch.full((60,), torch.nan)}, rows)
    assert judged.verdict == "undefined"
    assert "NaN" in judged.reason


def test_a_result_is_read_as_it_was_written(tmp_path: Path) -> None:
    verdict = judge_run("completed", {"a": task(), "b": task("undefined")}, [FLAG])
    figures = {"a": {"r2": Measured(0.8, 40), "mae": Measured(None, 0, reason="no labels")}}
    result = Result(verdict, 3, 120, None, {"split": "abc"}, figures, figures, "rows")
    write_result(tmp_path, result)
    assert read_result(tmp_path) == result


def test_a_damaged_result_says_where(tmp_path: Path) -> None:
    (tmp_path / "result.json").write_text('{"verdict": {"outcome": "excellent"}')
    with pytest.raises(ValueError, match=r"result\.json should be the result of a run\. Found"):
        read_result(tmp_path)


def test_the_terminal_shows_every_task_and_flag_as_they_are(capsys: Any) -> None:
    from rich.console import Console

    Console(width=140).print(summary(judge_run("completed", {"a": task()}, [FLAG])))
    shown = capsys.readouterr().out
    assert "0.8 [0.7, 0.9]" in shown
    assert "red flag negative_r2, epoch 2: R2 of [size] below 0" in shown
