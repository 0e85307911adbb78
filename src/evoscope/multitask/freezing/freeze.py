"""Freezes and unfreezes the layers of a backbone."""

from __future__ import annotations

from torch import nn

from evoscope.multitask.freezing.layers import backbone_of, contains_any, layers_of, levels_of
from evoscope.multitask.freezing.settings import Freezing, NoFreezing


def freeze(model: nn.Module, settings: Freezing, epoch: int) -> int:
    """Freeze what is not trained at an epoch, and unfreeze the rest of the backbone.

    A function of the epoch: call it at the start of every epoch, after ``model.train()``, which
    takes frozen parts out of eval mode. Heads are left alone. An optimiser that holds all
    parameters from the start passes over those without a gradient.

    Args:
        model: its ``backbone`` is frozen, else all of it.
        settings: how much, and when.
        epoch: counted from 0.

    Returns:
        how many parameters of the backbone are trained.

    Raises:
        ValueError: no layers where they should be, or fewer than the settings say.

    Example:
        >>> from evoscope.multitask.freezing import PartialFreezing
        >>> backbone = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2))
        >>> freeze(backbone, PartialFreezing(layers=1), epoch=0)
        6
        >>> [p.requires_grad for p in backbone.parameters()]
        [False, False, True, True]
    """
    backbone = backbone_of(model)
    if not isinstance(settings, NoFreezing):  # which is for any backbone, with layers or without
        n_layers = len(layers_of(backbone, settings.path))
        unfreeze_layers(
            backbone,
            settings.trained(epoch, n_layers),
            path=settings.path,
            evaluate=settings.evaluate,
        )
    return sum(p.numel() for p in backbone.parameters() if p.requires_grad)


def unfreeze_layers(
    backbone: nn.Module, num_layers: int, *, path: str | None = None, evaluate: bool = True
) -> None:
    """Train the top layers of a backbone, and freeze the rest.

    With no layer all of the backbone is frozen; with all of them nothing is, neither what lies
    below (embeddings).

    Args:
        backbone: see `layers_of`.
        num_layers: how many, counted from the top.
        path: see `layers_of`.
        evaluate: whether what is frozen is put into eval mode.

    Raises:
        ValueError: no layers where they should be, or fewer than that.
    """
    levels, n_layers = levels_of(backbone, path)
    if not 0 <= num_layers <= n_layers:
        raise ValueError(f"num_layers should be in 0..{n_layers}. Found {num_layers}.")
    backbone.requires_grad_(True)
    if num_layers == n_layers:
        return
    layers = layers_of(backbone, path)
    for module, level in levels:
        if level > n_layers - num_layers:
            continue
        for parameter in module.parameters(recurse=False):
            parameter.requires_grad_(False)
        # A module around trained layers runs as they do.
        if evaluate and (num_layers == 0 or not contains_any(module, layers)):
            module.training = False
