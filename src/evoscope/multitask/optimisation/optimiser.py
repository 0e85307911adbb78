"""AdamW over named groups of parameters."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatch

import torch
from pydantic import Field
from torch import Tensor, nn
from torch.optim import AdamW

from evoscope.multitask.settings import Settings


class Optimiser(Settings):
    """How weights follow their gradients.

    Attributes:
        learning_rate: of every group whose own factor is 1, before the schedule.
        weight_decay: of matrices and kernels; biases, scales and other vectors have none.
        no_decay: patterns of further parameter names without decay, ``"*.embedding.*"``.
        betas: of AdamW.
        gradient_clip: largest L2 norm of the gradient; ``null`` clips nothing.
        weighting_rate: learning rate of a weighting that learns. Its few numbers have far to go,
            and never any decay.
    """

    learning_rate: float = Field(default=1e-3, gt=0)
    weight_decay: float = Field(default=0.01, ge=0)
    no_decay: tuple[str, ...] = ()
    betas: tuple[float, float] = (0.9, 0.999)
    gradient_clip: float | None = Field(default=1.0, gt=0)
    weighting_rate: float = Field(default=0.01, gt=0)


def part_of(parameter: str) -> str:
    """Name the part of a model that a parameter belongs to: a head by its name, or ``backbone``.

    Example:
        >>> part_of("heads.wave.layers.0.weight"), part_of("backbone.weight"), part_of("0.bias")
        ('wave', 'backbone', 'backbone')
    """
    first, *rest = parameter.split(".")
    return rest[0] if first == "heads" and rest else "backbone"


def make_optimizer(
    model: nn.Module,
    weighting: nn.Module,
    settings: Optimiser,
    factors: Mapping[str, float],
) -> AdamW:
    """Build AdamW (Loshchilov & Hutter, 2019) with a group per factor and kind of parameter.

    Groups are named ``"base"``, ``"x 0.1"`` by their factor, the same with ``" (no decay)"``, and
    ``"weighting"`` for its parameters; ``base_lr`` is the rate before the schedule. Frozen
    parameters are in their groups from the start: without a gradient, AdamW passes over them.

    Args:
        model: what is trained.
        weighting: may learn, too.
        settings: of the recipe.
        factors: parameter name -> what its learning rate is multiplied by; 1 where not given.

    Example:
        >>> optimizer = make_optimizer(nn.Linear(2, 2), nn.Module(), Optimiser(), {})
        >>> [(group["name"], group["weight_decay"]) for group in optimizer.param_groups]
        [('base', 0.01), ('base (no decay)', 0.0)]
    """
    groups: dict[tuple[float, bool], list[nn.Parameter]] = {}
    for name, parameter in model.named_parameters():
        decays = parameter.ndim > 1 and not any(fnmatch(name, p) for p in settings.no_decay)
        groups.setdefault((factors.get(name, 1.0), decays), []).append(parameter)
    options = [
        {
            "name": ("base" if factor == 1 else f"x {factor:g}")
            + ("" if decays else " (no decay)"),
            "params": parameters,
            "base_lr": settings.learning_rate * factor,
            "weight_decay": settings.weight_decay if decays else 0.0,
            "decays": decays,
        }
        for (factor, decays), parameters in groups.items()
    ]
    learned = list(weighting.parameters())
    if learned:
        options.append(
            {
                "name": "weighting",
                "params": learned,
                "base_lr": settings.weighting_rate,
                "weight_decay": 0.0,
                "decays": False,
            }
        )
    # One kernel over all parameters: on a small model the step is otherwise mostly Python.
    return AdamW(options, lr=settings.learning_rate, betas=settings.betas, fused=True)


def set_rates(optimizer: AdamW, factor: float, weight_decay: float) -> dict[str, float]:
    """Set every group's rate, and the decay of those that decay; returns rates by group name."""
    for group in optimizer.param_groups:
        group["lr"] = group["base_lr"] * factor
        group["weight_decay"] = weight_decay if group["decays"] else 0.0
    return {group["name"]: group["lr"] for group in optimizer.param_groups}


class Gradients:
    """A model's gradients by part: their norms, and their clipping.

    Args:
        model: whose gradients; parts as `part_of` names them.
        largest: norm to clip at, ``None`` for no clipping.
    """

    def __init__(self, model: nn.Module, largest: float | None) -> None:
        self._largest = largest
        self.parameters: dict[str, list[nn.Parameter]] = {}
        for name, parameter in model.named_parameters():
            self.parameters.setdefault(part_of(name), []).append(parameter)

    @torch.no_grad()
    def clip(self) -> Mapping[str, Tensor]:
        """Clip the gradient; returns its L2 norms before that, by part and of ``"all"``."""
        norms: dict[str, Tensor] = {}
        for part, parameters in self.parameters.items():
            gradients = [p.grad for p in parameters if p.grad is not None]
            if gradients:
                norms[part] = nn.utils.get_total_norm(gradients)
        if norms:
            norms["all"] = torch.linalg.vector_norm(torch.stack(list(norms.values())))
            if self._largest is not None:
                every = [p for parameters in self.parameters.values() for p in parameters]
                nn.utils.clip_grads_with_norm_(every, self._largest, norms["all"])
        return norms
