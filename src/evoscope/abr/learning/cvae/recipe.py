"""What an autoencoder is trained by: everything about a run but its data."""

from __future__ import annotations

from importlib.resources import files

from evoscope.abr.learning.cvae.config import CVAEConfig
from evoscope.abr.learning.cvae.settings import Bound, PosteriorCollapseSettings, Prior, Seeing
from evoscope.multitask import Recipe
from evoscope.multitask.named_recipes import recipe_by_name, recipe_names

_FOLDER = files(__package__) / "recipes"


class CVAERecipe(Recipe):
    """A `Recipe` of a `ConditionalVAE`.

    Attributes:
        about: what it is for, what it costs and what it scores, in words.
        network: sizes and switches.
        seeing: what is learned from, and how it is varied.
        bound: what is minimised.
        collapse: when the flag of a latent space that says nothing goes up, and what it does.
        prior: fitted to the latent space after training; ``null`` draws from a standard normal.

    Example:
        >>> load_cvae_recipe("cvae_reference").curriculum.at(30).switches["kl"]
        0.5
    """

    about: str = ""
    network: CVAEConfig = CVAEConfig()
    seeing: Seeing = Seeing()
    bound: Bound = Bound()
    collapse: PosteriorCollapseSettings | None = PosteriorCollapseSettings()
    prior: Prior | None = None


def shipped_cvae_recipes() -> tuple[str, ...]:
    """Names of the recipes that come with the package.

    Example:
        >>> shipped_cvae_recipes()
        ('cvae', 'cvae_reference')
    """
    return recipe_names(_FOLDER)


def load_cvae_recipe(name: str = "cvae", overrides: tuple[str, ...] = ()) -> CVAERecipe:
    """Load a recipe by name or from a YAML file.

    Args:
        name: ``cvae``, ``cvae_reference``, or a path that ends in ``.yaml``.
        overrides: ``"optimiser.learning_rate=1e-3"``.

    Raises:
        ValueError: no such recipe, or one that says what it cannot.
    """
    return recipe_by_name(CVAERecipe, name, overrides, folder=_FOLDER)
