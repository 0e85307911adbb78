"""Every task keeps the promises of `Task`, whatever labels are missing."""

from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from evoscope.multitask import tasks
from evoscope.multitask.batch import Labels
from evoscope.multitask.tasks import Task, TaskLoss

from .cases import CASES, Outputs, draw, fitted

EVERY = pytest.mark.parametrize("name", CASES)
TASKS = {name: fitted(case) for name, case in CASES.items()}
"""Fitted once: nothing here changes them."""


def leaves(outputs: Outputs) -> Outputs:
    return {name: tensor.clone().requires_grad_() for name, tensor in outputs.items()}


def gradients(loss: TaskLoss, outputs: Outputs) -> dict[str, Tensor]:
    loss.total.backward()
    return {
        name: torch.zeros_like(tensor) if tensor.grad is None else tensor.grad
        for name, tensor in outputs.items()
    }


def test_every_public_task_is_in_the_table() -> None:
    public = {getattr(tasks, name) for name in tasks.__all__}
    kinds = {kind for kind in public if isinstance(kind, type) and issubclass(kind, Task)}
    abstract = {kind for kind in kinds if getattr(kind, "__abstractmethods__", None)}
    assert kinds - abstract == {type(task) for task in TASKS.values()}


@EVERY
@settings(max_examples=8, deadline=None)
@given(
    seed=st.integers(0, 1000),
    share=st.sampled_from([0.1, 0.5, 1.0]),
    garbage=st.sampled_from([float("nan"), float("inf"), -1e30]),
)
def test_rows_of_garbage_without_labels_change_nothing(
    name: str, seed: int, share: float, garbage: float
) -> None:
    task, case = TASKS[name], CASES[name]
    labels, answers = draw(case, 8, seed, share)

    def with_garbage(tensor: Tensor) -> Tensor:
        value = garbage if tensor.is_floating_point() else -100
        return torch.cat([tensor, torch.full_like(tensor[:3], value)])

    none = {task: torch.cat([m, torch.zeros_like(m[:3])]) for task, m in labels.present.items()}
    longer = Labels({task: with_garbage(t) for task, t in labels.targets.items()}, none)
    clean = leaves(answers)
    dirty = leaves({part: with_garbage(tensor) for part, tensor in answers.items()})
    one, other = task.loss(clean, labels), task.loss(dirty, longer)
    torch.testing.assert_close(one.total, other.total)
    torch.testing.assert_close(one.weight, other.weight)
    torch.testing.assert_close(task.weight(longer), one.weight)
    wanted, got = gradients(one, clean), gradients(other, dirty)
    for part, gradient in got.items():
        torch.testing.assert_close(gradient[:8], wanted[part])
        assert (gradient[8:] == 0).all(), f"{part} learns from rows without labels"
    figures = task.metrics(clean, labels) | {"diversity": task.diversity(clean, labels)}
    found = task.metrics(dirty, longer) | {"diversity": task.diversity(dirty, longer)}
    for figure, measured in figures.items():
        # Not bit by bit: where a row lies in memory decides how its sigmoid is rounded.
        expected = pytest.approx(measured.value, 1e-5, 1e-9) if measured.defined else None
        assert found[figure].value == expected
        assert (found[figure].n, found[figure].reason) == (measured.n, measured.reason)


@EVERY
@pytest.mark.parametrize("garbage", [float("nan"), float("inf")])
def test_a_missing_part_of_a_row_reaches_nothing(name: str, garbage: float) -> None:
    task, case = TASKS[name], CASES[name]
    labels, answers = draw(case, 12, seed=5, share=0.5)
    targets = {}
    for key, target in labels.targets.items():
        mask = labels.present[key].reshape(
            labels.present[key].shape + (1,) * (target.ndim - labels.present[key].ndim)
        )
        value = torch.tensor(garbage) if target.is_floating_point() else torch.tensor(77)
        targets[key] = torch.where(mask, target, value.to(target.dtype))
    spoiled, outputs = Labels(targets, labels.present), leaves(answers)
    loss = task.loss(outputs, spoiled)
    torch.testing.assert_close(loss.total, task.loss(answers, labels).total)
    assert all(gradient.isfinite().all() for gradient in gradients(loss, outputs).values())
    assert task.metrics(answers, spoiled) == task.metrics(answers, labels)


@EVERY
@settings(max_examples=6, deadline=None)
@given(seed=st.integers(0, 1000), rows=st.integers(1, 9))
def test_a_batch_is_the_sum_of_its_parts(name: str, seed: int, rows: int) -> None:
    task = TASKS[name]
    labels, answers = draw(CASES[name], 9, seed, share=0.6)
    whole = task.loss(answers, labels)
    parts = [
        task.loss({key: t[start : start + rows] for key, t in answers.items()}, piece)
        for start in range(0, 9, rows)
        if len(piece := labels[start : start + rows])
    ]
    torch.testing.assert_close(sum(p.total for p in parts), whole.total)
    torch.testing.assert_close(sum(p.weight for p in parts), whole.weight)


@EVERY
def test_a_batch_without_labels_costs_exactly_nothing(name: str) -> None:
    task = TASKS[name]
    labels, answers = draw(CASES[name], 4, seed=0, share=0.0)
    for none in (labels, Labels({}, {})):
        outputs = leaves(answers)
        loss = task.loss(outputs, none)
        assert loss.total.item() == 0.0
        assert loss.weight.item() == task.weight(none).item() == 0.0
        assert all((gradient == 0).all() for gradient in gradients(loss, outputs).values())
        figures = task.metrics(answers, none)
        assert set(figures) == set(task.higher_is_better)
        assert not any(figure.defined for figure in figures.values())
        assert not task.diversity(answers, none).defined


@EVERY
def test_every_part_that_is_read_learns(name: str) -> None:
    task = TASKS[name]
    labels, answers = draw(CASES[name], 20, seed=3)
    outputs = {key: answers[key] for key in task.baseline(labels)}
    outputs = leaves(outputs)
    for key, gradient in gradients(task.loss(outputs, labels), outputs).items():
        assert gradient.abs().sum() > 0, f"{key} gets no gradient"


@EVERY
def test_parts_make_up_the_total(name: str) -> None:
    labels, answers = draw(CASES[name], 20, seed=3)
    loss = TASKS[name].loss(answers, labels)
    if loss.parts:
        assert len(loss.parts) > 1
        torch.testing.assert_close(sum(loss.parts.values()), loss.total)
    assert not any(part.requires_grad for part in loss.parts.values())


@EVERY
def test_the_trivial_answer_is_scored_like_any_other(name: str) -> None:
    task = TASKS[name]
    labels, answers = draw(CASES[name], 40, seed=4)
    trivial = task.baseline(labels)
    figures = task.metrics(trivial, labels)
    assert set(figures) == set(task.higher_is_better) == set(task.metrics(answers, labels))
    assert task.primary in figures
    assert figures[task.primary].defined
    assert all(figure.n > 0 for figure in figures.values())
    assert task.loss(trivial, labels).total.isfinite()
    assert task.diversity(trivial, labels).value == pytest.approx(0.0, abs=1e-6)
    assert (task.diversity(answers, labels).value or 0.0) > 0.2


@EVERY
def test_a_head_starts_at_finite_numbers_of_one_row(name: str) -> None:
    task = TASKS[name]
    labels, _ = draw(CASES[name], 40, seed=4)
    start = task.start()
    part = next(iter(task.baseline(labels).values()))
    assert start.centre.isfinite().all()
    assert (start.spread > 0).all()
    assert start.centre.shape in ((), part.shape[1:])
    assert start.spread.shape in ((), part.shape[1:])


@EVERY
def test_predictions_answer_every_row(name: str) -> None:
    _, answers = draw(CASES[name], 6, seed=1)
    predictions = TASKS[name].predict(answers)
    assert predictions
    for part, tensor in predictions.items():
        assert len(tensor) == 6
        assert tensor.isfinite().all()
        if part in ("probabilities", "outlier_probability"):
            assert ((tensor >= 0) & (tensor <= 1)).all()
        if part == "spread":
            assert (tensor > 0).all()


@EVERY
def test_a_saved_task_loads_without_a_fit(name: str) -> None:
    task, fresh = TASKS[name], CASES[name].make()
    fresh.load_state_dict(task.state_dict())
    labels, answers = draw(CASES[name], 20, seed=6, share=0.7)
    torch.testing.assert_close(fresh.loss(answers, labels).total, task.loss(answers, labels).total)
    assert fresh.metrics(answers, labels) == task.metrics(answers, labels)


@EVERY
def test_a_task_has_no_parameters(name: str) -> None:
    assert not list(TASKS[name].parameters())


@EVERY
def test_a_task_that_is_not_fitted_says_so(name: str) -> None:
    labels, answers = draw(CASES[name], 4, seed=1)
    with pytest.raises(RuntimeError, match="task 't' should be fitted before it is used"):
        CASES[name].make().loss(answers, labels)


@EVERY
def test_no_label_to_fit_on_is_refused(name: str) -> None:
    labels, _ = draw(CASES[name], 4, seed=1, share=0.0)
    with pytest.raises(ValueError, match="'t' should have at least one label to fit on"):
        CASES[name].make().fit(labels)


@EVERY
def test_an_output_that_the_model_lacks_is_named(name: str) -> None:
    labels, _ = draw(CASES[name], 4, seed=1)
    with pytest.raises(ValueError, match=r"should answer 't\.(logits|mean)'.*Found \['u.mean'\]"):
        TASKS[name].loss({"u.mean": torch.zeros(4)}, labels)


@EVERY
def test_a_model_that_diverged_has_undefined_figures_not_an_error(name: str) -> None:
    task = TASKS[name]
    labels, answers = draw(CASES[name], 9, seed=1)
    broken = {key: torch.full_like(tensor, math.nan) for key, tensor in answers.items()}
    figures = task.metrics(broken, labels)
    assert {figure.reason for figure in figures.values()} == {
        "the model answers NaN or infinite values"
    }
    assert not task.diversity(broken, labels).defined


@EVERY
def test_half_precision_answers_are_read_in_single(name: str) -> None:
    task = TASKS[name]
    labels, answers = draw(CASES[name], 9, seed=1)
    half = {key: tensor.bfloat16() for key, tensor in answers.items()}
    rounded = {key: tensor.float() for key, tensor in half.items()}
    assert task.loss(half, labels).total.dtype == torch.float32
    torch.testing.assert_close(task.loss(half, labels).total, task.loss(rounded, labels).total)
    assert task.metrics(half, labels) == task.metrics(rounded, labels)
