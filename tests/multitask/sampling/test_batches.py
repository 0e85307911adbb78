"""Which rows a model meets, in what order, and that a resumed run meets the same."""

from __future__ import annotations

import math
from typing import Any

import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from evoscope.multitask.batch import Labels
from evoscope.multitask.sampling import (
    BalancedSampling,
    Sampling,
    TaskAwareSampling,
    batches,
    n_batches,
    shard,
)

ADAPTER: TypeAdapter[Sampling] = TypeAdapter(Sampling)
ROWS = 1000
KINDS = torch.where(torch.arange(1000) % 3 == 0, 384, 200)
DOCUMENTS = [
    {"kind": "shuffled"},
    {"kind": "alike"},
    {"kind": "balanced", "task": "class"},
    {"kind": "task_aware"},
    {"kind": "task_aware", "shares": {"rare": 0.25}},
]


def labels() -> Labels:
    """Classes 99:1 on nine rows in ten, and a task labelled in one row of a hundred."""
    rows = torch.arange(ROWS)
    return Labels(
        {
            "class": (rows % 100 == 0).long(),
            "rare": torch.where(rows % 100 == 7, 1.0, torch.nan),
            "parts": torch.zeros(ROWS, 3),
        },
        {
            "class": rows % 10 != 9,
            "rare": rows % 100 == 7,
            "parts": (rows % 2 == 0)[:, None].repeat(1, 3),
        },
    )


def epoch(document: dict[str, Any], seed: int = 0, batch_size: int = 8) -> list[torch.Tensor]:
    return list(
        batches(
            ADAPTER.validate_python(document),
            labels(),
            ROWS,
            batch_size,
            torch.Generator().manual_seed(seed),
            kinds=KINDS,
        )
    )


@pytest.mark.parametrize("document", DOCUMENTS)
def test_a_resumed_run_goes_through_the_same_batches(document: dict[str, Any]) -> None:
    before = torch.get_rng_state()
    first, again, other = epoch(document), epoch(document), epoch(document, seed=1)
    assert all(torch.equal(a, b) for a, b in zip(first, again, strict=True))
    assert not all(torch.equal(a, b) for a, b in zip(first, other, strict=True))
    assert torch.equal(before, torch.get_rng_state())


@pytest.mark.parametrize("document", DOCUMENTS)
def test_an_epoch_is_as_long_whatever_the_sampling(document: dict[str, Any]) -> None:
    found = epoch(document, batch_size=7)
    assert len(found) == n_batches(ROWS, 7) == 143
    assert all(rows.dtype == torch.int64 for rows in found)
    assert {len(rows) for rows in found[:-1]} == {7}


@pytest.mark.parametrize("kind", ["shuffled", "alike"])
def test_every_row_comes_once(kind: str) -> None:
    assert torch.cat(epoch({"kind": kind}, batch_size=7)).sort().values.tolist() == list(
        range(ROWS)
    )


def test_rows_alike_meet_in_any_order_of_batches() -> None:
    found = [set(KINDS[rows].tolist()) for rows in epoch({"kind": "alike"}, batch_size=7)]
    assert sum(len(kinds) > 1 for kinds in found) <= 1
    long = [place for place, kinds in enumerate(found) if kinds == {384}]
    assert len(long) == pytest.approx(len(found) / 3, abs=1)
    assert max(long) - min(long) > len(found) / 2, "a run would see one kind, then the other"


def test_rows_alike_need_a_source_that_tells_them_apart() -> None:
    with pytest.raises(ValueError, match="without kinds"):
        list(batches(ADAPTER.validate_python({"kind": "alike"}), labels(), 9, 3, torch.Generator()))


def test_balanced_meets_a_rare_class_as_often_as_a_frequent_one() -> None:
    known = labels()
    rows = torch.cat(epoch({"kind": "balanced", "task": "class"}))
    labelled = rows[known.present["class"][rows]]
    assert len(labelled) / len(rows) == pytest.approx(0.9, abs=0.005)
    assert known.targets["class"][labelled].float().mean().item() == pytest.approx(0.5, abs=0.005)
    repeats = labelled[known.targets["class"][labelled] == 1].bincount(minlength=ROWS)
    used = repeats[known.present["class"] & (known.targets["class"] == 1)]
    assert used.max() - used.min() <= 1, "some rare rows come more often than others"


def test_the_parts_of_a_batch_that_processes_take_are_alike() -> None:
    """Rows laid out class after class would give each process, or micro-batch, a class."""
    known = labels()
    halves = [rows[:4] for rows in epoch({"kind": "balanced", "task": "class"})]
    rows = torch.cat(halves)
    labelled = rows[known.present["class"][rows]]
    assert known.targets["class"][labelled].float().mean().item() == pytest.approx(0.5, abs=0.08)


def test_every_batch_holds_every_task_in_its_share() -> None:
    known = labels()
    shares = {"rare": 0.25, "class": 0.5}
    for rows in epoch({"kind": "task_aware", "shares": shares}):
        for task, share in shares.items():
            mask = known.present[task].reshape(ROWS, -1).any(1)
            assert mask[rows].sum() >= 8 * share
    without = [bool(known.present["rare"][rows].any()) for rows in epoch({"kind": "shuffled"})]
    assert not all(without)


def test_all_tasks_share_alike_where_no_share_is_given() -> None:
    rows = torch.cat(epoch({"kind": "task_aware"}, batch_size=9))
    assert labels().present["rare"][rows].float().mean().item() >= 1 / 3


@given(
    shares=st.lists(st.floats(0.05, 1.0), min_size=1, max_size=6),
    batch_size=st.integers(20, 64),
)
def test_no_batch_is_further_than_a_row_from_a_share(shares: list[float], batch_size: int) -> None:
    total = sum(shares)
    given_shares = {f"t{i}": share / total / 1.0001 for i, share in enumerate(shares)}
    # Rows of one task each, so that what is counted was drawn for that task, or as the rest.
    rows = torch.arange(600) % len(shares)
    known = Labels(
        dict.fromkeys(given_shares, torch.zeros(600)),
        {task: rows == i for i, task in enumerate(given_shares)},
    )
    assume(min(given_shares.values()) * batch_size >= 1)
    sampling = ADAPTER.validate_python({"kind": "task_aware", "shares": given_shares})
    drawn = batches(sampling, known, 600, batch_size, torch.Generator().manual_seed(0))
    for chosen in drawn:
        assert len(chosen) == batch_size
        for task, share in given_shares.items():
            count = int(known.present[task][chosen].sum())
            assert count >= math.floor(share * batch_size - 1e-6)


@given(n=st.integers(0, 40), world=st.integers(1, 7))
def test_processes_take_every_row_of_a_batch_once(n: int, world: int) -> None:
    rows = torch.randperm(n, generator=torch.Generator().manual_seed(n))
    parts = [shard(rows, rank, world) for rank in range(world)]
    assert torch.cat(parts).sort().values.tolist() == list(range(n))
    assert max(map(len, parts)) - min(map(len, parts)) <= 1


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ({"kind": "balanced", "task": "clas"}, r"\['class', 'parts', 'rare'\]. Found 'clas'"),
        ({"kind": "balanced", "task": "rare"}, "one class number per row"),
        ({"kind": "balanced", "task": "parts"}, "one class number per row"),
        ({"kind": "task_aware", "shares": {"other": 0.5}}, "Found 'other'"),
        ({"kind": "task_aware", "shares": {"rare": 0.1}}, "at least 10 rows"),
    ],
)
def test_what_the_labels_cannot_serve_is_refused(document: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        epoch(document)


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ({"kind": "random"}, "'shuffled', 'alike', 'balanced', 'task_aware'"),
        ({"kind": "balanced"}, "balanced.task"),
        ({"kind": "task_aware", "shares": {"a": 0.0}}, "task_aware.shares.a"),
        ({"kind": "task_aware", "shares": {"a": 0.7, "b": 0.7}}, "sum to at most 1. Found 1.4"),
    ],
)
def test_a_bad_recipe_is_refused_with_the_field(document: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError, match=field):
        ADAPTER.validate_python(document)


@pytest.mark.parametrize(
    "sampling", [BalancedSampling(task="rare"), TaskAwareSampling(shares={"rare": 0.5})]
)
def test_sets_are_chosen_by_the_labels_of_their_rows(sampling: Sampling) -> None:
    sizes = torch.tensor([1, 4, 2, 5, 3, 1])
    first = sizes.cumsum(0) - sizes
    rare = torch.zeros(int(sizes.sum()), dtype=torch.long)
    rare[first[3]] = 1
    known = torch.zeros(len(rare), dtype=torch.bool)
    known[first[[0, 3, 4]]] = True
    labels = Labels({"rare": rare}, {"rare": known})
    draws = torch.Generator().manual_seed(0)
    found = torch.cat(list(batches(sampling, labels, len(sizes), 2, draws, sizes)))
    assert int(found.max()) < len(sizes)
    assert set(found.tolist()) & {0, 3, 4}
    if isinstance(sampling, BalancedSampling):
        assert 3 in found.tolist()
