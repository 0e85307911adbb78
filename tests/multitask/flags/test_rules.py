"""Single flags on hand-made steps and epochs: what each looks at, and what it leaves alone."""

from __future__ import annotations

import json
from typing import Any

import pytest
import torch
from torch import nn

from evoscope.measure import Measured
from evoscope.multitask import Classification, EpochResult, Labels, Regression, StepResult
from evoscope.multitask.flags import (
    Apart,
    ApartSettings,
    BelowTrivial,
    BelowTrivialSettings,
    ConstantAnswers,
    ConstantAnswersSettings,
    Diverging,
    DivergingSettings,
    Dominance,
    DominanceSettings,
    GradientNorm,
    GradientNormSettings,
    NegativeR2,
    NegativeR2Settings,
    NotFalling,
    NotFallingSettings,
    RedFlags,
    attention_entropies,
    trivial_losses,
)
from evoscope.multitask.heads import AttentionPooling, TaskSpecificFeatureExtractor
from evoscope.multitask.tasks import Dense
from evoscope.multitask.weighting.fixed import Fixed


class Asked:
    """A run that remembers what it was asked for."""

    def __init__(self, *tasks: str) -> None:
        names = tasks or ("a", "b")
        self.model: nn.Module = nn.ModuleDict(
            {"heads": nn.ModuleDict({name: nn.Linear(1, 1) for name in names})}
        )
        self.tasks = {name: Regression(name) for name in names}
        self.weighting = Fixed(names)
        self.stopped: list[str] = []
        self.factors: list[float] = []
        self.constant = 0.0
        self.said: list[dict[str, Any]] = []

    def constant_loss(self, task: str) -> float:  # noqa: ARG002
        return self.constant

    def stop(self, reason: str) -> None:
        self.stopped.append(reason)

    def scale_rate(self, factor: float, reason: str) -> None:  # noqa: ARG002
        self.factors.append(factor)

    def warn(self, message: str, **details: Any) -> None:
        self.said.append({"message": message, **details})


def step(
    losses: dict[str, float],
    *,
    norms: dict[str, float] | None = None,
    parts: dict[str, float] | None = None,
    weights: dict[str, float] | None = None,
    labels: float = 16.0,
) -> StepResult:
    return StepResult(
        epoch=0,
        step=0,
        loss=sum(losses.values()),
        losses=losses,
        parts=parts or {},
        weights=weights or dict.fromkeys(losses, 1.0),
        label_weights=dict.fromkeys(losses, labels),
        gradient_norms=norms or dict.fromkeys(losses, 1.0),
        learning_rates={},
    )


def epoch(
    number: int,
    losses: dict[str, float],
    *,
    train: dict[str, float] | None = None,
    metrics: Any = None,
    diversity: Any = None,
) -> EpochResult:
    return EpochResult(
        epoch=number,
        seconds=1.0,
        train_losses=losses if train is None else train,
        validation_losses=losses,
        metrics=metrics or {},
        trivial={
            task: dict.fromkeys(own, Measured(0.0, 99)) for task, own in (metrics or {}).items()
        },
        diversity=diversity or {},
    )


R2 = {"a": {"r2": Measured(-0.5, 99), "mae": Measured(-0.5, 99)}}


def up(flag: Any) -> list[str]:
    return [raised.subject for raised in flag.raised if raised.stands]


def test_a_flag_that_stands_is_not_raised_every_epoch_and_one_that_returns_is() -> None:
    run, flag = Asked(), NegativeR2(NegativeR2Settings(), 0.0)
    good = {"a": {"r2": Measured(0.5, 99)}}
    for number, metrics in enumerate([R2, R2, good, R2]):
        flag.on_epoch(run, epoch(number, {"a": 1.0}, metrics=metrics))
    assert [(r.epoch, r.cleared) for r in flag.raised] == [(0, 2), (3, None)]
    assert [said["state"] for said in run.said] == ["raised", "cleared", "raised"]


@pytest.mark.parametrize(
    ("action", "stopped", "factors"),
    [("warn", 0, []), ("lower_rate", 0, [0.25]), ("stop", 1, [])],
)
def test_every_flag_does_what_its_recipe_says(action: Any, stopped: int, factors: Any) -> None:
    run = Asked()
    flag = NegativeR2(NegativeR2Settings(action=action, rate_factor=0.25), 0.0)
    flag.on_epoch(run, epoch(0, {"a": 1.0}, metrics=R2))
    assert len(run.said) == 1
    assert run.said[0]["action"] == action
    assert (len(run.stopped), run.factors) == (stopped, factors)


@pytest.mark.parametrize("flag", [NegativeR2, ConstantAnswers])
def test_during_the_warm_up_and_for_a_task_that_is_off_nothing_is_said(flag: Any) -> None:
    settings = {NegativeR2: NegativeR2Settings, ConstantAnswers: ConstantAnswersSettings}[flag]()
    found = {"metrics": R2, "diversity": {"a": Measured(0.0, 99)}}
    run, watch = Asked(), flag(settings, 2.0)
    for number in (0, 1):
        watch.on_epoch(run, epoch(number, {"a": 1.0}, **found))
    watch.on_epoch(run, epoch(2, {"a": 1.0}, train={"b": 1.0}, **found))
    assert watch.raised == []
    watch.on_epoch(run, epoch(3, {"a": 1.0}, **found))
    assert len(watch.raised) == 1


def test_an_r2_on_a_handful_of_labels_is_not_believed() -> None:
    run, flag = Asked(), NegativeR2(NegativeR2Settings(), 0.0)
    flag.on_epoch(run, epoch(0, {"a": 1.0}, metrics={"a": {"r2": Measured(-3.0, 4)}}))
    assert flag.raised == []


def test_single_spikes_of_the_gradient_are_ordinary_ten_in_a_row_are_not() -> None:
    run, flag = Asked(), GradientNorm(GradientNormSettings())
    for _ in range(30):
        flag.on_step(run, step({"a": 1.0}, norms={"a": 50.0}))
        flag.on_step(run, step({"a": 1.0}, norms={"a": 1.0}))
    assert flag.raised == []
    for _ in range(10):
        flag.on_step(run, step({"a": 1.0}, norms={"a": 1e-9}))
    assert up(flag) == ["a"]
    for _ in range(9):
        flag.on_step(run, step({"a": 1.0}))
    assert up(flag) == ["a"]
    flag.on_step(run, step({"a": 1.0}))
    assert up(flag) == []


def test_a_gradient_that_swings_about_its_bound_is_told_once() -> None:
    run, flag = Asked(), GradientNorm(GradientNormSettings())
    for _ in range(5):
        for _ in range(12):
            flag.on_step(run, step({"a": 1.0}, norms={"a": 11.0}))
        flag.on_step(run, step({"a": 1.0}, norms={"a": 9.0}))
    assert len(flag.raised) == 1


def test_a_gradient_is_judged_without_the_weight_of_its_task() -> None:
    run, flag = Asked(), GradientNorm(GradientNormSettings())
    weights = {"a": 50.0, "b": 1.0}
    for _ in range(20):
        norms = {"a": 60.0, "b": 1.0, "backbone": 60.0}
        flag.on_step(run, step({"a": 0.01, "b": 1.0}, norms=norms, weights=weights))
    assert flag.raised == []
    for _ in range(20):
        norms = {"a": 600.0, "b": 11.0, "backbone": 600.0}
        flag.on_step(run, step({"a": 0.01, "b": 1.0}, norms=norms, weights=weights))
    assert up(flag) == ["a", "b", "backbone"]


def test_few_labels_a_batch_take_more_steps() -> None:
    run, flag = Asked(), GradientNorm(GradientNormSettings())
    for _ in range(16):
        flag.on_step(run, step({"a": 1.0}, norms={"a": 50.0}, labels=3.0))
    assert flag.raised == []
    flag.on_step(run, step({"a": 1.0}, norms={"a": 50.0}, labels=3.0))
    assert up(flag) == ["a"]


@pytest.mark.parametrize("why", ["absent", "frozen", "weightless"])
def test_a_head_that_is_not_trained_needs_no_gradient(why: str) -> None:
    run, flag = Asked(), GradientNorm(GradientNormSettings())
    if why == "frozen":
        run.model.requires_grad_(False)
    losses = {"b": 1.0} if why == "absent" else {"a": 1.0, "b": 1.0}
    weights = {"a": 0.0 if why == "weightless" else 1.0, "b": 1.0}
    for _ in range(20):
        flag.on_step(run, step(losses, norms={"b": 1.0}, weights=weights))
    assert flag.raised == []


def test_a_part_that_does_not_fall_is_named_beside_one_that_does() -> None:
    run, flag = Asked(), NotFalling(NotFallingSettings(steps=5), 0.0)
    for number in range(20):
        falling = 1.0 - number / 40
        flag.on_step(run, step({"a": falling}, parts={"a.main": falling, "a.auxiliary": 0.3}))
    flag.on_epoch(run, epoch(0, {"a": 1.0}))
    assert up(flag) == ["a.auxiliary"]


def test_a_loss_that_fell_and_rests_is_as_it_should_be_and_few_steps_say_nothing() -> None:
    run, flag = Asked(), NotFalling(NotFallingSettings(steps=5), 0.0)
    for losses in ([1.0] * 9, [0.5] * 20, [0.5] * 20):
        for loss in losses:
            flag.on_step(run, step({"a": loss}))
        flag.on_epoch(run, epoch(0, {"a": 1.0}))
    assert flag.raised == []


def test_a_task_that_is_seldom_labelled_is_not_taken_for_a_small_one() -> None:
    run, flag = Asked(), Dominance(DominanceSettings())
    for number in range(50):
        both = {"a": 1.0, "b": 1.0} if number % 10 == 0 else {"a": 1.0}
        flag.on_step(run, step(both))
    flag.on_epoch(run, epoch(0, {"a": 1.0, "b": 1.0}))
    assert flag.raised == []


def test_a_task_that_is_solved_leaves_the_loss_to_the_others() -> None:
    run, flag = Asked(), Dominance(DominanceSettings())
    for number in range(200):
        flag.on_step(run, step({"a": 1.0, "b": 0.9**number}))
    flag.on_epoch(run, epoch(0, {"a": 1.0, "b": 0.1}))
    for _ in range(50):
        flag.on_step(run, step({"a": 1.0, "b": 0.001}))
    flag.on_epoch(run, epoch(1, {"a": 1.0, "b": 0.001}))
    assert flag.raised == []


def test_tasks_that_are_best_at_different_times_are_apart() -> None:
    run, flag = Asked(), Apart(ApartSettings())
    for number in range(20):
        early = 1.0 - 0.1 * number if number < 5 else 0.6 + 0.05 * (number - 4)
        flag.on_epoch(run, epoch(number, {"a": early, "b": 1.0 / (1 + number)}))
    assert [(r.subject, r.epoch) for r in flag.raised] == [("a", 14)]


def test_tasks_that_overfit_together_are_not_apart() -> None:
    run, flag = Asked(), Apart(ApartSettings())
    for number in range(40):
        loss = abs(number - 8) / 10 + 0.5
        flag.on_epoch(run, epoch(number, {"a": loss, "b": 2 * loss}))
    assert flag.raised == []


def kinds() -> Labels:
    kind = torch.tensor([0] * 90 + [1] * 10)
    return Labels({"a": kind}, {"a": torch.ones(100, dtype=torch.bool)})


def test_a_balanced_sampling_that_begins_above_the_trivial_loss_does_not_diverge() -> None:
    run = Asked("a")
    run.tasks["a"] = Classification("a", ["x", "y"])  # type: ignore[assignment]
    run.tasks["a"].fit(kinds())
    flag = Diverging(DivergingSettings(), kinds())
    flag.on_start(run)
    run.constant = 1.2  # on labels drawn evenly; on all it is their entropy, 0.33
    for _ in range(20):
        flag.on_step(run, step({"a": 1.4}))
    assert flag.raised == []
    for _ in range(6):
        flag.on_step(run, step({"a": 4.0}))
    assert up(flag) == ["a"]
    for _ in range(8):
        flag.on_step(run, step({"a": 1.0}))
    assert up(flag) == ["a"]
    for _ in range(2):
        flag.on_step(run, step({"a": 1.0}))
    assert up(flag) == []


def test_an_outlier_now_and_then_is_no_divergence_and_few_labels_are_no_evidence() -> None:
    run = Asked("a")
    run.tasks["a"] = Classification("a", ["x", "y"])  # type: ignore[assignment]
    run.tasks["a"].fit(kinds())
    flag = Diverging(DivergingSettings(), kinds())
    flag.on_start(run)
    for number in range(40):
        flag.on_step(run, step({"a": 500.0 if number % 3 == 0 else 0.2}, labels=3.0))
    assert flag.raised == []
    flag = Diverging(DivergingSettings(), kinds())
    flag.on_start(run)
    for _ in range(16):
        flag.on_step(run, step({"a": 500.0}, labels=3.0))
    assert flag.raised == []
    flag.on_step(run, step({"a": 500.0}, labels=3.0))
    assert up(flag) == ["a"]


def test_rates_are_lowered_once_while_a_flag_stands_and_never_below_the_floor() -> None:
    run = Asked()
    settings = NegativeR2Settings(action="lower_rate", rate_factor=0.2, rate_floor=0.02)
    flag = NegativeR2(settings, 0.0)
    bad, good = ({task: {"r2": Measured(r2, 99)} for task in "ab"} for r2 in (-0.5, 0.5))
    for number in range(10):
        flag.on_epoch(run, epoch(number, {"a": 1.0, "b": 1.0}, metrics=(bad, good)[number % 2]))
    assert len(flag.raised) == 10
    assert run.factors == pytest.approx([0.2, 0.2, 0.5])
    again = NegativeR2(settings, 0.0)
    again.load_state_dict(json.loads(json.dumps(flag.state_dict())))
    again.on_epoch(run, epoch(10, {"a": 1.0, "b": 1.0}, metrics=bad))
    assert len(run.factors) == 3


@pytest.mark.parametrize("weights", ["none", "balanced"])
def test_the_trivial_loss_is_that_of_the_best_constant(weights: Any) -> None:
    task = Classification("a", ["x", "y"], class_weights=weights)
    task.fit(kinds())
    best = min(
        float(
            (own := task.loss({"a.logits": torch.tensor([[0.0, z]]).expand(100, 2)}, kinds())).total
        )
        / float(own.weight)
        for z in torch.linspace(-4, 1, 101).tolist()
    )
    assert trivial_losses({"a": task}, kinds())["a"] == pytest.approx(best, abs=5e-3)


def test_few_labels_need_more_than_luck() -> None:
    task = Classification("a", ["x", "y"])
    task.fit(kinds())
    trivial = trivial_losses({"a": task}, kinds())["a"]
    run = Asked("a")
    run.tasks["a"] = task  # type: ignore[assignment]
    flag = BelowTrivial(BelowTrivialSettings(), kinds(), 0.0)
    flag.on_start(run)
    for n, expected in ((100, True), (10_000, False)):
        metrics = {"a": {"macro_f1": Measured(0.6, n)}}
        flag.on_epoch(run, epoch(0, {"a": 0.97 * trivial}, metrics=metrics))
        assert bool(up(flag)) is expected


def test_attention_is_watched_in_heads_and_backbones_with_what_they_are_given() -> None:
    torch.manual_seed(0)
    between = TaskSpecificFeatureExtractor(4, 8, {"a": 3, "b": 5})
    found = attention_entropies(between, {"features": torch.randn(3, 4, 20)})
    assert found.keys() == {""}
    assert 0.9 < found[""] <= 1.0
    pooling = AttentionPooling(4)
    with torch.no_grad():
        pooling.query.weight.mul_(1e4)
    tokens = torch.randn(3, 6, 4)
    assert attention_entropies(pooling, {"tokens": tokens})[""] < 0.05
    absent = torch.zeros(3, 6, dtype=torch.bool)
    assert attention_entropies(pooling, {"tokens": tokens, "present": absent}) == {}


def test_a_probe_leaves_the_model_in_training() -> None:
    pooling = AttentionPooling(4).train()
    attention_entropies(pooling, {"tokens": torch.randn(3, 6, 4)})
    assert pooling.training
    assert not pooling._forward_pre_hooks


def made_diverging() -> Diverging:
    run = Asked()
    for name in run.tasks:
        run.tasks[name] = Classification(name, ["x", "y"])  # type: ignore[assignment]
    labels = Labels(
        *(dict.fromkeys("ab", own) for own in (kinds().targets["a"], kinds().present["a"]))
    )
    for task in run.tasks.values():
        task.fit(labels)
    flag = Diverging(DivergingSettings(), labels)
    flag.on_start(run)
    return flag


@pytest.mark.parametrize(
    "make",
    [
        lambda: NotFalling(NotFallingSettings(steps=5), 0.0),
        lambda: Dominance(DominanceSettings(most=0.6)),
        lambda: GradientNorm(GradientNormSettings()),
        lambda: made_diverging(),
        lambda: Apart(ApartSettings(epochs=2)),
    ],
)
def test_a_flag_that_was_saved_and_loaded_goes_on_as_if_it_had_not_been(make: Any) -> None:
    def half(run: Asked, flag: Any, begin: int) -> None:
        for number in range(begin, begin + 6):
            for _ in range(3):
                losses = {"a": 1.0 + 0.2 * number, "b": 1.0 / (1 + number)}
                flag.on_step(run, step(losses, norms={"a": 11.0, "b": 1.0}))
            flag.on_epoch(run, epoch(number, losses))
            flag.on_step(run, step(losses, norms={"a": 11.0, "b": 1.0}))

    whole, run = make(), Asked()
    half(run, whole, 0)
    half(run, whole, 6)
    first, second = make(), make()
    half(Asked(), first, 0)
    second.load_state_dict(json.loads(json.dumps(first.state_dict())))
    half(Asked(), second, 6)
    assert whole.raised
    assert second.state_dict() == whole.state_dict()


def test_the_table_of_flags_says_their_defaults() -> None:
    rows: dict[str, str] = {}
    name = ""
    for line in (RedFlags.__doc__ or "").splitlines():
        first = line.split()[0] if line.split() else ""
        name = first if first in RedFlags.model_fields else name
        rows[name] = rows.get(name, "") + line
    for flag, settings in RedFlags():
        assert f"``{settings.action}``" in rows[flag]
        told = settings.model_dump(
            exclude={"action", "rate_factor", "rate_floor", "negligible", "least_labels"}
        ).values()
        for value in told:
            assert f"{value:g}" in rows[flag] or str(value) in rows[flag]


def test_a_threshold_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="at_least"):
        RedFlags.model_validate({"negative_r2": {"at_least": 0.1}})


class ShorterSignals(Dense):
    """Signals that may be shorter than the longest one learned from."""

    def baseline(self, labels: Labels) -> dict[str, torch.Tensor]:
        samples = labels.targets[self.name].shape[1]
        return {name: mean[:, :samples] for name, mean in super().baseline(labels).items()}


def test_signals_shorter_than_the_longest_learned_from_have_a_trivial_loss() -> None:
    task, signals = ShorterSignals("trace"), torch.randn(8, 6)
    known = torch.ones(8, 6, dtype=torch.bool)
    task.fit(Labels({"trace": signals}, {"trace": known}))
    shorter = Labels({"trace": signals[:, :4]}, {"trace": known[:, :4]})
    assert trivial_losses({"trace": task}, shorter)["trace"] > 0
