"""Folds are dealt by group, alike in what is rare, and nothing tested is trained on."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from evoscope.multitask import Batch, Labels
from evoscope.multitask.validation.folds import (
    checked_folds,
    checked_groups,
    group_folds,
    refuse_copies,
)

NONE = Labels({}, {})


def of_kind(kind: np.ndarray[Any, Any]) -> Labels:
    known = torch.ones(len(kind), dtype=torch.bool)
    return Labels({"kind": torch.from_numpy(kind)}, {"kind": known})


@settings(deadline=None, max_examples=40)
@given(
    groups=st.lists(st.integers(0, 30), min_size=3, max_size=80).filter(lambda g: len(set(g)) >= 3),
    folds=st.integers(3, 6),
    seed=st.integers(0, 3),
)
def test_every_group_is_in_one_fold_and_no_fold_is_empty(
    groups: list[int], folds: int, seed: int
) -> None:
    folds = min(folds, len(set(groups)))
    found = group_folds(groups, NONE, folds, seed=seed)
    assert set(found.tolist()) == set(range(folds))
    for group in set(groups):
        assert len({fold for fold, own in zip(found, groups, strict=True) if own == group}) == 1


def test_a_rare_class_is_in_every_fold() -> None:
    patients = np.repeat(np.arange(100), 4)
    sick = np.isin(patients, [3, 4, 5, 6, 7, 50, 51, 52, 53, 54])
    found = group_folds(patients, of_kind(sick.astype(np.int64)), 5)
    assert np.bincount(found[sick]).tolist() == [8] * 5
    assert np.bincount(found).tolist() == [80] * 5


def test_rows_of_a_rarely_labelled_task_are_in_every_fold() -> None:
    patients = np.arange(60)
    known = torch.zeros(60, dtype=torch.bool)
    known[:10] = True
    size = torch.where(known, torch.arange(60.0), torch.nan)
    found = group_folds(patients, Labels({"size": size}, {"size": known}), 5)
    assert np.bincount(found[:10], minlength=5).tolist() == [2] * 5
    # Large and small ones, too.
    assert np.bincount(found[5:10], minlength=5).tolist() == [1] * 5


def test_large_groups_leave_the_folds_of_one_size() -> None:
    groups = np.repeat(np.arange(14), [40, 40, 40, 40, 40, *[10] * 5, *[5] * 4])
    sizes = np.bincount(group_folds(groups, NONE, 5))
    assert sizes.max() - sizes.min() <= 5


def test_folds_depend_on_the_seed_and_on_nothing_else() -> None:
    groups, labels = np.arange(30), of_kind(np.arange(30) % 2)
    first, again, other = (group_folds(groups, labels, 3, seed=seed) for seed in (1, 1, 2))
    assert first.tolist() == again.tolist() != other.tolist()


@pytest.mark.parametrize("folds", [2, 4])
def test_folds_that_cannot_be_dealt_are_refused(folds: int) -> None:
    with pytest.raises(ValueError, match=rf"Found {folds} folds of 3 groups"):
        group_folds(["a", "b", "c"], NONE, folds)


@pytest.mark.parametrize("nobody", [None, "", float("nan")])
def test_a_row_without_a_group_is_refused(nobody: object) -> None:
    with pytest.raises(ValueError, match=r"Found none in rows \[1\]\. Name one"):
        checked_groups(np.array(["a", nobody, "b"], dtype=object), 3)


def test_groups_of_other_rows_are_refused() -> None:
    with pytest.raises(ValueError, match=r"one for each of 4 rows\. Found \(2,\)"):
        checked_groups(["a", "b"], 4)


@pytest.mark.parametrize("folds", [[0, 1, 1], [0, 1, 3], [1, 2, 3], [0, 1], [0.5, 1, 2]])
def test_folds_that_are_not_numbered_from_0_are_refused(folds: list[float]) -> None:
    with pytest.raises(ValueError, match="folds should be a number from 0 on"):
        checked_folds(np.array(folds), np.array(["a", "b", "c"]))


def test_copies_of_a_row_under_two_names_are_refused_and_under_one_are_not() -> None:
    x = torch.randn(4, 3, generator=torch.Generator().manual_seed(0))
    x[3] = x[1]
    batch = Batch({"wave": x, "age": torch.ones(4)}, NONE)
    refuse_copies(batch, np.array(["a", "b", "c", "b"]))
    with pytest.raises(ValueError, match="same inputs in row 1 of 'b' and row 3 of 'd'"):
        refuse_copies(batch, np.array(["a", "b", "c", "d"]))
    # Rows that are alike in one input only are no copies.
    refuse_copies(batch[:3], np.array(["a", "b", "c"]))
