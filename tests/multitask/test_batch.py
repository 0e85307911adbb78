"""Sets of rows stay whole, whatever is chosen, split or shared out."""

from __future__ import annotations

from random import Random

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from evoscope.multitask.batch import Batch, Labels, rows_of


def batch_of(sizes: list[int]) -> Batch:
    rows = torch.arange(sum(sizes)).float()
    member = torch.repeat_interleave(torch.arange(len(sizes)), torch.tensor(sizes))
    labels = Labels({"y": rows.clone()}, {"y": torch.ones(len(rows), dtype=torch.bool)})
    return Batch({"x": rows, "member": member}, labels, torch.tensor(sizes))


SIZES = st.lists(st.integers(1, 5), min_size=1, max_size=8)


@settings(deadline=None)
@given(SIZES, st.integers(1, 9))
def test_a_set_is_never_cut(sizes: list[int], at_once: int) -> None:
    whole = batch_of(sizes)
    parts = list(whole.split(at_once))
    assert [n for part in parts for n in part.sizes.tolist()] == sizes
    assert torch.cat([part.inputs["x"] for part in parts]).tolist() == whole.inputs["x"].tolist()
    for part in parts:
        assert len(part) <= at_once
        counts = part.inputs["member"].unique_consecutive(return_counts=True)[1]
        assert counts.tolist() == part.sizes.tolist()


@settings(deadline=None)
@given(SIZES, st.randoms(use_true_random=False))
def test_sets_come_in_the_order_asked_for_with_their_labels(
    sizes: list[int], random: Random
) -> None:
    order = list(range(len(sizes)))
    random.shuffle(order)
    chosen = batch_of(sizes)[torch.tensor(order)]
    assert chosen.inputs["member"].unique_consecutive().tolist() == order
    torch.testing.assert_close(chosen.inputs["x"], chosen.labels.targets["y"])


def test_rows_of_a_set() -> None:
    assert rows_of(torch.tensor([3, 1, 2]), torch.tensor([1, 2])).tolist() == [3, 4, 5]


@pytest.mark.parametrize("sizes", [[2, 2], [5, 0]])
def test_sizes_that_do_not_fit_are_refused(sizes: list[int]) -> None:
    rows = torch.zeros(5)
    with pytest.raises(ValueError, match="add up to the 5 rows"):
        Batch({"x": rows}, Labels({}, {}), torch.tensor(sizes))
