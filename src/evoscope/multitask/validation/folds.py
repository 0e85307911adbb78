"""Which fold each group is in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from evoscope.multitask.batch import Batch, Labels, Source
from evoscope.multitask.losses import widen
from evoscope.multitask.validation.rows import set_sizes

FEWEST = 3
"""One fold is tested, one watches the training, one at least is trained on."""
_SHOWN = 5


def group_folds(
    groups: Sequence[str] | Sequence[int] | NDArray[Any],
    labels: Labels,
    folds: int = 5,
    *,
    seed: int = 0,
) -> NDArray[np.int64]:
    """Deal groups into folds that are alike: in rows, in labels of each task, and in their kinds.

    The largest groups are dealt first, each to the fold that lacks most of what it holds; where
    that is undecided, by the seed. What is rare is spread as far as its groups allow.

    Args:
        groups: of every row: a patient, a corpus, a site.
        labels: of every row.
        folds: how many, three at least.
        seed: of the order in which equal groups are dealt.

    Returns:
        fold of every row, from 0.

    Raises:
        ValueError: a row without a group, or fewer groups than folds.

    Example:
        >>> labels = Labels({"kind": torch.tensor([0, 0, 0, 1, 1, 1])},
        ...                 {"kind": torch.ones(6, dtype=torch.bool)})
        >>> fold = group_folds(list("abcdef"), labels, folds=3)
        >>> sorted(fold[:3].tolist()), sorted(fold[3:].tolist())
        ([0, 1, 2], [0, 1, 2])
    """
    names, member = np.unique(checked_groups(groups, len(groups)), return_inverse=True)
    if not FEWEST <= folds <= len(names):
        raise ValueError(
            f"folds should be {FEWEST} at least, and no more than groups. "
            f"Found {folds} folds of {len(names)} groups."
        )
    kinds = _kinds(labels, len(member))
    held = np.zeros((len(names), kinds.shape[1]))
    np.add.at(held, member, kinds)
    held /= held.sum(axis=0)
    shuffled = np.random.default_rng(seed).permutation(len(names))
    order = shuffled[np.argsort(-np.square(held[shuffled]).sum(axis=1), kind="stable")]
    dealt = np.zeros((folds, held.shape[1]))
    fold_of = np.empty(len(names), np.int64)
    for group in order:
        # The growth of the sum of squares of what the folds hold: least where it is lacking most.
        fold_of[group] = np.argmin(dealt @ held[group])
        dealt[fold_of[group]] += held[group]
    return fold_of[member]


def _kinds(labels: Labels, n: int) -> NDArray[np.float64]:
    """What should be alike in every fold: rows; labels of a task; its classes, or its high half."""
    columns = [np.ones(n)]
    for task, target in labels.targets.items():
        known = widen(labels.present[task], target.shape).reshape(n, -1).cpu()
        values = target.reshape(n, -1).cpu()
        columns.append(known.any(dim=1).numpy())
        # Of a target with many parts (a signal), the label count says enough.
        for value, there in zip(values.T, known.T, strict=True) if values.shape[1] <= 32 else ():
            if not bool(there.any()):
                continue
            some = value[there]
            if value.is_floating_point() and len(torch.unique(some)) > 2:
                columns.append((there & (value > some.median())).numpy())
            else:
                columns += [(there & (value == kind)).numpy() for kind in torch.unique(some)]
    table = np.stack([column.astype(np.float64) for column in columns], axis=1)
    return table[:, table.sum(axis=0) > 0]


def checked_groups(groups: Sequence[str] | Sequence[int] | NDArray[Any], rows: int) -> NDArray[Any]:
    """Groups as an array, one for each row.

    Raises:
        ValueError: another number of them, or a row without one: it could belong to any.

    Example:
        >>> checked_groups(["a", "b", ""], 3)
        Traceback (most recent call last):
        ValueError: every row should have a group. Found none in rows [2]. Name one, or leave these
        rows out.
    """
    # NaN is what differs from itself.
    missing = [i for i, group in enumerate(groups) if group in (None, "") or group != group]
    if missing:
        more = f" and {len(missing) - _SHOWN} more" if len(missing) > _SHOWN else ""
        raise ValueError(
            f"every row should have a group. Found none in rows {missing[:_SHOWN]}{more}. "
            "Name one, or leave these rows out."
        )
    found = np.asarray(groups)
    if found.shape != (rows,):
        raise ValueError(f"groups should be one for each of {rows} rows. Found {found.shape}.")
    return found


def checked_folds(folds: Sequence[int] | NDArray[Any], groups: NDArray[Any]) -> NDArray[np.int64]:
    """Folds that someone else dealt.

    Raises:
        ValueError: another number of them, numbers that are not 0, 1, 2 and on, or a group in two.

    Example:
        >>> checked_folds([0, 1, 2, 1], np.array(["a", "b", "c", "a"]))
        Traceback (most recent call last):
        ValueError: a group should be in one fold. Found 'a' in folds [0, 1]. What is trained on
        would be tested.
    """
    found = np.asarray(folds)
    numbers = np.unique(found)
    whole = found.shape == groups.shape and np.array_equal(numbers, np.arange(len(numbers)))
    if not whole or len(numbers) < FEWEST:
        raise ValueError(
            f"folds should be a number from 0 on for each of {len(groups)} rows, {FEWEST} folds at "
            f"least, none left out. Found {found.shape} with {numbers[:_SHOWN].tolist()}."
        )
    for group in np.unique(groups):
        inside = np.unique(found[groups == group])
        if len(inside) > 1:
            raise ValueError(
                f"a group should be in one fold. Found {group.item()!r} in folds "
                f"{inside.tolist()}. What is trained on would be tested."
            )
    return found.astype(np.int64)


def refuse_copies(source: Source, groups: NDArray[Any]) -> None:
    """Refuse rows of the same inputs under two groups: one of them is in the wrong one.

    Only of a `Batch` in memory; other sources may draw, and cannot be compared.

    Raises:
        ValueError: with the rows.

    Example:
        >>> x = torch.tensor([[1.0, 2.0], [0.0, 0.0], [1.0, 2.0]])
        >>> refuse_copies(Batch({"input": x}, Labels({}, {})), np.array(["a", "b", "c"]))
        Traceback (most recent call last):
        ValueError: rows of different groups should differ. Found the same inputs in row 0 of 'a'
        and row 2 of 'c'. Give copies one group, or leave them out.
    """
    if not isinstance(source, Batch):
        return
    columns = [x.detach().cpu().reshape(len(x), -1) for x in source.inputs.values()]
    stops = set_sizes(source).cumsum()
    first: dict[bytes, int] = {}
    for row, (start, stop) in enumerate(zip([0, *stops[:-1]], stops, strict=True)):
        one = [x[start:stop].contiguous().view(torch.uint8).numpy().tobytes() for x in columns]
        other = first.setdefault(b"".join(one), row)
        if groups[other] != groups[row]:
            raise ValueError(
                f"rows of different groups should differ. Found the same inputs in row {other} of "
                f"{groups[other].item()!r} and row {row} of {groups[row].item()!r}. Give copies "
                "one group, or leave them out."
            )
