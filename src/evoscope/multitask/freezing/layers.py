"""Which layers a backbone has, from its input up."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, runtime_checkable

from torch import nn


@runtime_checkable
class Layered(Protocol):
    """A backbone that says which layers it has."""

    def layers(self) -> Iterable[nn.Module]:
        """Its layers, from the input up; what comes before them is frozen with the first."""
        ...


def backbone_of(model: nn.Module) -> nn.Module:
    """The part of a model that may be frozen: its ``backbone``, else all of it."""
    backbone = getattr(model, "backbone", model)
    return backbone if isinstance(backbone, nn.Module) else model


def layers_of(backbone: nn.Module, path: str | None = None) -> list[nn.Module]:
    """Layers of a backbone, from its input up.

    Args:
        backbone: has a method ``layers()`` (see `Layered`) or an attribute of that name, is an
            ``nn.Sequential`` (its children that have parameters are the layers), or is anything
            where ``path`` is given.
        path: attribute path of an ``nn.ModuleList`` or ``nn.Sequential``: ``"encoder.layer"``.

    Raises:
        ValueError: no layers there; the message names the lists that the backbone has.

    Example:
        >>> backbone = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 3))
        >>> layers_of(backbone)
        [Linear(in_features=2, out_features=3, bias=True),
         Linear(in_features=3, out_features=3, bias=True)]
    """
    lists = {
        name: list(module)
        for name, module in backbone.named_modules()
        if isinstance(module, nn.ModuleList | nn.Sequential)
    }
    if path is not None:
        found = lists.get(path, [])
    elif "layers" in lists:
        found = lists["layers"]
    elif isinstance(backbone, Layered):
        found = list(backbone.layers())
    else:
        found = lists.get("", [])
    found = [layer for layer in found if any(True for _ in layer.parameters())]
    if not found:
        raise ValueError(
            "path should name a list of layers of the backbone: "
            f"{sorted(name for name in lists if name)}. Found {path!r}."
        )
    return found


def levels_of(
    backbone: nn.Module, path: str | None = None
) -> tuple[list[tuple[nn.Module, int]], int]:
    """Every module of a backbone with the layer it belongs to, and how many layers there are.

    Level 0 lies below the layers, level 1 is the lowest. What is in no layer belongs to the last
    one registered before it: a dropout between two layers to the lower, a pooler to the highest.
    Modules that contain layers are at level 0, with the parameters that they hold themselves.

    Raises:
        ValueError: see `layers_of`.

    Example:
        >>> backbone = nn.Sequential(nn.Flatten(), nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 3))
        >>> [(type(module).__name__, level) for module, level in levels_of(backbone)[0]]
        [('Sequential', 0), ('Flatten', 0), ('Linear', 1), ('ReLU', 1), ('Linear', 2)]
    """
    layers = layers_of(backbone, path)
    own = {id(m): level for level, layer in enumerate(layers, start=1) for m in layer.modules()}
    found: list[tuple[nn.Module, int]] = []
    reached = 0
    for module in backbone.modules():
        reached = max(reached, own.get(id(module), 0))
        above = 0 if contains_any(module, layers) else reached
        found.append((module, own.get(id(module), above)))
    return found, len(layers)


def contains_any(module: nn.Module, layers: Iterable[nn.Module]) -> bool:
    """Whether a module has one of the layers inside it."""
    inside = {id(m) for m in module.modules()} - {id(module)}
    return any(id(layer) in inside for layer in layers)
