"""A run that fails says so within an epoch, by the right flag; a healthy one says nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
import torch
from torch import Tensor

from evoscope.multitask import Batch, Labels


def shuffled(batch: Batch) -> Batch:
    order = torch.randperm(len(batch), generator=torch.Generator().manual_seed(3))
    return Batch(batch.inputs, batch.labels[order])


@pytest.mark.parametrize("epochs", [1, 4])
def test_a_healthy_run_raises_no_flag(healthy: Any, epochs: int) -> None:
    assert healthy.spoiled(epochs=epochs).raised() == {}


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
    assert run.ended.startswith("red flag not_finite: loss loss should be finite. Found nan")
    assert run.steps < 60


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
    assert raised["not_finite"] == {"loss", "size"}


def test_one_task_that_takes_all_is_named(healthy: Any) -> None:
    raised = healthy.spoiled(weights={"kind": 1.0, "size": 1e4}, rate=1e-4).raised()
    assert {"size (loss)", "size (gradient)"} <= raised["dominance"]


def test_gradients_that_explode_are_named_by_head(healthy: Any) -> None:
    raised = healthy.spoiled(weights={"kind": 1e3, "size": 1e-9}).raised()
    assert raised["gradient_norm"] == {"kind", "backbone", "size"}


def test_attention_that_looks_at_one_key_is_named(healthy: Any, attending: Any) -> None:
    healthy.net.backbone = attending(sharpness=300.0)
    assert healthy.raised()["attention_entropy"] == {"backbone.pooling"}


def test_attention_that_spreads_is_left_alone(healthy: Any, attending: Any) -> None:
    healthy.net.backbone = attending(sharpness=1.0)
    assert "attention_entropy" not in healthy.raised()
