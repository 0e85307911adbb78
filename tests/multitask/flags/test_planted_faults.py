"""A run that fails says so within an epoch, by the right flag; a healthy one says nothing."""

from __future__ import annotations

import signal
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from evoscope.multitask import (
    Batch,
    Callback,
    Control,
    EpochResult,
    ImprovedTaskHead,
    Labels,
    MultiTaskModel,
    Recipe,
    Regression,
    StepResult,
    read_log,
    train,
)
from evoscope.multitask.verdict import read_result


def shuffled(batch: Batch) -> Batch:
    order = torch.randperm(len(batch), generator=torch.Generator().manual_seed(3))
    return Batch(batch.inputs, batch.labels[order])


@pytest.mark.parametrize("epochs", [1, 4])
def test_a_healthy_run_raises_no_flag(healthy: Any, epochs: int) -> None:
    assert healthy.spoiled(epochs=epochs).raised() == {}


def test_a_likelihood_with_outliers_and_few_labels_is_left_to_learn(tmp_path: Path) -> None:
    x = torch.randn(2000, 6, generator=torch.Generator().manual_seed(0))
    draws = torch.rand(2, 2000, generator=torch.Generator().manual_seed(1))
    y = 50 + 4 * x[:, 3] - 3 * x[:, 0]
    y = torch.where(draws[0] < 0.03, y + 50 * torch.sign(x[:, 1]), y)
    rows = Batch({"input": x}, Labels({"y": y}, {"y": draws[1] < 0.1}))
    torch.manual_seed(0)
    head = ImprovedTaskHead(32, 1, (16,), 0.1, task_type="regression", with_uncertainty=True)
    net = MultiTaskModel(nn.Sequential(nn.Linear(6, 32), nn.GELU()), {"y": head})
    fields = {"epochs": 5, "batch_size": 32, "device": "cpu", "optimiser": {"learning_rate": 3e-3}}
    run = train(
        net,
        [Regression("y", loss="nll")],
        rows[:1500],
        rows[1500:],
        Recipe.model_validate(fields),
        folder=tmp_path / "run",
    )
    lines = read_log(tmp_path / "run" / "log.jsonl")
    assert [line for line in lines if line["event"] == "rate"] == []
    assert {line.get("flag") for line in lines} & {"diverging", "gradient_norm"} == set()
    assert run.result is not None
    correlation = run.result.metrics["y"]["correlation"].value
    assert correlation is not None
    assert correlation > 0.3


def test_large_weights_do_not_make_a_healthy_gradient_large(healthy: Any) -> None:
    # Where losses are small, uncertainty weighting comes to weights like these.
    assert healthy.spoiled(weights={"kind": 30.0, "size": 30.0}).raised() == {}


def test_a_constant_head_is_seen_by_its_answers(healthy: Any, change_head: Any) -> None:
    for head in ("kind", "size"):
        change_head(healthy.net, head, features=torch.zeros_like)
    raised = healthy.raised()
    assert raised["constant_answers"] == {"kind", "size"}
    assert raised["below_trivial"] == {"kind", "size"}


def test_shuffled_labels_are_seen_as_nothing_learned(healthy: Any) -> None:
    raised = healthy.spoiled(training=shuffled(healthy.training)).raised()
    assert raised["below_trivial"] == {"kind", "size"}
    assert "size.r2" in raised["negative_r2"]


def test_a_rate_of_a_hundredfold_is_seen(healthy: Any) -> None:
    raised = healthy.spoiled(rate=100 * healthy.rate).raised()
    assert raised["diverging"] == {"kind", "size"}


def test_a_detached_head_has_no_gradient(healthy: Any, change_head: Any) -> None:
    change_head(healthy.net, "size", answers=torch.detach)
    assert healthy.raised()["gradient_norm"] == {"size"}


def test_a_nan_input_stops_the_run_at_its_step(healthy: Any) -> None:
    x = healthy.training.inputs["input"].clone()
    x[7, 2] = torch.nan
    run = healthy.spoiled(training=Batch({"input": x}, healthy.training.labels)).train()
    assert run.ended.startswith(
        "red flag not_finite: loss of all tasks should be finite. Found nan"
    )
    assert run.steps < 60


def test_nan_answers_on_validation_rows_are_seen(healthy: Any) -> None:
    x = healthy.validation.inputs["input"].clone()
    x[3, 0] = torch.inf
    spoiled = Batch({"input": x}, healthy.validation.labels)
    raised = healthy.spoiled(validation=spoiled).raised()
    assert raised["not_finite"] >= {"kind (validation)", "kind.macro_f1"}


@dataclass
class SpoilingLabels:
    """A source whose labels are whole when the tasks are fitted, and NaN in one row of a batch."""

    data: Batch

    @property
    def labels(self) -> Labels:
        return self.data.labels

    def __len__(self) -> int:
        return len(self.data)

    def batch(self, rows: Tensor, generator: torch.Generator) -> Batch:
        batch = self.data.batch(rows, generator)
        size = batch.labels.targets["size"].clone()
        size[batch.labels.present["size"].nonzero()[0]] = torch.nan
        return Batch(
            batch.inputs, Labels({**batch.labels.targets, "size": size}, batch.labels.present)
        )


def test_a_nan_label_names_its_task(healthy: Any) -> None:
    raised = healthy.spoiled(training=SpoilingLabels(healthy.training)).raised()
    assert raised["not_finite"] == {"all tasks", "size"}


def test_one_task_that_takes_all_is_named(healthy: Any) -> None:
    raised = healthy.spoiled(weights={"kind": 1.0, "size": 1e4}, rate=1e-4).raised()
    assert {"size (loss)", "size (gradient)"} <= raised["dominance"]


def test_gradients_that_explode_or_vanish_are_named_by_head(healthy: Any, change_head: Any) -> None:
    change_head(healthy.net, "kind", answers=lambda logits: 1e3 * logits)
    change_head(healthy.net, "size", answers=lambda x: x.detach() + 1e-9 * (x - x.detach()))
    assert healthy.raised()["gradient_norm"] == {"kind", "backbone", "size"}


def test_attention_that_looks_at_one_key_is_named(healthy: Any, attending: Any) -> None:
    healthy.net.backbone = attending(sharpness=300.0)
    assert healthy.raised()["attention_entropy"] == {"backbone.pooling"}


def test_attention_that_spreads_is_left_alone(healthy: Any, attending: Any) -> None:
    healthy.net.backbone = attending(sharpness=1.0)
    assert "attention_entropy" not in healthy.raised()


class Interrupted(Callback):
    """Asks the process to end, once."""

    def __init__(self, step: int) -> None:
        self._step = step

    def on_step(self, run: Control, result: StepResult) -> None:  # noqa: ARG002
        if result.step == self._step:
            signal.raise_signal(signal.SIGTERM)


def test_flags_survive_an_interruption(healthy: Any, tmp_path: Path) -> None:
    failing = healthy.spoiled(training=shuffled(healthy.training), epochs=2)
    whole = failing.spoiled(folder=tmp_path / "whole", net=deepcopy(failing.net)).train()
    again = deepcopy(failing.net)
    cut = failing.spoiled(others=(Interrupted(step=60),)).train()
    assert cut.verdict.outcome == "unfinished"
    assert len(cut.verdict.flags) >= 3
    resumed = failing.spoiled(net=again, resume=True).train()
    assert resumed.verdict == whole.verdict


def test_a_run_ends_with_a_verdict_that_its_flags_are_part_of(healthy: Any) -> None:
    verdict = healthy.train().verdict
    assert verdict.outcome == "better than trivial"
    assert verdict.tasks["size"].advantage.low > 0
    assert read_result(healthy.folder).verdict == verdict


def test_a_task_that_learns_nothing_is_the_verdict_on_the_run(
    healthy: Any, change_head: Any
) -> None:
    change_head(healthy.net, "size", answers=torch.detach)
    run = healthy.train()
    assert run.verdict.outcome == "not distinguishable"
    assert run.verdict.tasks["kind"].verdict == "better than trivial"
    assert "gradient_norm of size (epoch 1)" in str(run.verdict)
    logged = [line for line in read_log(run.folder / "log.jsonl") if line["event"] == "verdict"]
    assert [line["outcome"] for line in logged] == [run.verdict.outcome]


def test_a_run_that_a_flag_stopped_says_so(healthy: Any, change_head: Any) -> None:
    change_head(healthy.net, "size", answers=torch.detach)
    stopping = healthy.spoiled(flags={"gradient_norm": {"action": "stop"}})
    run = stopping.train()
    assert run.steps == 10
    assert run.verdict.outcome == "stopped by a red flag"
    assert run.verdict.tasks["size"].verdict == "not distinguishable"


def test_a_lowered_rate_is_lower_from_then_on(healthy: Any) -> None:
    run = healthy.spoiled(rate=100 * healthy.rate).train()
    lines = read_log(run.folder / "log.jsonl")
    lowered = next(i for i, line in enumerate(lines) if line["event"] == "rate")
    before = [line for line in lines[:lowered] if line["event"] == "step"][-1]
    after = next(line for line in lines[lowered:] if line["event"] == "step")
    assert after["learning_rates"]["base"] < 0.2 * before["learning_rates"]["base"]


def test_a_run_that_failed_with_an_error_is_judged_as_failed(healthy: Any) -> None:
    class Broken(Callback):
        def on_epoch(self, run: Control, result: EpochResult) -> None:  # noqa: ARG002
            raise RuntimeError("disk full")

    with pytest.raises(RuntimeError, match="disk full"):
        healthy.spoiled(others=(Broken(),)).train()
    assert str(read_result(healthy.folder).verdict).startswith(
        "failed (failed: RuntimeError: disk full); "
    )
