"""What moves the weights, beside torch's own and hand-computed references."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import pytest
import torch
from torch import nn
from torch.optim import SGD, AdamW
from torch.optim.lr_scheduler import CosineAnnealingLR, StepLR

from evoscope.measure import Measured, undefined
from evoscope.multitask import Control, EpochResult, Regression, Task
from evoscope.multitask.optimisation import (
    Constant,
    Cosine,
    EarlyStopping,
    EarlyStoppingWatch,
    Gradients,
    MovingAverage,
    Optimiser,
    Plateau,
    PlateauWatch,
    Precision,
    Step,
    judged,
    make_optimizer,
    set_rates,
    skill,
)


class Wheel:
    """A run that only remembers what a callback does to it."""

    def __init__(self, tasks: Mapping[str, Any] | None = None) -> None:
        self.tasks = tasks or {"a": task("r2")}
        self.model, self.weighting = nn.Module(), None
        self.stopped = ""
        self.rate = 1.0

    def warn(self, message: str) -> None:
        raise AssertionError(message)

    def constant_loss(self, task: str) -> float:
        raise AssertionError(task)

    def stop(self, reason: str) -> None:
        self.stopped = reason

    def scale_rate(self, factor: float, reason: str) -> None:  # noqa: ARG002  of the protocol
        self.rate *= factor

    @property
    def control(self) -> Control:
        return cast("Control", self)


def task(primary: str) -> Task:
    own = Regression("a")
    own.primary = primary
    return own


def epoch(number: int, loss: float, **figures: float | None) -> EpochResult:
    metrics = {
        name: undefined(0, "none") if value is None else Measured(value, 9)
        for name, value in figures.items()
    }
    trivial = {name: Measured(0.2, 9) for name in figures}
    return EpochResult(number, 0.0, {}, {"a": loss}, {"a": metrics}, {"a": trivial}, {})


def test_the_schedules_are_torchs_own() -> None:
    cases = [
        (Cosine(minimum=0.1), lambda o: CosineAnnealingLR(o, T_max=20, eta_min=0.1)),
        (Step(every=6, by=0.5), lambda o: StepLR(o, step_size=6, gamma=0.5)),
    ]
    for ours, make in cases:
        optimizer = SGD([nn.Parameter(torch.zeros(1))], lr=1.0)
        theirs = make(optimizer)
        for number in range(20):
            assert ours.factor(float(number), 20) == pytest.approx(optimizer.param_groups[0]["lr"])
            optimizer.step()
            theirs.step()


def test_warm_up_rises_to_the_full_rate_and_never_stands_still() -> None:
    for schedule in (Constant(warmup_epochs=2), Cosine(warmup_epochs=2), Plateau(warmup_epochs=2)):
        rates = [schedule.factor(number / 4, 10) for number in range(9)]
        assert 0 < rates[0] < 0.01
        assert rates == sorted(rates)
        assert rates[-1] == 1.0


def test_the_average_is_the_weighted_sum_of_all_weights_so_far() -> None:
    net = nn.BatchNorm1d(2)
    average, expected = MovingAverage(net, decay=0.5), torch.empty(2)
    for number in range(6):
        with torch.no_grad():
            net.weight.copy_(torch.randn(2))
            net.bias.copy_(torch.randn(2))
        assert net.running_mean is not None
        net.running_mean.fill_(float(number))
        average.update(net, number)
        decay = min(0.5, (1 + number) / (10 + number))
        new = net.weight.detach()
        expected = new.clone() if number == 0 else decay * expected + (1 - decay) * new
    torch.testing.assert_close(average.model.weight, expected)
    # Statistics of a batch normalisation are those of now: averaging them would mix epochs.
    assert cast("torch.Tensor", average.model.running_mean)[0] == 5.0


def test_biases_and_norms_do_not_decay_and_a_learned_weighting_has_its_own_rate() -> None:
    net = nn.Sequential(nn.Linear(3, 3), nn.LayerNorm(3), nn.Embedding(4, 3))
    weighting = nn.Linear(2, 1)
    settings = Optimiser(learning_rate=0.1, weighting_rate=0.7, no_decay=("2.*",))
    optimizer = make_optimizer(net, weighting, settings, {"0.weight": 0.5})
    rates = set_rates(optimizer, 0.5, weight_decay=0.3)
    assert rates == pytest.approx({"x 0.5": 0.025, "base (no decay)": 0.05, "weighting": 0.35})
    decaying = [g for g in optimizer.param_groups if g["weight_decay"] > 0]
    assert [[p.shape for p in g["params"]] for g in decaying] == [[torch.Size([3, 3])]]
    held = sum(len(g["params"]) for g in optimizer.param_groups)
    assert held == len([*net.parameters(), *weighting.parameters()])


def test_clipping_is_torchs_own_and_norms_are_told_by_part() -> None:
    net = nn.ModuleDict(
        {"backbone": nn.Linear(4, 4), "heads": nn.ModuleDict({"a": nn.Linear(4, 1)})}
    )
    for parameter in net.parameters():
        parameter.grad = torch.randn_like(parameter) * 5
    grads = [p.grad.clone() for p in net.parameters() if p.grad is not None]
    norms = Gradients(net, largest=1.0).clip()
    clipped = [p.grad.clone() for p in net.parameters() if p.grad is not None]
    for parameter, grad in zip(net.parameters(), grads, strict=True):
        parameter.grad = grad.clone()
    total = nn.utils.clip_grad_norm_(net.parameters(), 1.0)
    torch.testing.assert_close(norms["all"], total)
    for own, parameter in zip(clipped, net.parameters(), strict=True):
        torch.testing.assert_close(own, parameter.grad)
    head = torch.cat([g.flatten() for g in grads[2:]]).norm()
    torch.testing.assert_close(norms["a"], head)
    net["backbone"].zero_grad()  # frozen: it has no norm, rather than one of 0
    assert set(Gradients(net, largest=None).clip()) == {"a", "all"}


def test_early_stopping_waits_its_patience_and_ignores_gains_below_min_delta() -> None:
    watch = EarlyStoppingWatch(EarlyStopping(monitor="loss", patience=2, min_delta=0.1))
    for number, loss in enumerate([1.0, 0.8, 0.75, 0.74]):
        wheel = Wheel()
        watch.on_epoch(wheel.control, epoch(number, loss))
        assert bool(wheel.stopped) is (number == 3)
    assert (watch.best.epoch, watch.best.value) == (1, -0.8)


def test_a_plateau_lowers_the_rate_once_per_patience_down_to_its_minimum() -> None:
    watch, wheel = PlateauWatch(Plateau(patience=2, by=0.1, minimum=0.05)), Wheel()
    rates = []
    for number in range(9):
        watch.on_epoch(wheel.control, epoch(number, 1.0))
        rates.append(round(wheel.rate, 6))
    assert rates == [1.0, 1.0, 0.1, 0.1, 0.05, 0.05, 0.05, 0.05, 0.05]


def test_an_undefined_or_infinite_figure_is_never_best() -> None:
    tasks = {"a": task("r2")}
    assert judged(epoch(0, float("nan")), "loss", tasks) == float("-inf")
    assert judged(epoch(0, 1.0, r2=None), "a.r2", tasks) == float("-inf")
    assert judged(epoch(0, 1.0, r2=0.4), "a.r2", tasks) == 0.4
    assert judged(epoch(0, 1.0, mae=0.4), "a.mae", tasks) == -0.4
    with pytest.raises(
        ValueError, match=r"'combined' or one of \['a\.r2', 'a\.mae'.*Found 'a\.f2'"
    ):
        judged(epoch(0, 1.0, r2=0.4), "a.f2", tasks)


def test_the_combined_judgement_weighs_tasks_by_their_way_from_trivial_to_perfect() -> None:
    assert judged(epoch(0, 1.0, r2=0.6), "combined", {"a": task("r2")}) == pytest.approx(0.5)
    down = {"a": task("mae")}
    assert judged(epoch(0, 1.0, mae=0.1), "combined", down) == pytest.approx(0.5)
    one = Measured(1.0, 3)
    assert skill(undefined(3, "constant"), one, higher_is_better=True) == 0.0
    assert skill(Measured(-90.0, 3), Measured(0.0, 3), higher_is_better=True) == -1.0
    assert skill(one, one, higher_is_better=True) == 0.0


@pytest.mark.parametrize("name", ["float32", "bf16", "fp16"])
def test_half_precision_runs_where_it_is_asked_for(name: Any) -> None:
    with Precision(name, torch.device("cpu")).autocast():
        out = nn.Linear(2, 2)(torch.ones(1, 2))
    wanted = {"float32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16}
    assert out.dtype == wanted[name]


def test_the_optimizer_is_adamw() -> None:
    ours, theirs = nn.Linear(3, 2), nn.Linear(3, 2)
    theirs.load_state_dict(ours.state_dict())
    optimizer = make_optimizer(ours, nn.Module(), Optimiser(weight_decay=0.1), {})
    reference = AdamW([{"params": [theirs.weight], "weight_decay": 0.1},
                       {"params": [theirs.bias], "weight_decay": 0.0}], lr=1e-3)  # fmt: skip
    for _ in range(4):
        x = torch.randn(5, 3)
        for net, own in ((ours, optimizer), (theirs, reference)):
            own.zero_grad()
            net(x).pow(2).sum().backward()
            own.step()
    torch.testing.assert_close(ours.weight, theirs.weight)
    torch.testing.assert_close(ours.bias, theirs.bias)
