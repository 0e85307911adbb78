"""The average of models is taken where averaging means something."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.special import expit, softmax
from torch import Tensor

from evoscope.multitask import (
    BoundedRegression,
    Classification,
    Dense,
    Distilled,
    GatedRegression,
    MultiLabel,
    Ordinal,
    Outputs,
    Regression,
    Task,
)
from evoscope.multitask.ensemble import combined
from evoscope.multitask.tasks import Located

N = 5


def draws(*shape: int, seed: int = 0) -> Tensor:
    return 2 * torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def logits(width: int, seed: int, *, falling: bool = False) -> Tensor:
    found = draws(N, width, seed=seed)
    return found.sort(-1, descending=True).values if falling else found


def outputs_of(task: Task, seed: int) -> Outputs:
    kind = task.task if isinstance(task, Distilled) else task
    if isinstance(kind, Ordinal):
        return {"x.logits": logits(2, seed, falling=True)}
    if isinstance(kind, Classification | MultiLabel | Located):
        return {"x.logits": logits(3, seed)}
    if isinstance(kind, Dense):
        return {"x.mean": draws(N, 7, seed=seed)}
    parts = {"x.mean": draws(N, seed=seed), "x.log_variance": draws(N, seed=seed + 50)}
    return parts | {"x.outlier_logit": draws(N, seed=seed + 90), "x.auxiliary": draws(N, seed=seed)}


TASKS: list[Task] = [
    Classification("x", ["a", "b", "c"]),
    Ordinal("x", ["a", "b", "c"]),
    MultiLabel("x", ["a", "b", "c"]),
    Regression("x"),
    Regression("x", loss="mixture", auxiliary_weight=0.5),
    GatedRegression("x", gate="there"),
    BoundedRegression("x", low=-1.0, high=1.0, loss="nll"),
    Dense("x"),
    Located("x", axis=[1.0, 2.0, 3.0], width=0.5),
    Distilled(Classification("x", ["a", "b", "c"])),
]


@pytest.mark.parametrize("task", TASKS, ids=lambda task: type(task).__name__)
def test_models_that_agree_answer_as_one_of_them(task: Task) -> None:
    one = outputs_of(task, 1)
    found = task.predict(combined(task, [one, one, one]))
    for name, answer in task.predict(one).items():
        torch.testing.assert_close(found[name], answer, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("task", TASKS, ids=lambda task: type(task).__name__)
def test_an_average_holds_what_the_task_reads_in_the_shape_of_its_members(task: Task) -> None:
    one, two = outputs_of(task, 1), outputs_of(task, 2)
    found = combined(task, [one, two])
    assert found
    assert {name: x.shape for name, x in found.items()} == {name: one[name].shape for name in found}
    assert all(bool(x.isfinite().all()) for x in found.values())


def test_probabilities_are_averaged_not_logits() -> None:
    task = Classification("x", ["a", "b", "c"])
    members = [outputs_of(task, seed) for seed in range(4)]
    found = task.predict(combined(task, members))["probabilities"]
    expected = np.mean([softmax(own["x.logits"].numpy(), axis=1) for own in members], axis=0)
    np.testing.assert_allclose(found.numpy(), expected, rtol=1e-5)


def test_ordered_classes_keep_the_average_of_their_probabilities() -> None:
    task = Ordinal("x", ["a", "b", "c"])
    members = [outputs_of(task, seed) for seed in range(4)]
    above = np.mean([expit(own["x.logits"].numpy()) for own in members], axis=0)
    expected = np.stack([1 - above[:, 0], above[:, 0] - above[:, 1], above[:, 1]], axis=1)
    found = task.predict(combined(task, members))["probabilities"]
    np.testing.assert_allclose(found.numpy(), expected, atol=1e-6)


def test_every_label_has_the_average_of_its_probabilities() -> None:
    task = MultiLabel("x", ["a", "b", "c"])
    members = [outputs_of(task, seed) for seed in range(4)]
    found = task.predict(combined(task, members))["probabilities"]
    expected = np.mean([expit(own["x.logits"].numpy()) for own in members], axis=0)
    np.testing.assert_allclose(found.numpy(), expected, rtol=1e-5)


@pytest.mark.parametrize("unit", [1.0, 1e-7], ids=["about one", "tenths of microvolts in volts"])
def test_the_variance_of_a_mixture_is_that_of_draws_from_its_members(unit: float) -> None:
    task = Regression("x", loss="nll")
    means = [torch.full((1,), unit * value) for value in (1.0, 1.5, 4.0)]
    spreads = [0.5 * unit, unit, 2 * unit]
    members = [
        {"x.mean": mean, "x.log_variance": torch.full((1,), 2 * float(np.log(spread)))}
        for mean, spread in zip(means, spreads, strict=True)
    ]
    found = task.predict(combined(task, members))
    rng = np.random.default_rng(0)
    drawn = np.concatenate(
        [rng.normal(m.item(), s, 400_000) for m, s in zip(means, spreads, strict=True)]
    )
    assert found["value"].item() == pytest.approx(drawn.mean(), rel=5e-3)
    assert found["spread"].item() == pytest.approx(drawn.std(), rel=5e-3)


def test_models_that_are_sure_do_not_answer_infinity() -> None:
    sure = torch.tensor([[900.0, -900.0, -900.0]])
    for task in (Classification("x", ["a", "b", "c"]), MultiLabel("x", ["a", "b", "c"])):
        found = combined(task, [{"x.logits": sure}, {"x.logits": sure}])
        assert found["x.logits"].isfinite().all()
        assert found["x.logits"].argmax() == 0


class Own(Task):
    """A kind of task from outside of the package."""

    name = output = "own"

    def fit(self, labels: object) -> None: ...
    def start(self) -> None: ...  # type: ignore[override]
    def weight(self, labels: object) -> Tensor: ...  # type: ignore[override,empty-body]
    def loss(self, outputs: object, labels: object) -> None: ...  # type: ignore[override]
    def predict(self, outputs: object) -> dict[str, Tensor]: ...  # type: ignore[override,empty-body]
    def metrics(self, outputs: object, labels: object) -> None: ...  # type: ignore[override]
    def baseline(self, labels: object) -> None: ...  # type: ignore[override]
    def diversity(self, outputs: object, labels: object) -> None: ...  # type: ignore[override]


def test_a_task_that_does_not_say_how_is_refused_and_may_say() -> None:
    with pytest.raises(TypeError, match=r"Found Own and 2 models\. Say how with @combined"):
        combined(Own(), [{}, {}])

    class Said(Own):
        pass

    combined.register(Said, lambda _, members: {"own.size": members[0]["own.size"]})
    assert set(combined(Said(), [{"own.size": torch.ones(1)}])) == {"own.size"}
