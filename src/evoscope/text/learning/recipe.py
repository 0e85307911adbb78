"""What a text network is trained by: everything about a run but its texts."""

from __future__ import annotations

from importlib.resources import files
from typing import Annotated, Any

from pydantic import BaseModel, Field

from evoscope.multitask import Recipe
from evoscope.multitask.named_recipes import recipe_by_name, recipe_names
from evoscope.multitask.weighting.settings import FixedSettings, WeightingSettings
from evoscope.text.learning.settings import Distillation, LossSettings, NetworkSettings

_FOLDER = files(__package__) / "recipes"
WEIGHTS = {
    "emotions": 1.5, "emotions_fine": 1.5, "vad": 1.0, "safety": 1.2, "style": 0.8, "intent": 0.8,
}  # fmt: skip
"""How much each task counts where weights are fixed; fine emotions count as emotions do."""


class TextRecipe(Recipe):
    """A `Recipe` of a text network.

    Attributes:
        about: what it is for, what it costs and what it should score, in words.
        backbone: the encoder to begin with: a name, a repository or a folder.
        corpora: names of those to learn from; empty: all whose licence allows it.
        texts: corpus -> how many of its labelled texts an epoch has: fewer are drawn once, the
            same for every seed, and more come again; all of one that is not named come once.
        hasty: corpus -> copies of each of its texts beside it, as they would be typed in haste.
        judged_texts: of each dev part, that epochs are judged on; ``null``: all.
        calibrated_texts: corpus -> how many texts of its dev part thresholds and temperatures are
            fitted on; of one that is not named, all.
        network: what stands on the encoder.
        losses: how tasks are learned.
        orders: networks that begin alike and learn the texts each in another order; the mean of
            their weights is the network.
        distillation: teachers that the network also learns from; ``null``: none.

    Example:
        >>> load_recipe("quick").freezing.strategy
        'full'
    """

    about: str = ""
    backbone: str = "minilm-l6"
    corpora: tuple[str, ...] = ()
    texts: dict[str, Annotated[int, Field(ge=1)]] = Field(default={})
    hasty: dict[str, Annotated[int, Field(ge=1)]] = Field(default={})
    judged_texts: int | None = Field(default=None, ge=1)
    calibrated_texts: dict[str, Annotated[int, Field(ge=1)]] = Field(default={})
    network: NetworkSettings = NetworkSettings()
    losses: LossSettings = LossSettings()
    orders: int = Field(default=1, ge=1)
    distillation: Distillation | None = None
    weighting: WeightingSettings = FixedSettings(weights=WEIGHTS)


def shipped_recipes() -> tuple[str, ...]:
    """Names of the recipes that come with the package.

    Example:
        >>> shipped_recipes()
        ('balanced', 'maximum', 'production', 'quick')
    """
    return recipe_names(_FOLDER)


def load_recipe(name: str, overrides: tuple[str, ...] = ()) -> TextRecipe:
    """Load a recipe by name or from a YAML file.

    Args:
        name: one of `shipped_recipes`, or a path that ends in ``.yaml``.
        overrides: ``"optimiser.learning_rate=1e-3"``.

    Raises:
        ValueError: no such recipe, or one that says what it cannot.
    """
    return recipe_by_name(TextRecipe, name, overrides, folder=_FOLDER)


def changed(recipe: TextRecipe, fields: dict[str, Any]) -> TextRecipe:
    """Return a recipe with fields replaced, checked as if it had been read so.

    Args:
        recipe: to begin with.
        fields: top-level field -> what replaces it; of a part with fields of its own, those named.

    Raises:
        ValueError: a field that cannot have its value.

    Example:
        >>> changed(load_recipe("quick"), {"epochs": 2, "network": {"dropout": 0.1}}).epochs
        2
    """
    whole = recipe.model_dump()
    for name, value in fields.items():
        inner = isinstance(value, dict) and isinstance(getattr(recipe, name, None), BaseModel)
        # A part that is told apart by its kind is replaced: the other's fields are not its own.
        other = inner and any(
            key in value and value[key] != whole[name].get(key) for key in ("kind", "strategy")
        )
        whole[name] = {**whole[name], **value} if inner and not other else value
    return TextRecipe.model_validate(whole)
