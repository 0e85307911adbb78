"""How much a label counts, by how often its class occurs or is missed."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from jaxtyping import Float, Int
from torch import Tensor

_LEAST_MISSED = 0.05


def compute_class_weights(
    labels: Int[Tensor, "*labels"] | Sequence[int], num_classes: int, smoothing: float = 0.1
) -> Float[Tensor, " classes"]:
    """Weights that rise as a class gets rarer, for the labels of a training set.

    ``w_c ~ count_c ** (smoothing - 1)``, scaled so that the labels' weights add up to their number.
    Smoothing acts on the exponent: at the default, 10:1 in labels becomes 1:7.9 in weights. (Added
    to the counts or mixed with ones it soon flattens the weights: 10:1 became 1:1.26.)

    Args:
        labels: class numbers.
        num_classes: how many classes there are; one without a label weighs like one with one.
        smoothing: 0 gives every class the same total weight, 1 every label.

    Raises:
        ValueError: no labels, a class number out of range, or smoothing outside of 0..1.

    Example:
        >>> weights = compute_class_weights([0] * 10 + [1], 2, smoothing=0.0)
        >>> [round(w, 2) for w in weights.tolist()]
        [0.55, 5.5]
    """
    return inverse_weights(count_classes(labels, num_classes), smoothing)


def count_classes(
    labels: Int[Tensor, "*labels"] | Sequence[int], num_classes: int
) -> Float[Tensor, " classes"]:
    """Count the labels of every class, as float64.

    Raises:
        ValueError: no labels, or a class number out of range.

    Example:
        >>> count_classes([0, 2, 2], 3).tolist()
        [1.0, 0.0, 2.0]
    """
    numbers = torch.as_tensor(labels).flatten().long()
    if not len(numbers):
        raise ValueError("labels should hold at least one class number. Found none.")
    low, high = int(numbers.min()), int(numbers.max())
    if low < 0 or high >= num_classes:
        raise ValueError(
            f"labels should be class numbers from 0 to {num_classes - 1}. Found {low} to {high}."
        )
    return torch.bincount(numbers, minlength=num_classes).double()


def inverse_weights(
    counts: Float[Tensor, "*batch classes"], smoothing: float = 0.1
) -> Float[Tensor, "*batch classes"]:
    """Weights by inverse frequency, as `compute_class_weights`, from counts.

    Raises:
        ValueError: smoothing outside of 0..1.

    Example:
        >>> inverse_weights(torch.tensor([9.0, 1.0]), smoothing=1.0).tolist()
        [1.0, 1.0]
    """
    if not 0.0 <= smoothing <= 1.0:
        raise ValueError(f"smoothing should be between 0 and 1. Found {smoothing}.")
    return _scaled(counts.clamp_min(1.0) ** (smoothing - 1.0), counts)


def class_balanced_weights(
    counts: Float[Tensor, "*batch classes"], beta: float = 0.999
) -> Float[Tensor, "*batch classes"]:
    """Weights by the effective number of labels, ``(1 - beta) / (1 - beta ** count)``.

    Labels of a class overlap, so the thousandth says less than the first: above ``1 / (1 - beta)``
    labels a class is common, however many more it has. Scaled so that the labels' weights add up
    to their number. Source: Cui et al. 2019.

    Raises:
        ValueError: beta not from 0 up to but without 1.

    Example:
        >>> [round(w, 2) for w in class_balanced_weights(torch.tensor([5000.0, 50.0])).tolist()]
        [0.84, 17.08]
    """
    if not 0.0 <= beta < 1.0:
        raise ValueError(f"beta should be at least 0 and below 1. Found {beta}.")
    return _scaled((1.0 - beta) / (1.0 - beta ** counts.clamp_min(1.0)), counts)


def missed_class_weights(
    counts: Float[Tensor, "*batch classes"],
    recall: Float[Tensor, "*batch classes"],
    smoothing: float = 0.1,
) -> Float[Tensor, "*batch classes"]:
    """Inverse-frequency weights times how much of each class is missed.

    The factor is ``1 - recall``, not less than 0.05 so that no class is let go. Where all classes
    are found alike these are `inverse_weights`. Source of the factor: Tian et al. 2022 (recall
    loss).

    Args:
        counts: of the training labels.
        recall: share of each class that is found, as it runs over the epochs.
        smoothing: as in `compute_class_weights`.

    Example:
        >>> found = torch.tensor([0.95, 0.05])
        >>> weights = missed_class_weights(torch.tensor([50.0, 50.0]), found)
        >>> round(float(weights[1] / weights[0]), 1)
        19.0
    """
    missed = (1.0 - recall).clamp_min(_LEAST_MISSED)
    return _scaled(inverse_weights(counts, smoothing) * missed, counts)


def _scaled(
    weights: Float[Tensor, "*batch classes"], counts: Float[Tensor, "*batch classes"]
) -> Float[Tensor, "*batch classes"]:
    total = counts.sum(dim=-1, keepdim=True)
    return weights * total / (weights * counts).sum(dim=-1, keepdim=True)
