"""Every kind of generator by one call: cohorts and a recipe in, a model pack out."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import yaml

from evoscope.abr.learning.cvae import CVAERecipe, load_cvae_recipe, train_cvae
from evoscope.abr.learning.cvae.pack import write_cvae_pack
from evoscope.abr.learning.cvae.recipe import shipped_cvae_recipes
from evoscope.abr.learning.diffusion import (
    DiffusionRecipe,
    load_diffusion_recipe,
    train_generator,
)
from evoscope.abr.learning.diffusion.pack import write_generator_pack
from evoscope.abr.learning.training import TrainingCohort, shipped_recipes
from evoscope.abr.workers import first_process
from evoscope.multitask import Recipe
from evoscope.runtime import Pack

Kind = Literal["series", "diffusion", "cvae"]
DIFFUSION = "generator"
"""Name of the shipped recipe of diffusion."""
_UNFINISHED = ("interrupted", "red flag")
_ANYONES = {*Recipe.model_fields, "about", "network"}
_OWN: dict[Kind, set[str]] = {
    "diffusion": {*DiffusionRecipe.model_fields} - _ANYONES,
    "cvae": {*CVAERecipe.model_fields} - _ANYONES,
}


def kind_of(recipe: str) -> Kind:
    """Say what a recipe trains: what reads series, or what draws recordings and how.

    A YAML file is known by the fields that only one kind has; without any, it trains a reader.

    Args:
        recipe: name of a shipped one, or a path that ends in ``.yaml``.

    Raises:
        ValueError: no such recipe, or a file that cannot be read.

    Example:
        >>> kind_of("quick"), kind_of("generator"), kind_of("cvae_reference")
        ('series', 'diffusion', 'cvae')
    """
    if recipe.endswith((".yaml", ".yml")):
        if not Path(recipe).is_file():
            raise ValueError(f"recipe should be a file that exists. Found no {recipe}.")
        return _kind_of_file(Path(recipe))
    if recipe == DIFFUSION:
        return "diffusion"
    if recipe in shipped_cvae_recipes():
        return "cvae"
    if recipe in shipped_recipes():
        return "series"
    drawing = ", ".join((*shipped_cvae_recipes(), DIFFUSION))
    raise ValueError(
        f"recipe should be one of {', '.join(shipped_recipes())} (they read recordings), "
        f"{drawing} (they draw them), or a file that ends in .yaml. Found {recipe!r}."
    )


def load_generator_recipe(
    recipe: str, overrides: tuple[str, ...] = ()
) -> DiffusionRecipe | CVAERecipe:
    """Load a recipe of a generator, of either kind.

    Raises:
        ValueError: no such recipe, or one that says what it cannot.
    """
    if kind_of(recipe) == "cvae":
        return load_cvae_recipe(recipe, overrides)
    return load_diffusion_recipe(None if recipe == DIFFUSION else recipe, overrides)


def make_generator(
    recipe: DiffusionRecipe | CVAERecipe,
    cohorts: Sequence[TrainingCohort],
    *,
    run_folder: Path,
    pack_folder: Path,
    name: str,
    version: str,
    commit: str,
    resume: bool = False,
) -> tuple[Pack | None, str]:
    """Train a generator and write its pack.

    Args:
        recipe: how.
        cohorts: what to learn from; the first one's validation patients judge the run.
        run_folder: of the log and the checkpoints.
        pack_folder: a pack that is there is replaced.
        name: of the pack.
        version: of these weights.
        commit: of the code that trains it.
        resume: go on where a run of this folder stopped.

    Returns:
        the pack, ``None`` where the run did not come to its end or another process writes it, and
        how it ended.

    Raises:
        ValueError: cohorts that do not fit, or what `train` refuses.
    """
    began = time.monotonic()
    if isinstance(recipe, CVAERecipe):
        trained = train_cvae(recipe, cohorts, folder=run_folder, resume=resume)
        if trained.run.ended.startswith(_UNFINISHED) or not first_process():
            return None, trained.run.ended
        pack = write_cvae_pack(
            pack_folder,
            trained,
            recipe,
            cohorts,
            name=name,
            version=version,
            commit=commit,
            wall_seconds=time.monotonic() - began,
            overwrite=True,
        )
        return pack, trained.run.ended
    network, ground, run = train_generator(recipe, cohorts, folder=run_folder, resume=resume)
    if run.ended.startswith(_UNFINISHED) or not first_process():
        return None, run.ended
    pack = write_generator_pack(
        pack_folder,
        network,
        ground,
        recipe,
        cohorts,
        name=name,
        version=version,
        commit=commit,
        wall_seconds=time.monotonic() - began,
        overwrite=True,
    )
    return pack, run.ended


def _kind_of_file(path: Path) -> Kind:
    found = yaml.safe_load(path.read_text("utf-8"))
    fields = set(found) if isinstance(found, dict) else set()
    for kind, own in _OWN.items():
        if fields & own:
            return kind
    return "series"
