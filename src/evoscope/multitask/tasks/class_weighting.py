"""Class weights as the state of a task."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

import torch
from jaxtyping import Float
from torch import Tensor

from evoscope.multitask.losses import (
    class_balanced_weights,
    inverse_weights,
    missed_class_weights,
)

ClassWeighting = Literal["none", "inverse", "balanced", "dynamic"]
_MEMORY = 0.5


def check_class_weights(given: ClassWeighting | Sequence[float], size: int) -> None:
    """Check how class weights are asked for.

    Raises:
        ValueError: an unknown name, weights of another number, or one that is not positive.

    Example:
        >>> check_class_weights("inverse", 3)
        >>> check_class_weights([1.0, 2.0, 2.0], 3)
    """
    named = isinstance(given, str)
    numbers = [] if isinstance(given, str) else list(given)
    fine = given in get_args(ClassWeighting) if named else len(numbers) == size
    if not fine or not all(0.0 < weight < float("inf") for weight in numbers):
        raise ValueError(
            f"class_weights should be one of {get_args(ClassWeighting)} or {size} positive "
            f"numbers. Found {given!r}."
        )


def fitted_class_weights(
    given: ClassWeighting | Sequence[float],
    counts: Float[Tensor, "*batch classes"],
    recall: Float[Tensor, "*batch classes"],
) -> Float[Tensor, "*batch classes"]:
    """Weights of classes.

    Args:
        given: ``none``, ``inverse`` (frequency), ``balanced`` (effective number), ``dynamic``
            (inverse frequency times the share that is missed) or the weights themselves.
        counts: of the training labels.
        recall: running share of each class that is found; only ``dynamic`` looks at it.

    Example:
        >>> counts = torch.tensor([99.0, 1.0])
        >>> fitted_class_weights("none", counts, torch.zeros(2)).tolist()
        [1.0, 1.0]
    """
    if not isinstance(given, str):
        return torch.tensor(given, dtype=counts.dtype).expand_as(counts)
    if given == "inverse":
        return inverse_weights(counts)
    if given == "balanced":
        return class_balanced_weights(counts)
    if given == "dynamic":
        return missed_class_weights(counts, recall)
    return torch.ones_like(counts)


def running_recall(
    recall: Float[Tensor, "*batch classes"],
    hits: Float[Tensor, "*batch classes"],
    labels: Float[Tensor, "*batch classes"],
) -> Float[Tensor, "*batch classes"]:
    """Recall after an epoch: half what it was, half what was found; a class unseen keeps its own.

    One label stands beside those counted, found as often as before, so that a class of two rows
    does not swing between all and nothing.

    Args:
        recall: before.
        hits: labels of each class that were found.
        labels: labels of each class.

    Example:
        >>> before = torch.tensor([0.5, 0.5])
        >>> running_recall(before, torch.tensor([9.0, 0.0]), torch.tensor([9.0, 0.0])).tolist()
        [0.7250000238418579, 0.5]
    """
    return (1 - _MEMORY) * recall + _MEMORY * (hits + recall) / (labels + 1.0)
