"""A verdict over many rows says the figure of all of them, and takes seconds."""

from __future__ import annotations

import torch

from evoscope.multitask.batch import Labels
from evoscope.multitask.tasks import Distilled, MultiLabel, Regression
from evoscope.multitask.verdict.figures import MOST_ROWS, judge_task


def test_the_figure_is_of_all_rows_and_the_interval_holds_it() -> None:
    n = 3 * MOST_ROWS
    draws = torch.Generator().manual_seed(0)
    y = torch.randn(n, generator=draws)
    labels = Labels({"size": y}, {"size": torch.ones(n, dtype=torch.bool)})
    task = Regression("size")
    task.fit(labels)
    answers = {"size.mean": y + 0.5 * torch.randn(n, generator=draws)}
    found = judge_task(task, answers, labels, resamples=50)
    assert found.figure == found.figure.__class__(
        task.metrics(answers, labels)["r2"].value, n, found.figure.low, found.figure.high
    )
    assert found.figure.low < found.figure.value < found.figure.high
    assert found.advantage.n <= MOST_ROWS
    assert found.verdict == "better than trivial"


def test_resamples_ask_for_the_one_figure_that_a_verdict_needs() -> None:
    """Ranking 28 labels some 600 times took longer than the run that was judged."""
    n = 200
    draws = torch.Generator().manual_seed(0)
    y = (torch.rand(n, 3, generator=draws) < 0.4).float()
    labels = Labels({"mood": y}, {"mood": torch.rand(n, 3, generator=draws) < 0.8})
    task = Distilled(MultiLabel("mood", ["joy", "fear", "calm"]))
    task.task.fit(labels)
    answers = {"mood.logits": 2 * y - 1 + torch.randn(n, 3, generator=draws)}
    wanted = task.metrics(answers, labels)["macro_f1"]
    assert task.primary_figure(answers, labels) == wanted
    task.metrics = None  # type: ignore[method-assign,assignment]  what a verdict must not ask for
    task.task.metrics = None  # type: ignore[method-assign,assignment]
    found = judge_task(task, answers, labels, resamples=20)
    assert found.figure.value == wanted.value
    assert found.verdict == "better than trivial"
