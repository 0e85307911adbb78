"""Weights learned on the validation gradient: the derivative is right, and it finds what harms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest
import torch
from torch import Tensor, nn

from evoscope.measure import Measured
from evoscope.multitask.batch import Batch, Labels
from evoscope.multitask.callback import StepResult
from evoscope.multitask.heads.head import Start
from evoscope.multitask.tasks.task import Task, TaskLoss
from evoscope.multitask.weighting import Fixed, Learned, LearnedSettings, Weighting
from evoscope.multitask.weighting.validation_gradient import ValidationGradient, alignments

NAMES = ("main", "helps", "harms")


class Squares(Task):
    """The plainest regression: enough of a task to have a gradient."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = self.output = name
        self.primary, self.higher_is_better = "r2", {"r2": True}

    def weight(self, labels: Labels) -> Tensor:
        return labels.present[self.name].sum().float()

    def loss(self, outputs: Mapping[str, Tensor], labels: Labels) -> TaskLoss:
        errors = (outputs[self.name] - labels.targets[self.name]) ** 2
        known = labels.present[self.name]
        return TaskLoss(torch.where(known, errors, 0.0).sum(), self.weight(labels))

    def fit(self, labels: Labels) -> None: ...

    def start(self) -> Start:
        raise NotImplementedError

    def predict(self, outputs: Mapping[str, Tensor]) -> dict[str, Tensor]:
        raise NotImplementedError

    def metrics(self, outputs: Mapping[str, Tensor], labels: Labels) -> dict[str, Measured]:
        raise NotImplementedError

    def baseline(self, labels: Labels) -> dict[str, Tensor]:
        raise NotImplementedError

    def diversity(self, outputs: Mapping[str, Tensor], labels: Labels) -> Measured:
        raise NotImplementedError


class Shared(nn.Module):
    """All tasks read the same number: what helps one and harms another is plain."""

    def __init__(self) -> None:
        super().__init__()
        self.body = nn.Sequential(nn.Linear(4, 1), nn.Dropout(0.5))

    def forward(self, x: Tensor) -> dict[str, Tensor]:
        value = self.body(x)[:, 0]
        return dict.fromkeys(NAMES, value)


def source(seed: int, rows: int = 200) -> Batch:
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(rows, 4, generator=generator)
    truth = x[:, 0] - x[:, 1]
    targets = {
        "main": truth + torch.randn(rows, generator=generator),
        "helps": truth + 0.1 * torch.randn(rows, generator=generator),
        "harms": -truth,
    }
    return Batch({"x": x}, Labels(targets, {n: torch.ones(rows, dtype=torch.bool) for n in NAMES}))


@dataclass
class Run:
    """What the callback sees of a run."""

    model: nn.Module
    weighting: Weighting
    tasks: Mapping[str, Task] = field(
        default_factory=lambda: {name: Squares(name) for name in NAMES}
    )

    def constant_loss(self, task: str) -> float:
        raise NotImplementedError

    def stop(self, reason: str) -> None:
        raise NotImplementedError

    def scale_rate(self, factor: float, reason: str) -> None:
        raise NotImplementedError

    def warn(self, message: str, **details: float | str) -> None:
        raise NotImplementedError


def step(number: int) -> StepResult:
    return StepResult(0, number, 0.0, {}, {}, {}, {}, {}, {})


MAIN_ONLY = {"main": 1.0, "helps": 0.0, "harms": 0.0}


def test_the_alignment_is_the_derivative_of_the_validation_loss_by_the_weight() -> None:
    torch.manual_seed(0)
    model = Shared().double()
    train, validation = (
        Batch(
            {"x": b.inputs["x"].double()},
            Labels({n: t.double() for n, t in b.labels.targets.items()}, b.labels.present),
        )
        for b in (source(1), source(2))
    )
    tasks = {name: Squares(name) for name in NAMES}
    found = alignments(model, tasks, train, validation, MAIN_ONLY)
    model.eval()
    rate = 1e-6

    def validation_loss() -> float:
        with torch.no_grad():
            loss = tasks["main"].loss(model(**validation.inputs), validation.labels)
        return float(loss.total / loss.weight)

    for name, cosine in found.items():
        loss = tasks[name].loss(model(**train.inputs), train.labels)
        parameters = list(model.parameters())
        gradient = torch.autograd.grad(loss.total / loss.weight, parameters)
        val = tasks["main"].loss(model(**validation.inputs), validation.labels)
        wanted = torch.autograd.grad(val.total / val.weight, parameters)
        size = (
            torch.cat([g.flatten() for g in gradient]).norm()
            * torch.cat([g.flatten() for g in wanted]).norm()
        )
        before = validation_loss()
        with torch.no_grad():
            for p, g in zip(parameters, gradient, strict=True):
                p -= rate * g
        fall = (before - validation_loss()) / (rate * float(size))
        with torch.no_grad():
            for p, g in zip(parameters, gradient, strict=True):
                p += rate * g
        assert cosine == pytest.approx(fall, rel=1e-3)


def test_a_task_that_pulls_the_wrong_way_is_turned_down() -> None:
    torch.manual_seed(0)
    model, weighting = Shared(), Learned(NAMES, rate=0.2)
    settings = LearnedSettings(every=1, importance=MAIN_ONLY)
    callback = ValidationGradient(source(1), source(2), settings, seed=3)
    run = Run(model, weighting)
    callback.on_start(run)
    for number in range(10):
        callback.on_step(run, step(number))
    weights = {name: weight.item() for name, weight in weighting.weights().items()}
    assert weights["harms"] < 0.3 < 1 < weights["helps"]


def test_the_probe_leaves_no_trace_in_the_training() -> None:
    torch.manual_seed(0)
    model, weighting = Shared(), Learned(NAMES)
    model.body[0].eval()  # a frozen layer stays in eval mode while the rest trains
    callback = ValidationGradient(source(1), source(2), LearnedSettings(every=1), seed=3)
    before = torch.get_rng_state()
    callback.on_step(Run(model, weighting), step(0))
    assert torch.equal(before, torch.get_rng_state())
    assert all(p.grad is None for p in model.parameters())
    assert [m.training for m in model.body] == [False, True]
    assert weighting.weights()["main"].item() != 1.0


def test_rows_depend_on_seed_epoch_and_step_alone() -> None:
    """A run resumed at this step draws the rows the uninterrupted run drew."""
    torch.manual_seed(0)
    model = Shared()
    found = []
    for _ in range(2):
        weighting = Learned(NAMES)
        callback = ValidationGradient(source(1), source(2), LearnedSettings(every=5), seed=3)
        callback.on_step(Run(model, weighting), step(8))
        assert weighting.weights()["main"].item() == 1.0
        callback.on_step(Run(model, weighting), step(9))
        found.append(weighting.weights())
    assert found[0] == found[1]


def test_a_task_without_labels_in_the_rows_keeps_its_logit() -> None:
    batch = source(1)
    nothing = torch.zeros(len(batch), dtype=torch.bool)
    partly = Batch(
        batch.inputs, Labels(batch.labels.targets, {**batch.labels.present, "harms": nothing})
    )
    tasks = {name: Squares(name) for name in NAMES}
    assert set(alignments(Shared(), tasks, partly, source(2))) == {"main", "helps"}
    none = Batch(batch.inputs, Labels(batch.labels.targets, dict.fromkeys(NAMES, nothing)))
    assert alignments(Shared(), tasks, partly, none) == {}


def test_what_it_cannot_serve_is_refused() -> None:
    with pytest.raises(ValueError, match="validation rows"):
        ValidationGradient(source(1), source(2)[:0], LearnedSettings(), seed=0)
    callback = ValidationGradient(source(1), source(2), LearnedSettings(), seed=0)
    with pytest.raises(ValueError, match="Found Fixed"):
        callback.on_start(Run(Shared(), Fixed(NAMES)))
    callback = ValidationGradient(
        source(1), source(2), LearnedSettings(importance={"main": 1.0}), seed=0
    )
    with pytest.raises(ValueError, match="importance should name every task"):
        callback.on_start(Run(Shared(), Learned(NAMES)))
