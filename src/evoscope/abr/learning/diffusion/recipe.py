"""What a generator is trained by: everything about a run but its data."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from evoscope.abr.learning.diffusion.settings import Diffusing
from evoscope.abr.learning.unet import UNetConfig
from evoscope.multitask import Recipe

_SHIPPED = "generator"


class DiffusionRecipe(Recipe):
    """A `Recipe` of a generator.

    Attributes:
        about: what it is for, what it costs and what it should score, in words.
        network: widths and switches; its length is the data's.
        diffusing: what noise is put on, what is told, how errors count.

    Example:
        >>> load_diffusion_recipe().network.task_extractors
        False
    """

    about: str = ""
    network: UNetConfig = UNetConfig()
    diffusing: Diffusing = Diffusing()


def load_diffusion_recipe(
    path: str | Path | None = None, overrides: tuple[str, ...] = ()
) -> DiffusionRecipe:
    """Load the recipe that comes with the package, or one from a YAML file.

    Args:
        path: of a YAML file; ``None``: the shipped one.
        overrides: ``"optimiser.learning_rate=1e-3"``.

    Raises:
        ValueError: a recipe that says what it cannot.
    """
    if path is not None:
        return DiffusionRecipe.load(path, overrides)
    text = (files(__package__) / "recipes" / f"{_SHIPPED}.yaml").read_text("utf-8")
    return DiffusionRecipe.parse(text, overrides, name=_SHIPPED)
