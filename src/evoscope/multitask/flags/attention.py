"""Attention weights of a whole model on a probe batch, recomputed outside of training."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any, Protocol, runtime_checkable

import torch
from torch import Tensor, nn


@runtime_checkable
class Attentive(Protocol):
    """A module that says where it looks.

    Training uses fused kernels that never form the weights. A module that wants to be watched
    computes them again here, from what its ``forward`` is given.
    """

    def attention(self, *inputs: Any) -> Tensor:
        """Weights ``(n, ..., keys)``, not negative, of sum one over the last axis.

        Rows of sum zero, those that have nothing to look at, are left out.
        """
        ...


def is_attentive(module: nn.Module) -> bool:
    """Whether a module can be watched.

    Example:
        >>> from evoscope.multitask.heads import AttentionPooling, MeanPooling
        >>> is_attentive(AttentionPooling(4)), is_attentive(MeanPooling())
        (True, False)
    """
    # Encoders of other libraries keep a layer by that name, which answers something else.
    layer = isinstance(getattr(module, "attention", None), nn.Module)
    return isinstance(module, Attentive) and not layer


@torch.no_grad()
def attention_entropies(model: nn.Module, inputs: Mapping[str, Tensor]) -> dict[str, float]:
    """Mean entropy of every attention's weights: 0 looks at one key, 1 at all alike.

    Args:
        model: run once, in evaluation mode, and left in the mode it was in.
        inputs: of the probe batch, on the model's device.

    Returns:
        by name of the module, of those that were reached and have two keys at least.

    Example:
        >>> from evoscope.multitask.heads import AttentionPooling
        >>> pooling = AttentionPooling(4)
        >>> _ = nn.init.zeros_(pooling.query.weight)
        >>> found = attention_entropies(pooling, {"tokens": torch.randn(2, 5, 4)})
        >>> round(found[""], 3)
        1.0
    """
    found: dict[str, float] = {}

    def look(name: str, module: nn.Module, inputs: tuple[Any, ...], named: dict[str, Any]) -> None:
        assert isinstance(module, Attentive)
        entropy = _entropy(module.attention(*inputs, **named))
        if entropy is not None:
            found[name] = entropy

    hooks = [
        module.register_forward_pre_hook(partial(look, name), with_kwargs=True)
        for name, module in model.named_modules()
        if is_attentive(module)
    ]
    was_training = model.training
    model.eval()
    try:
        if hooks:
            model(**inputs)
    finally:
        model.train(was_training)
        for hook in hooks:
            hook.remove()
    return found


def _entropy(weights: Tensor) -> float | None:
    keys = weights.shape[-1]
    rows = weights.double().reshape(-1, keys)
    rows = rows[rows.sum(dim=-1) > 0.5]  # the others have no key to look at
    if keys < 2 or not len(rows):
        return None
    entropies = torch.special.entr(rows).sum(dim=-1)
    return float(entropies.mean() / torch.tensor(float(keys)).log())
