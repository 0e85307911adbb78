"""Figures and losses beside scikit-learn, torch and formulas, in the units of a clinic."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from sklearn import metrics
from torch import Tensor
from torch.nn import functional

from evoscope.multitask.batch import Labels
from evoscope.multitask.heads import ImprovedTaskHead
from evoscope.multitask.losses import compute_class_weights
from evoscope.multitask.tasks import (
    BoundedRegression,
    Classification,
    Dense,
    Distilled,
    GatedRegression,
    MultiLabel,
    Ordinal,
    Regression,
)

GENERATOR = torch.Generator().manual_seed(0)
WAVES = ("I", "III", "V")


def all_known(target: Tensor, name: str = "t") -> Labels:
    return Labels({name: target}, {name: torch.ones(len(target), dtype=torch.bool)})


@pytest.mark.parametrize(
    ("centre", "spread"),
    [(5.6e-3, 3e-4), (4e-7, 1e-7), (0.0, 1.0), (40.0, 20.0)],
    ids=["seconds", "volts", "no unit", "decibels"],
)
def test_r2_is_that_of_scikit_learn_in_any_unit(centre: float, spread: float) -> None:
    true = centre + spread * torch.randn(80, generator=GENERATOR)
    predicted = true + 0.4 * spread * torch.randn(80, generator=GENERATOR)
    task, labels = Regression("t"), all_known(true)
    task.fit(labels)
    figures = task.metrics({"t.mean": predicted}, labels)
    truth, guess = true.double().numpy(), predicted.double().numpy()
    assert figures["r2"].value == pytest.approx(metrics.r2_score(truth, guess), rel=1e-9)
    assert figures["mae"].value == pytest.approx(metrics.mean_absolute_error(truth, guess))
    assert figures["correlation"].value == pytest.approx(np.corrcoef(truth, guess)[0, 1])


def test_latencies_of_different_waves_do_not_flatter_each_other() -> None:
    true = torch.tensor([1.6, 3.8, 5.6]) + 0.2 * torch.randn((50, 3), generator=GENERATOR)
    task, labels = Regression("t", columns=WAVES), all_known(true)
    task.fit(labels)
    # Pooled as they are, the mean latency of each wave scores 0.98.
    pooled = metrics.r2_score(true.flatten(), true.mean(0).expand(50, 3).flatten())
    assert pooled > 0.9
    figures = task.metrics(task.baseline(labels), labels)
    assert figures["r2"].value == pytest.approx(0.0, abs=1e-6)
    assert figures["correlation"].value is None
    guess = true + 0.1 * torch.randn((50, 3), generator=GENERATOR)
    figures = task.metrics({"t.mean": guess}, labels)
    each = metrics.r2_score(true.double(), guess.double(), multioutput="raw_values")
    for wave, expected in zip(WAVES, each, strict=True):
        assert figures[f"r2.{wave}"].value == pytest.approx(expected)
    spread = task.start().spread
    together = metrics.r2_score(
        (true / spread).double(), (guess / spread).double(), multioutput="variance_weighted"
    )
    assert figures["r2"].value == pytest.approx(together, rel=1e-5)


@pytest.mark.parametrize("kind", ["mse", "huber"])
def test_a_loss_of_numbers_is_torchs_on_standardised_ones(kind: str) -> None:
    true = 5.6e-3 + 3e-4 * torch.randn(30, generator=GENERATOR)
    guess = 5.6e-3 + 3e-4 * torch.randn(30, generator=GENERATOR)
    task, labels = Regression("t", loss=kind), all_known(true)  # type: ignore[arg-type]
    task.fit(labels)
    x, y = ((v - true.mean()) / true.std(unbiased=False) for v in (guess, true))
    theirs = {"mse": functional.mse_loss, "huber": functional.huber_loss}[kind]
    loss = task.loss({"t.mean": guess[:, None]}, labels)
    torch.testing.assert_close(loss.total / loss.weight, theirs(x, y), rtol=1e-4, atol=1e-5)


def test_a_likelihood_is_the_same_in_seconds_and_milliseconds() -> None:
    true = 5.6 + 0.3 * torch.randn(30, generator=GENERATOR)
    guess = 5.6 + 0.3 * torch.randn(30, generator=GENERATOR)
    found = []
    for unit in (1.0, 1e-3):
        task, labels = Regression("t", loss="nll", beta=0.0), all_known(unit * true)
        task.fit(labels)
        log_variance = torch.full((30,), 2 * float(np.log(0.2 * unit)))
        outputs = {"t.mean": unit * guess, "t.log_variance": log_variance}
        found.append(float(task.loss(outputs, labels).total))
        assert task.predict(outputs)["spread"][0].item() == pytest.approx(0.2 * unit, rel=1e-4)
    assert found[0] == pytest.approx(found[1], rel=1e-3)


@pytest.mark.parametrize("weights", ["none", "inverse", [0.2, 5.0, 2.0]])
def test_a_loss_of_classes_is_torchs(weights: str | list[float]) -> None:
    true = torch.randint(3, (60,), generator=GENERATOR)
    logits = torch.randn((60, 3), generator=GENERATOR)
    task, labels = Classification("t", WAVES, class_weights=weights), all_known(true)  # type: ignore[arg-type]
    task.fit(labels)
    chosen = {"none": None, "inverse": compute_class_weights(true, 3).float()}
    weight = chosen[weights] if isinstance(weights, str) else torch.tensor(weights)
    loss = task.loss({"t.logits": logits}, labels)
    theirs = functional.cross_entropy(logits, true, weight=weight)
    torch.testing.assert_close(loss.total / loss.weight, theirs)


def test_figures_of_classes_are_scikit_learns() -> None:
    true = torch.randint(3, (60,), generator=GENERATOR)
    logits = torch.randn((60, 3), generator=GENERATOR)
    task, labels = Classification("t", WAVES), all_known(true)
    task.fit(labels)
    figures = task.metrics({"t.logits": logits}, labels)
    called = logits.argmax(-1)
    recalls = metrics.recall_score(true, called, average=None)
    expected = {
        "macro_f1": metrics.f1_score(true, called, average="macro"),
        "balanced_accuracy": metrics.balanced_accuracy_score(true, called),
        "accuracy": metrics.accuracy_score(true, called),
    } | {f"recall.{wave}": recall for wave, recall in zip(WAVES, recalls, strict=True)}
    assert {name: figure.value for name, figure in figures.items()} == pytest.approx(expected)


def test_figures_of_labels_are_scikit_learns_over_what_is_known() -> None:
    true = torch.randint(2, (60, 3), generator=GENERATOR)
    logits = torch.randn((60, 3), generator=GENERATOR)
    known = torch.rand((60, 3), generator=GENERATOR) < 0.7
    task, labels = MultiLabel("t", WAVES), Labels({"t": true}, {"t": known})
    task.fit(labels)
    figures = task.metrics({"t.logits": logits}, labels)
    columns = [(true[known[:, j], j], logits[known[:, j], j]) for j in range(3)]
    f1 = [metrics.f1_score(t, x > 0) for t, x in columns]
    auc = [metrics.roc_auc_score(t, x) for t, x in columns]
    precision = [metrics.average_precision_score(t, x) for t, x in columns]
    assert figures["macro_f1"].value == pytest.approx(np.mean(f1))
    assert figures["micro_f1"].value == pytest.approx(
        metrics.f1_score(true[known], logits[known] > 0)
    )
    assert figures["auc"].value == pytest.approx(np.mean(auc))
    assert figures["average_precision"].value == pytest.approx(np.mean(precision))
    assert figures["f1.V"].value == pytest.approx(f1[2])
    assert figures["auc.V"].value == pytest.approx(auc[2])


def test_answering_all_labels_is_the_trivial_answer_to_beat() -> None:
    true = (torch.rand((500, 3), generator=GENERATOR) < 0.1).float()
    task, labels = MultiLabel("t", WAVES), all_known(true)
    task.fit(labels)
    share = true.mean(0)
    trivial = task.metrics(task.baseline(labels), labels)
    assert trivial["macro_f1"].value == pytest.approx(float((2 * share / (1 + share)).mean()))
    assert trivial["auc"].value == 0.5


def test_cumulative_logits_give_differences_of_sigmoids() -> None:
    logits = 4 * torch.randn((40, 4), generator=GENERATOR).sort(-1, descending=True).values
    task = Ordinal("t", "abcde")
    above = torch.sigmoid(logits.double())
    edges = torch.cat([torch.ones(40, 1), above, torch.zeros(40, 1)], dim=-1)
    probabilities = task.predict({"t.logits": logits})["probabilities"]
    torch.testing.assert_close(
        probabilities.double(), edges[:, :-1] - edges[:, 1:], rtol=1e-4, atol=1e-6
    )


def test_ranks_are_judged_by_how_far_off_they_are() -> None:
    true = torch.randint(4, (60,), generator=GENERATOR)
    logits = torch.randn((60, 3), generator=GENERATOR).sort(-1, descending=True).values
    task, labels = Ordinal("t", "abcd"), all_known(true)
    task.fit(labels)
    figures = task.metrics({"t.logits": logits}, labels)
    called = (torch.sigmoid(logits) > 0.5).sum(-1)  # the median class
    kappa = metrics.cohen_kappa_score(true, called, weights="quadratic")
    assert figures["quadratic_kappa"].value == pytest.approx(kappa)
    assert figures["mae"].value == pytest.approx(float((called - true).abs().float().mean()))
    assert figures["accuracy"].value == pytest.approx(float((called == true).float().mean()))


@pytest.mark.parametrize("kind", [Classification, Ordinal])
def test_a_head_that_starts_there_answers_the_class_shares(kind: type[Classification]) -> None:
    true = torch.tensor([0] * 70 + [1] * 25 + [2] * 5)
    task, labels = kind("t", WAVES), all_known(true)
    task.fit(labels)
    ordinal = kind is Ordinal
    head = ImprovedTaskHead(
        4, 2 if ordinal else 3, task_type="ordinal" if ordinal else "classification"
    )
    head.start_at("", task.start())
    logits = head.eval()(torch.zeros(1, 4))["logits"]
    shares = task.predict({"t.logits": logits})["probabilities"][0]
    assert shares.tolist() == pytest.approx([0.70, 0.25, 0.05], abs=0.01)


@pytest.mark.parametrize("kind", [Classification, Ordinal, MultiLabel])
def test_with_class_weights_the_start_is_where_the_weighted_loss_is_least(kind: type) -> None:
    true = torch.tensor([0] * 700 + [1] * 250 + [2] * 50)
    if kind is MultiLabel:
        true = functional.one_hot(true, 3)
    task, labels = kind("t", WAVES, class_weights="inverse"), all_known(true)
    task.fit(labels)
    centre = task.start().centre.clone().requires_grad_()
    loss = task.loss({"t.logits": centre.expand(1000, -1)}, labels)
    (loss.total / loss.weight).backward()
    assert centre.grad is not None
    assert centre.grad.abs().max() < 2e-3


def test_an_error_as_large_as_the_signal_scores_one() -> None:
    true = torch.randn((20, 50), generator=GENERATOR) * 1e-7
    guess = true + 0.5e-7 * torch.randn((20, 50), generator=GENERATOR)
    known = torch.rand((20, 50), generator=GENERATOR) < 0.8
    task, labels = Dense("t"), Labels({"t": true}, {"t": known})
    task.fit(labels)
    assert task.metrics({"t.mean": 0 * true}, labels)["nmse"].value == pytest.approx(1.0)
    figures = task.metrics({"t.mean": guess}, labels)
    t, g = true[known].double(), guess[known].double()
    assert figures["nmse"].value == pytest.approx(float(((g - t) ** 2).sum() / (t**2).sum()))
    assert figures["correlation"].value == pytest.approx(np.corrcoef(t, g)[0, 1])
    assert figures["nmse"].n == int(known.sum())


def test_what_does_not_exist_is_neither_learned_nor_scored() -> None:
    latency = torch.tensor([[5.5, 1.0], [5.9, 2.0], [0.0, 3.0], [7.0, 4.0]])
    exists = torch.tensor([[1.0, 1.0], [1.0, 1.0], [0.0, 1.0], [1.0, float("nan")]])
    known = torch.tensor([[True, True]] * 3 + [[True, False]])
    recorded = torch.tensor([True, True, True, True])
    labels = Labels({"t": latency, "exists": exists}, {"t": recorded, "exists": known})
    task = GatedRegression("t", gate="exists", columns=("V", "I"), loss="huber")
    task.fit(labels)
    assert task.weight(labels).item() == 6
    assert task.start().centre.tolist() == pytest.approx([(5.5 + 5.9 + 7.0) / 3, 2.0])
    answer = latency.clone()
    answer[2, 0] = 999.0  # an answer for a wave that is not there
    figures = task.metrics({"t.mean": answer}, labels)
    assert figures["r2"].value == 1.0
    assert (figures["mae.V"].n, figures["mae.I"].n) == (3, 3)


def test_answers_beyond_the_bounds_are_cut() -> None:
    task, labels = (
        BoundedRegression("t", low=0.0, high=100.0),
        all_known(torch.tensor([0.0, 100.0])),
    )
    task.fit(labels)
    outputs = {"t.mean": torch.tensor([-20.0, 130.0])}
    assert task.predict(outputs)["value"].tolist() == [0.0, 100.0]
    assert task.metrics(outputs, labels)["mae"].value == 0.0


def test_labels_and_a_teacher_add_up() -> None:
    true = torch.randint(3, (20,), generator=GENERATOR)
    teacher = torch.randn((20, 3), generator=GENERATOR)
    logits = torch.randn((20, 3), generator=GENERATOR)
    has_label, taught = torch.rand((2, 20), generator=GENERATOR) < 0.6
    labels = Labels({"t": true, "t.teacher": teacher}, {"t": has_label, "t.teacher": taught})
    task = Distilled(Classification("t", WAVES), weight=0.25, temperature=3.0)
    task.fit(labels)
    loss = task.loss({"t.logits": logits}, labels)
    hard = functional.cross_entropy(logits[has_label], true[has_label], reduction="sum")
    soft = 9.0 * functional.kl_div(
        torch.log_softmax(logits[taught] / 3, -1),
        torch.softmax(teacher[taught] / 3, -1),
        reduction="sum",
    )
    torch.testing.assert_close(loss.total, hard + 0.25 * soft)
    assert loss.weight.item() == pytest.approx(int(has_label.sum()) + 0.25 * int(taught.sum()))


def test_a_mask_finer_than_rows_counts_single_values() -> None:
    true = torch.tensor([[1.0, float("nan")], [3.0, 8.0], [float("nan"), 4.0]])
    labels = Labels({"t": true}, {"t": true.isfinite()})
    task = Regression("t", columns=("a", "b"))
    task.fit(labels)
    assert task.start().centre.tolist() == [2.0, 6.0]
    assert task.weight(labels).item() == 4
