"""Figures are computed once, over all rows."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest
import torch
from sklearn.metrics import f1_score, r2_score
from torch import Tensor, nn

from evoscope.multitask import Batch, Labels, evaluate, train
from evoscope.multitask.loop.evaluate import Evaluation


class Chatty(nn.Module):
    """A model that says more than its tasks read."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, input: Tensor) -> dict[str, Tensor]:  # noqa: A002  as nn.Sequential calls it
        return {**self.model(input=input), "sizes.mean": input, "other": input}


def evaluated(problem: ModuleType, net: nn.Module, rows: int) -> Evaluation:
    tasks = problem.tasks()
    for task in tasks:
        task.fit(problem.data().labels)
    return evaluate(net, tasks, problem.data(50, seed=3), rows=rows)


def test_figures_are_those_of_all_rows_at_once(problem: ModuleType) -> None:
    net, data = problem.model(), problem.data(50, seed=3)
    found = evaluated(problem, net, rows=7)
    with torch.no_grad():
        outputs = net.eval()(**data.inputs)
    kind = data.labels.targets["kind"].numpy()
    called = outputs["kind.logits"].argmax(1).numpy()
    assert found.metrics["kind"]["macro_f1"].value == pytest.approx(
        f1_score(kind, called, average="macro")
    )
    known = data.labels.present["size"]
    r2 = found.metrics["size"]["r2"]
    mean = outputs["size.mean"].squeeze(1)[known]
    assert r2.value == pytest.approx(r2_score(data.labels.targets["size"][known], mean), abs=1e-5)
    assert r2.n == int(known.sum())


def test_how_many_rows_run_at_once_changes_nothing(problem: ModuleType) -> None:
    few, many = (evaluated(problem, problem.model(), rows) for rows in (3, 50))
    for task, metrics in few.metrics.items():
        for metric, figure in metrics.items():
            assert figure.value == pytest.approx(many.metrics[task][metric].value, rel=1e-4)
    assert few.losses == pytest.approx(many.losses, rel=1e-4)


def test_only_what_tasks_read_is_kept_and_the_model_goes_on_in_its_mode(
    problem: ModuleType,
) -> None:
    net = Chatty(problem.model()).train()
    found = evaluated(problem, net, rows=20)
    assert set(found.outputs) == {"kind.logits", "size.mean"}
    assert net.training


def test_a_task_without_a_label_has_no_loss_and_undefined_figures(problem: ModuleType) -> None:
    tasks = problem.tasks()
    for task in tasks:
        task.fit(problem.data().labels)
    clean = problem.data(20, seed=3)
    absent = {"kind": clean.labels.present["kind"], "size": torch.zeros(20, dtype=torch.bool)}
    rows = Batch(clean.inputs, Labels(clean.labels.targets, absent))
    found = evaluate(problem.model(), tasks, rows)
    assert set(found.losses) == {"kind"}
    assert not found.metrics["size"]["r2"].defined


def test_it_takes_tasks_as_training_does(problem: ModuleType, tmp_path: Path) -> None:
    net, tasks = problem.model(), problem.tasks()
    run = train(
        net, tasks, problem.data(), problem.data(40, seed=2), problem.recipe(), folder=tmp_path
    )
    found = evaluate(net, tasks, problem.data(40, seed=2), rows=16)
    assert run.result is not None
    assert found.metrics["size"]["r2"].value == run.result.metrics["size"]["r2"].value


def test_an_empty_source_is_refused(problem: ModuleType) -> None:
    with pytest.raises(ValueError, match=r"should have rows\. Found none"):
        evaluate(problem.model(), [], problem.data()[torch.arange(0)])
