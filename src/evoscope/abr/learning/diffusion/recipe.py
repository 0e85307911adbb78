"""What a generator is trained by: everything about a run but its data."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from pydantic import model_validator

from evoscope.abr.learning.diffusion.networks import ComponentSettings, NetworkSettings
from evoscope.abr.learning.diffusion.settings import Diffusing
from evoscope.multitask import Recipe

_SHIPPED = "generator"


class DiffusionRecipe(Recipe):
    """A `Recipe` of a generator.

    Attributes:
        about: what it is for, what it costs and what it should score, in words.
        network: which, its widths and its switches.
        diffusing: what noise is put on, what is told, how errors count.

    Example:
        >>> load_diffusion_recipe().network.kind
        'components'
    """

    about: str = ""
    network: NetworkSettings = ComponentSettings()
    diffusing: Diffusing = Diffusing()

    @model_validator(mode="after")
    def _possible(self) -> DiffusionRecipe:
        if self.network.kind == "components" and not self.diffusing.linear_start:
            raise ValueError(
                "diffusing.linear_start should be true with network.kind components, whose"
                " components are the linear start's directions. Found false."
            )
        return self


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
