"""Attention weights of a whole network on a probe batch, for a monitor."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import torch
from torch import Tensor, nn

from evoscope.abr.learning.layers.attention import Attention


def attention_maps(network: nn.Module, run: Callable[[], object]) -> dict[str, Tensor]:
    """Run the network once and return the weights of each of its attentions.

    Training uses a fused kernel that never forms the weights; here they are computed again from
    the same inputs, so watching attention costs nothing between probes.

    Args:
        network: the network to watch.
        run: calls it on the probe batch.

    Returns:
        Weights (n, heads, queries, keys) by module name; each query's sum to 1. Attentions that
        ``run`` does not reach are absent.

    Example:
        >>> layer = nn.ModuleDict({"look": Attention(8, heads=2)})
        >>> x = torch.randn(2, 5, 8)
        >>> attention_maps(layer, lambda: layer["look"](x, x))["look"].shape
        torch.Size([2, 2, 5, 5])
    """
    maps: dict[str, Tensor] = {}

    def record(name: str, module: nn.Module, inputs: tuple[Tensor, ...], _: object) -> None:
        assert isinstance(module, Attention)
        maps[name] = module.attention(*inputs)

    hooks = [
        module.register_forward_hook(partial(record, name))
        for name, module in network.named_modules()
        if isinstance(module, Attention)
    ]
    try:
        with torch.no_grad():
            run()
    finally:
        for hook in hooks:
            hook.remove()
    return maps
