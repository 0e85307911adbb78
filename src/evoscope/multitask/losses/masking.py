"""Masks: what is not known is hidden before a loss is computed, and takes no part after."""

from __future__ import annotations

import torch
from jaxtyping import Bool, Float, Shaped
from torch import Tensor


def hide(
    tensor: Shaped[Tensor, "*labels_and_more"],
    present: Bool[Tensor, "*labels"],
    value: float = 0.0,
) -> Shaped[Tensor, "*labels_and_more"]:
    """Put a harmless value where nothing is known, before anything is computed.

    A loss multiplied by a mask afterwards is too late: NaN times 0 is NaN, in the loss and in
    every gradient. ``torch.where`` gives what it does not choose a gradient of exactly zero.

    Args:
        tensor: prediction or target, NaN and infinity allowed where hidden.
        present: true where the label is known; of the tensor's shape or a leading part of it.
        value: what to put, one for which the loss is finite.

    Raises:
        ValueError: a mask that is not a leading part of the tensor's shape.

    Example:
        >>> hide(torch.tensor([1.0, float("nan")]), torch.tensor([True, False])).tolist()
        [1.0, 0.0]
    """
    mask = widen(present, tensor.shape)
    return torch.where(mask, tensor, tensor.new_full((), value))


def widen(present: Bool[Tensor, "*labels"], shape: torch.Size) -> Bool[Tensor, "*all"]:
    """Expand a mask over the axes it does not name.

    Raises:
        ValueError: a mask that is not a leading part of the shape.

    Example:
        >>> widen(torch.tensor([True, False]), torch.Size([2, 3])).tolist()
        [[True, True, True], [False, False, False]]
    """
    if present.shape != shape[: present.ndim]:
        raise ValueError(
            f"present should have the shape {tuple(shape)} or a leading part of it. "
            f"Found {tuple(present.shape)}."
        )
    return present.reshape(present.shape + (1,) * (len(shape) - present.ndim)).expand(shape)


def masked_sum(
    values: Float[Tensor, "*labels"],
    present: Bool[Tensor, "*labels"],
    weights: Float[Tensor, "*labels"] | None = None,
) -> Float[Tensor, ""]:
    """Sum what is present; exactly 0, with zero gradient, where nothing is.

    The gradient of a hidden value is zero, but what made it NaN may make NaN of that again: `hide`
    what a loss is computed from, as every loss here does.

    Args:
        values: losses, anything where not present.
        present: what counts.
        weights: of each value, one without.

    Example:
        >>> masked_sum(torch.tensor([2.0, float("nan")]), torch.tensor([True, False])).item()
        2.0
    """
    return hide(values if weights is None else values * weights, present).sum()


def masked_mean(
    values: Float[Tensor, "*labels"],
    present: Bool[Tensor, "*labels"],
    weights: Float[Tensor, "*labels"] | None = None,
) -> Float[Tensor, ""]:
    """Weighted mean of what is present; exactly 0, with zero gradient, where nothing is.

    Args:
        values: losses, anything where not present.
        present: what counts.
        weights: of each value, not negative; one without.

    Example:
        >>> masked_mean(torch.tensor([2.0, 4.0, 9.0]), torch.tensor([True, True, False])).item()
        3.0
        >>> masked_mean(torch.tensor([2.0]), torch.tensor([False])).item()
        0.0
    """
    ones = torch.ones_like(values) if weights is None else weights
    weight = masked_sum(ones, present)
    return masked_sum(values, present, weights) / torch.where(weight > 0, weight, 1.0)
