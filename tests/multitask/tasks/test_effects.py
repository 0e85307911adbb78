"""A switched-on option changes what it is meant to change, in a small model that learns."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from evoscope.multitask.batch import Labels
from evoscope.multitask.tasks import Classification, Distilled, Regression, Task


def train(
    task: Task, x: Tensor, labels: Labels, model: nn.Module, part: str, steps: int = 120
) -> Callable[[Tensor], dict[str, Tensor]]:
    """Plain torch: what the loop does, without it."""

    def outputs(rows: Tensor) -> dict[str, Tensor]:
        return {f"{task.output}.{part}": model(rows)}

    optimiser = torch.optim.Adam(model.parameters(), 0.05)
    for step in range(steps):
        optimiser.zero_grad()
        loss = task.loss(outputs(x), labels)
        (loss.total / loss.weight).backward()
        optimiser.step()
        if step % 20 == 19:
            with torch.no_grad():
                task.after_epoch(outputs(x), labels)
    return outputs


def ninety_nine_to_one(seed: int) -> tuple[Tensor, Labels]:
    generator = torch.Generator().manual_seed(seed)
    kind = torch.cat([torch.zeros(990), torch.ones(10)]).long()
    x = torch.randn((1000, 4), generator=generator)
    x[:, :2] += 1.2 * kind[:, None]
    known = torch.ones(1000, dtype=torch.bool)
    return x, Labels({"kind": kind}, {"kind": known})


def minority_recall(**options: object) -> float:
    x, labels = ninety_nine_to_one(seed=0)
    task = Classification("kind", ["common", "rare"], **options)  # type: ignore[arg-type]
    task.fit(labels)
    torch.manual_seed(0)
    answer = train(task, x, labels, nn.Linear(4, 2), "logits")
    fresh, truth = ninety_nine_to_one(seed=1)
    recall = task.metrics(answer(fresh), truth)["recall.rare"].value
    assert recall is not None
    return recall


@pytest.mark.parametrize("class_weights", ["inverse", "balanced", "dynamic", [1.0, 50.0]])
def test_focal_loss_and_class_weights_find_the_minority(class_weights: object) -> None:
    assert minority_recall() <= 0.1, "cross-entropy alone overlooks one in a hundred"
    assert minority_recall(gamma=2.0, class_weights=class_weights) >= 0.6


def test_dynamic_weights_follow_what_an_evaluation_missed() -> None:
    _, labels = ninety_nine_to_one(seed=0)
    task = Classification("kind", ["common", "rare"], class_weights="dynamic")
    task.fit(labels)
    before = task.weights.clone()
    never = {"kind.logits": torch.tensor([5.0, -5.0]).expand(1000, 2)}
    task.after_epoch(never, labels)
    assert task.weights[1] / task.weights[0] > 1.3 * before[1] / before[0]
    for _ in range(20):
        task.after_epoch(never, labels)
    settled = task.weights.clone()
    assert settled.isfinite().all()
    always = {"kind.logits": -never["kind.logits"]}
    for _ in range(20):
        task.after_epoch(always, labels)
    assert task.weights[1] / task.weights[0] < 0.1 * settled[1] / settled[0]
    assert float((task.weights * task.counts).sum()) == pytest.approx(1000, rel=1e-4)


@pytest.mark.parametrize("class_weights", ["none", "inverse", "balanced", [1.0, 2.0]])
def test_fixed_weights_stay(class_weights: object) -> None:
    _, labels = ninety_nine_to_one(seed=0)
    task = Classification("kind", ["a", "b"], class_weights=class_weights)  # type: ignore[arg-type]
    task.fit(labels)
    before = task.weights.clone()
    task.after_epoch({"kind.logits": torch.randn(1000, 2)}, labels)
    assert torch.equal(task.weights, before)


def test_label_smoothing_keeps_answers_from_certainty() -> None:
    generator = torch.Generator().manual_seed(0)
    x = torch.randn((200, 2), generator=generator)
    labels = Labels({"side": (x[:, 0] > 0).long()}, {"side": torch.ones(200, dtype=torch.bool)})
    sure = []
    for smoothing in (0.0, 0.4):
        task = Classification("side", ["left", "right"], label_smoothing=smoothing)
        task.fit(labels)
        torch.manual_seed(0)
        answer = train(task, x, labels, nn.Linear(2, 2), "logits", steps=120)
        sure.append(task.predict(answer(x))["probabilities"].max(-1).values.mean().item())
    assert sure[0] > 0.85
    assert sure[1] < 0.8  # a label of 0.8 leaves no more


def test_a_teacher_teaches_rows_that_have_no_label() -> None:
    generator = torch.Generator().manual_seed(0)
    x = torch.randn((300, 3), generator=generator)
    truth = (x @ torch.tensor([1.0, -1.0, 0.5]) > 0).long()
    few = torch.zeros(300, dtype=torch.bool)
    few[:2] = True
    wise = 3 * torch.stack(
        [-(x @ torch.tensor([1.0, -1.0, 0.5])), x @ torch.tensor([1.0, -1.0, 0.5])], -1
    )
    everyone = torch.ones(300, dtype=torch.bool)
    labels = Labels({"k": truth, "k.teacher": wise}, {"k": few, "k.teacher": everyone})
    alone, taught = Classification("k", ["a", "b"]), Distilled(Classification("k", ["a", "b"]))
    scores = []
    for task in (alone, taught):
        task.fit(labels)
        torch.manual_seed(0)
        answer = train(task, x, labels, nn.Linear(3, 2), "logits")
        figure = task.metrics(answer(x), Labels({"k": truth}, {"k": everyone}))["accuracy"]
        assert figure.value is not None
        scores.append(figure.value)
    assert scores[1] > 0.97
    assert scores[1] > scores[0] + 0.05


def test_a_likelihood_learns_where_labels_are_noisy() -> None:
    generator = torch.Generator().manual_seed(0)
    x = torch.rand((600, 1), generator=generator)
    noise = torch.where(x[:, 0] > 0.5, 0.5, 0.05)
    y = 3e-3 * (x[:, 0] + noise * torch.randn(600, generator=generator))
    task = Regression("t", loss="nll")
    labels = Labels({"t": y}, {"t": torch.ones(600, dtype=torch.bool)})
    task.fit(labels)
    torch.manual_seed(0)
    body = nn.Sequential(nn.Linear(1, 16), nn.Tanh(), nn.Linear(16, 2))
    optimiser = torch.optim.Adam(body.parameters(), 0.03)
    start = task.start()

    def outputs() -> dict[str, Tensor]:
        raw = body(x)
        mean = start.centre + start.spread * raw[:, 0]
        return {"t.mean": mean, "t.log_variance": 2 * start.spread.log() + raw[:, 1]}

    for _ in range(250):
        optimiser.zero_grad()
        loss = task.loss(outputs(), labels)
        (loss.total / loss.weight).backward()
        optimiser.step()
    spread = task.predict(outputs())["spread"]
    ratio = spread[x[:, 0] > 0.6].mean() / spread[x[:, 0] < 0.4].mean()
    assert 5.0 < ratio.item() < 15.0  # it is 10
