"""What a newcomer gets wrong first is said before a run begins, and before its folder is made."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from evoscope.multitask import (
    Batch,
    ImprovedTaskHead,
    Labels,
    MultiTaskModel,
    Regression,
    RobustThresholdHead,
    train,
)

ROWS = Batch(
    {"input": torch.randn(32, 6, generator=torch.Generator().manual_seed(0))},
    Labels.where_known({"size": torch.linspace(0.0, 1.0, 32)}),
)


def head(**asked: bool) -> ImprovedTaskHead:
    return ImprovedTaskHead(6, 1, (8,), task_type="regression", **asked)


def begin(
    problem: ModuleType, folder: Path, own: nn.Module, task: Regression, rows: Batch = ROWS
) -> Any:
    net = MultiTaskModel(nn.Sequential(nn.Linear(6, 6)), {"size": own})  # type: ignore[dict-item]
    return train(net, [task], rows, None, problem.recipe(epochs=1), folder=folder / "run")


@pytest.mark.parametrize(
    ("asked", "task", "message"),
    [
        (
            {},
            {"loss": "nll"},
            r"\['size\.log_variance'\] for task 'size'\. Found \['size\.mean'\]\. "
            r"ImprovedTaskHead\(with_uncertainty=True\) answers log_variance",
        ),
        (
            {"with_uncertainty": True},
            {"loss": "mixture"},
            r"ImprovedTaskHead\(with_outliers=True\) answers outlier_logit",
        ),
        ({}, {"auxiliary_weight": 0.3}, "RobustThresholdHead answers auxiliary"),
    ],
)
def test_a_head_that_lacks_a_part_is_refused_before_training(
    problem: ModuleType, tmp_path: Path, asked: Any, task: Any, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        begin(problem, tmp_path, head(**asked), Regression("size", **task))
    assert list(tmp_path.iterdir()) == []


def test_the_heads_that_are_named_have_the_parts(problem: ModuleType, tmp_path: Path) -> None:
    both = head(with_uncertainty=True, with_outliers=True)
    assert begin(problem, tmp_path, both, Regression("size", loss="mixture")).ended == "completed"
    assert both(torch.randn(4, 6))["outlier_logit"].sigmoid().mean() < 0.2
    robust = RobustThresholdHead(6, low=-1.0, high=2.0, hidden_dim=8)
    parts = robust(torch.randn(2, 6, 9))
    assert parts.keys() >= {"mean", "log_variance", "outlier_logit", "auxiliary"}


def test_outliers_are_asked_of_numbers_only() -> None:
    with pytest.raises(ValueError, match="with_outliers should be asked of 'regression'"):
        ImprovedTaskHead(6, 3, with_outliers=True)


def test_inputs_of_double_precision_are_refused_by_name(
    problem: ModuleType, tmp_path: Path
) -> None:
    rows = Batch({"input": ROWS.inputs["input"].double()}, ROWS.labels)
    with pytest.raises(ValueError, match=r"inputs\['input'\] should be torch\.float32.*\.float\("):
        begin(problem, tmp_path, head(), Regression("size"), rows)
    assert list(tmp_path.iterdir()) == []


def test_inputs_of_another_name_are_told_the_models_arguments(
    problem: ModuleType, tmp_path: Path
) -> None:
    rows = Batch({"x": ROWS.inputs["input"]}, ROWS.labels)
    expected = r"arguments of Sequential: \['input'\]\. Found \['x'\]"
    with pytest.raises(ValueError, match=expected):
        begin(problem, tmp_path, head(), Regression("size"), rows)
    assert list(tmp_path.iterdir()) == []


def test_arrays_in_the_place_of_tensors_are_named() -> None:
    # Built past the shapes that tests enforce: a user runs without them.
    labels = object.__new__(Labels)
    object.__setattr__(labels, "targets", {"y": np.zeros(3)})
    object.__setattr__(labels, "present", {"y": np.ones(3, bool)})
    with pytest.raises(ValueError, match=r"targets\['y'\] should be a torch tensor\. Found numpy"):
        labels.__post_init__()


def test_what_is_nan_is_missing_also_in_arrays_and_in_columns() -> None:
    labels = Labels.where_known({"y": np.array([[1.0, np.nan], [2.0, 3.0]])})
    assert labels.present["y"].tolist() == [[True, False], [True, True]]
