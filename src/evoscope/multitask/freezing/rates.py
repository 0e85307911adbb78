"""A learning rate for every part of a model."""

from __future__ import annotations

from fnmatch import fnmatchcase

from pydantic import Field
from torch import nn

from evoscope.multitask.freezing.layers import backbone_of, levels_of
from evoscope.multitask.settings import Settings


class Rates(Settings):
    """Factors on the learning rate, by the name of the parameter and its depth.

    Attributes:
        factors: pattern of parameter names -> factor: ``{"backbone.*": 0.05}``. The first that
            matches counts; where none does, the factor is 1.
        layer_decay: factor from each layer of the backbone to the one below it; the top layer, and
            what lies above it, has 1; what lies below the layers, one step less than the lowest.
            Multiplied with ``factors``. Howard & Ruder (2018) fine-tune with 1 / 2.6.
        path: where the backbone keeps its layers; see `layers_of`.
    """

    factors: dict[str, float] = Field(default={})
    layer_decay: float = Field(default=1.0, gt=0, le=1)
    path: str | None = None


def rate_factors(model: nn.Module, rates: Rates) -> dict[str, float]:
    """What the learning rate of every parameter is multiplied by.

    Args:
        model: its ``backbone`` has the layers, else the model itself.
        rates: of the recipe.

    Returns:
        name of parameter -> factor, for every parameter, frozen ones as well.

    Raises:
        ValueError: a factor that is not positive, a pattern that matches nothing, or no layers
            where they should be.

    Example:
        >>> model = nn.Sequential(nn.Linear(2, 2, bias=False), nn.Linear(2, 2, bias=False))
        >>> rate_factors(model, Rates(factors={"1.*": 3.0}, layer_decay=0.5))
        {'0.weight': 0.5, '1.weight': 3.0}
    """
    names = [name for name, _ in model.named_parameters()]
    for pattern, factor in rates.factors.items():
        if not factor > 0:
            raise ValueError(
                f"factors[{pattern!r}] should be above 0. Found {factor}: to keep parameters "
                "where they are, freeze them."
            )
        if not any(fnmatchcase(name, pattern) for name in names):
            raise ValueError(
                f"factors[{pattern!r}] should match a parameter, such as {names[:3]}. "
                "Found none that it does."
            )
    depths = _depths(model, rates.path) if rates.layer_decay < 1 else {}
    return {
        name: _factor(name, rates.factors) * rates.layer_decay ** depths.get(id(parameter), 0)
        for name, parameter in model.named_parameters()
    }


def _factor(name: str, factors: dict[str, float]) -> float:
    return next((f for pattern, f in factors.items() if fnmatchcase(name, pattern)), 1.0)


def _depths(model: nn.Module, path: str | None) -> dict[int, int]:
    """How far below the top layer each parameter of the backbone lies."""
    levels, n_layers = levels_of(backbone_of(model), path)
    return {
        id(parameter): n_layers - level
        for module, level in levels
        for parameter in module.parameters(recurse=False)
    }
