"""What a series network is trained by: everything about a run but its data."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from pydantic import field_validator

from evoscope.abr.learning.data import Augmentation
from evoscope.abr.learning.networks import NetworkConfig
from evoscope.abr.learning.series import ClassLoss, SeriesConfig
from evoscope.abr.learning.training.chosen_labels import LabelKind
from evoscope.multitask import Recipe
from evoscope.multitask.named_recipes import recipe_by_name, recipe_names

_FOLDER = files(__package__) / "recipes"


class SeriesRecipe(Recipe):
    """A `Recipe` of a network that reads series.

    Attributes:
        about: what it is for, what it costs and what it should score, in words.
        network: which one, its widths and switches; a series network where no ``kind`` is given.
        class_loss: how rare classes are dealt with.
        augmentation: how training series are varied.
        labels: ``truth`` learns what is so; ``marked`` what a clinician marked, for cohorts that
            have nothing better.
        shares: of the cohorts in an epoch, in the order they are given; empty: by their size.

    Example:
        >>> load_recipe("quick").network.layers
        4
    """

    about: str = ""
    network: NetworkConfig = SeriesConfig()
    class_loss: ClassLoss = ClassLoss()
    augmentation: Augmentation = Augmentation()
    labels: LabelKind = "truth"
    shares: tuple[float, ...] = ()

    @field_validator("network", mode="before")
    @classmethod
    def _series_by_default(cls, given: Any) -> Any:
        return {"kind": "series", **given} if isinstance(given, dict) else given


def shipped_recipes() -> tuple[str, ...]:
    """Names of the recipes that come with the package.

    Example:
        >>> "production" in shipped_recipes()
        True
    """
    return recipe_names(_FOLDER)


def load_recipe(name: str, overrides: tuple[str, ...] = ()) -> SeriesRecipe:
    """Load a recipe by name or from a YAML file.

    Args:
        name: one of `shipped_recipes`, or a path that ends in ``.yaml``.
        overrides: ``"optimiser.learning_rate=1e-3"``.

    Raises:
        ValueError: no such recipe, or one that says what it cannot.
    """
    return recipe_by_name(SeriesRecipe, name, overrides, folder=_FOLDER)
