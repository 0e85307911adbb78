"""Making and training one model of several: what ensembles, folds and searches share."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import torch
from torch import nn

from evoscope.multitask.batch import Source
from evoscope.multitask.callback import Callback
from evoscope.multitask.loop.run import Run
from evoscope.multitask.loop.train import train
from evoscope.multitask.recipe import Recipe
from evoscope.multitask.tasks.task import Task

ModelMaker: TypeAlias = Callable[[Recipe], nn.Module]
"""Makes a new, untrained model; called with torch seeded by the recipe's seed."""


@dataclass(frozen=True, slots=True)
class Trained:
    """A model that was trained, on the device it was trained on.

    Attributes:
        model: with the weights its run kept.
        tasks: fitted to its training labels, by name.
        run: what it left behind.
    """

    model: nn.Module
    tasks: Mapping[str, Task]
    run: Run


def make_model(make: ModelMaker, recipe: Recipe) -> nn.Module:
    """Make a model whose first weights depend on the recipe's seed alone.

    Raises:
        TypeError: a model in the place of what makes one: every run begins with its own.

    Example:
        >>> model = make_model(lambda recipe: nn.Linear(2, 1), Recipe(seed=3))
        >>> again = make_model(lambda recipe: nn.Linear(2, 1), Recipe(seed=3))
        >>> torch.equal(model.weight, again.weight)
        True
    """
    if isinstance(make, nn.Module):
        raise TypeError(
            "make should be a function from a recipe to a new model. Found a "
            f"{type(make).__name__}: hand in what builds it, as in 'lambda recipe: Model(...)'."
        )
    with torch.random.fork_rng():
        torch.manual_seed(recipe.seed)
        return make(recipe)


def make_and_train(
    make: ModelMaker,
    tasks: Sequence[Task],
    training: Source,
    validation: Source | None,
    recipe: Recipe,
    *,
    folder: Path,
    callbacks: Sequence[Callback] = (),
    resume: bool = False,
    facts: Mapping[str, str] | None = None,
) -> Trained:
    """Make a model and train it; the tasks are copied, so that each model fits its own.

    Args:
        make: makes it.
        tasks: what is asked.
        training: rows to learn from.
        validation: rows to evaluate on after every epoch.
        recipe: how.
        folder: of the run.
        callbacks: what else hangs on the loop.
        resume: go on from the folder's checkpoint; a finished run is loaded.
        facts: what a checkpoint should remember of the data.

    Raises:
        KeyboardInterrupt: the run was interrupted from outside: those after it must not begin.
        ValueError: see `train`.
    """
    model = make_model(make, recipe)
    own = [deepcopy(task) for task in tasks]
    run = train(
        model,
        own,
        training,
        validation,
        recipe,
        folder=folder,
        callbacks=callbacks,
        resume=resume,
        facts=facts,
    )
    if run.ended.startswith("interrupted"):
        raise KeyboardInterrupt(f"{folder}: {run.ended}. Go on with resume=True.")
    return Trained(model, {task.name: task for task in own}, run)
