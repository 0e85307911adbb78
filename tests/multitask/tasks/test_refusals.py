"""What cannot be is refused, with the value, the row, and what to do."""

from __future__ import annotations

from collections.abc import Callable

import jaxtyping
import pytest
import torch
from torch import Tensor

from evoscope.multitask.batch import Labels
from evoscope.multitask.tasks import (
    BoundedRegression,
    Classification,
    Dense,
    Distilled,
    MultiLabel,
    Ordinal,
    Regression,
    Task,
)

NAN = float("nan")


@pytest.mark.parametrize(
    ("task", "target", "message"),
    [
        (
            Classification("t", ["a", "b"]),
            torch.tensor([0, 1, 2, 1, -1]),
            r"'t' should be class numbers from 0 to 1. Found 2 in row 2, -1 in row 4\.",
        ),
        (Classification("t", ["a", "b"]), torch.tensor([0.0, 1.0]), "integer type. Found torch.f"),
        (Ordinal("t", ["a", "b"]), torch.tensor([0, 5]), "from 0 to 1. Found 5 in row 1"),
        (
            MultiLabel("t", ["a", "b"]),
            torch.tensor([[0.0, 1.0], [0.0, 2.0]]),
            "between 0 .* and 1 .*. Found 2 in row 1",
        ),
        (MultiLabel("t", ["a", "b"]), torch.zeros(3), r"shape \('n', 2\). Found \(3,\)"),
        (Regression("t"), torch.tensor([1.0, NAN, 2.0]), "finite where present.*nan in row 1"),
        (Regression("t"), torch.tensor([1.0, 2.0, float("inf")]), "Found inf in row 2"),
        (Regression("t"), torch.tensor([3.0, 3.0]), "should vary. Found one value for all rows of"),
        (Regression("t"), torch.zeros(3, 2), "Name one column for every number"),
        (
            Regression("t", columns=["I", "V"]),
            torch.tensor([[1.0, 2.0], [2.0, 2.0]]),
            r"one value for all rows of \['V'\]",
        ),
        (
            BoundedRegression("t", low=0.0, high=100.0),
            torch.tensor([10.0, -5.0, 120.0]),
            "between 0.0 and 100.0. Found -5 in row 1, 120 in row 2",
        ),
        (
            BoundedRegression("t", low=[0.0, 1.0], high=[1.0, 2.0], columns=["a", "b"]),
            torch.tensor([[0.5, 1.5], [1.5, 1.5]]),
            r"Found 1.5 in row 1\.",
        ),
        (Dense("t"), torch.zeros(3), "should be signals"),
        (Dense("t"), torch.ones(3, 4), "should differ between rows"),
        (Distilled(Regression("t")), torch.tensor([1.0, 2.0]), "should hold 't.teacher'"),
    ],
)
def test_impossible_labels_are_refused(task: Task, target: Tensor, message: str) -> None:
    labels = Labels({"t": target}, {"t": torch.ones(len(target), dtype=torch.bool)})
    with pytest.raises(ValueError, match=message):
        task.fit(labels)


def test_impossible_values_are_no_matter_where_they_are_masked() -> None:
    labels = Labels(
        {"t": torch.tensor([10.0, 20.0, -5.0, NAN])},
        {"t": torch.tensor([True, True, False, False])},
    )
    task = BoundedRegression("t", low=0.0, high=100.0)
    task.fit(labels)
    assert task.start().centre.item() == 15.0


def test_many_wrong_rows_are_counted_not_listed() -> None:
    target = torch.full((40,), 9)
    labels = Labels({"t": target}, {"t": torch.ones(40, dtype=torch.bool)})
    with pytest.raises(ValueError, match="9 in row 4 and 35 more"):
        Classification("t", ["a", "b"]).fit(labels)


def test_a_column_without_a_label_is_named() -> None:
    known = torch.tensor([[True, False], [True, False]])
    labels = Labels({"t": torch.tensor([[1.0, NAN], [2.0, NAN]])}, {"t": known})
    with pytest.raises(ValueError, match=r"Found none of \['V'\]: leave these columns out"):
        Regression("t", columns=["I", "V"]).fit(labels)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Classification("t", ["a"]), "at least two different names"),
        (lambda: Classification("t", ["a", "a"]), "at least two different names"),
        (lambda: Classification("t", ["a", "b"], class_weights=[1.0]), "or 2 positive numbers"),
        (lambda: Classification("t", ["a", "b"], class_weights=[1.0, 0.0]), "positive numbers"),
        (
            lambda: Classification("t", ["a", "b"], class_weights="inversed"),
            "'dynamic'.*'inversed'",
        ),
        (lambda: MultiLabel("t", []), "one or more different names"),
        (lambda: MultiLabel("t", ["a"], class_weights=[1.0, 2.0]), "or 1 positive numbers"),
        (lambda: Regression("t", loss="mae"), r"'mixture'\). Found 'mae'"),
        (lambda: Regression("t", auxiliary_weight=-1.0), "should not be negative. Found -1"),
        (lambda: BoundedRegression("t", low=1.0, high=0.0), "low should be below high"),
        (lambda: Dense("t", loss="nll"), "loss should be one of"),
        (lambda: Distilled(Regression("t"), weight=0.0), "weight should be positive. Found 0"),
    ],
)
def test_impossible_options_are_refused(
    make: Callable[[], Task], message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(jaxtyping.config, "jaxtyping_disable", True)  # a user has no such check
    with pytest.raises(ValueError, match=message):
        make()
