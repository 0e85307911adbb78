"""Recipes by name: those that come with a package, and files of one's own."""

from __future__ import annotations

from importlib.resources.abc import Traversable
from pathlib import Path
from typing import TypeVar

from evoscope.multitask.recipe import Recipe

_ENDING = ".yaml"
Kind = TypeVar("Kind", bound=Recipe)


def recipe_names(folder: Traversable) -> tuple[str, ...]:
    """Names of the recipes of a folder."""
    return tuple(sorted(file.name.removesuffix(_ENDING) for file in folder.iterdir()))


def recipe_by_name(
    kind: type[Kind], name: str, overrides: tuple[str, ...], *, folder: Traversable
) -> Kind:
    """Load a recipe that comes with a package, or one from a YAML file.

    Args:
        kind: what it is a recipe of.
        name: one of the folder's, or a path that ends in ``.yaml`` or ``.yml``.
        overrides: ``"optimiser.learning_rate=1e-3"``.
        folder: of the recipes that come with the package.

    Raises:
        ValueError: no such recipe, or one that says what it cannot.
    """
    if name.endswith((_ENDING, ".yml")):
        path = Path(name)
        if not path.is_file():
            raise ValueError(f"recipe should be a file that exists. Found no {name}.")
        return kind.load(path, overrides)
    known = recipe_names(folder)
    if name not in known:
        raise ValueError(
            f"recipe should be one of {', '.join(known)}, or a file that ends in {_ENDING}. "
            f"Found {name!r}."
        )
    return kind.parse((folder / f"{name}{_ENDING}").read_text("utf-8"), overrides, name=name)
