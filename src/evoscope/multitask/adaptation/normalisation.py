"""Normalisation statistics of a new clinic."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm


@torch.no_grad()
def adapt_normalisation(model: nn.Module, inputs: Iterable[Mapping[str, Tensor]]) -> int:
    """Estimate the statistics of batch normalisation anew on rows without labels (AdaBN).

    What a new clinic's amplifier and electrodes do to the scale of features is undone, weights stay
    as they are. Statistics are the mean over batches of each batch's mean and variance, batches
    counting by their rows; the variance within batches alone falls short by about one part in the
    rows of a batch, so take large ones. All else runs in eval mode.

    Args:
        model: left in the modes it was in.
        inputs: keyword arguments of the model, batch by batch; on its device.

    Returns:
        how many rows it has seen.

    Raises:
        ValueError: a model without statistics to adapt, such as one with layer normalisation only,
            or no batch of two rows or more.

    References:
        Li, Wang, Shi, Hou, Liu (2018), Adaptive Batch Normalization for Practical Domain
        Adaptation.

    Example:
        >>> model = nn.Sequential(nn.BatchNorm1d(1))
        >>> adapt_normalisation(model, [{"input": torch.tensor([[3.0], [5.0]])}])
        2
        >>> model[0].running_mean.item(), model[0].running_var.item()
        (4.0, 2.0)
    """
    norms = [
        module
        for module in model.modules()
        if isinstance(module, _BatchNorm) and module.track_running_stats
    ]
    if not norms:
        raise ValueError(
            "a model should have batch normalisation with running statistics to adapt. Found none: "
            "layer and group normalisation have no statistics, and need no adapting."
        )
    modes = {module: module.training for module in model.modules()}
    momenta = [norm.momentum for norm in norms]
    model.eval()
    rows = 0
    try:
        for norm in norms:
            norm.train()
        for batch in inputs:
            size = len(next(iter(batch.values())))
            if size < 2:  # has no variance
                continue
            rows += size
            for norm in norms:
                norm.momentum = size / rows  # the first batch replaces what was there
            model(**batch)
    finally:
        for module, training in modes.items():
            module.training = training
        for norm, momentum in zip(norms, momenta, strict=True):
            norm.momentum = momentum
    if not rows:
        raise ValueError("inputs should hold a batch of two rows or more. Found none.")
    return rows
