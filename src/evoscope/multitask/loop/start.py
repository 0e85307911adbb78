"""How a run begins, and how it ends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from torch import nn

from evoscope.multitask.adaptation import Penalty
from evoscope.multitask.batch import Source
from evoscope.multitask.callback import Callback
from evoscope.multitask.curriculum import check_curriculum
from evoscope.multitask.flags.settings import make_flags
from evoscope.multitask.loop.answers import check_answers
from evoscope.multitask.loop.place import Place
from evoscope.multitask.loop.run import LAST, LOG, MODEL, RECIPE
from evoscope.multitask.loop.training import Training, load_model
from evoscope.multitask.model import Starts
from evoscope.multitask.optimisation.early_stopping import EarlyStoppingWatch, PlateauWatch
from evoscope.multitask.optimisation.schedule import Plateau
from evoscope.multitask.recipe import Recipe
from evoscope.multitask.tasks.task import Task
from evoscope.multitask.weighting.settings import LearnedSettings
from evoscope.multitask.weighting.validation_gradient import ValidationGradient


def prepare(
    model: nn.Module,
    tasks: Sequence[Task],
    training: Source,
    validation: Source | None,
    recipe: Recipe,
    *,
    place: Place,
    folder: Path,
    callbacks: Sequence[Callback],
    penalties: Sequence[Penalty],
    start_heads: bool,
    resume: bool,
    facts: Mapping[str, str],
) -> Training:
    """Fit the tasks, start the heads, build what moves the weights; or take it all back.

    Raises:
        ValueError: see `train`.
    """
    _check(tasks, training, validation, recipe)
    check_curriculum(recipe.curriculum, [task.name for task in tasks], model)
    if not resume and any((folder / name).exists() for name in (LAST, MODEL)):
        raise ValueError(
            f"the folder of a new run should be empty. Found a run in {folder}. "
            "Resume it, or choose another folder."
        )
    model.to(place.device)
    for task in tasks:
        task.fit(training.labels)
        if start_heads and isinstance(model, Starts):
            model.start_at(task.output, task.start())
        task.to(place.device)
    place.same_start(model)
    check_answers(model, tasks, training, recipe, place)
    run = Training(
        model,
        {task.name: task for task in tasks},
        recipe,
        place,
        folder,
        [*_own_callbacks(training, validation, recipe), *callbacks],
        penalties,
        facts,
    )
    again = (folder / LAST).exists()
    if again:
        run.resume()
    if place.writes:
        folder.mkdir(parents=True, exist_ok=True)
        if not again:  # what is there is of a run that died before its first checkpoint
            (folder / LOG).unlink(missing_ok=True)
        (folder / RECIPE).write_text(recipe.dump(), encoding="utf-8")
        run.open(again=again, rows=len(training))
    return run


def conclude(run: Training) -> None:
    """Save where the run stands, and give the model the weights worth keeping."""
    run.save()
    if run.left:
        return
    if run.best_epoch is None:
        run.save_model(epoch=run.progress.epoch - 1)
    if run.place.writes:
        load_model(run.folder, run.model)
    run.place.same_start(run.model)


def _check(
    tasks: Sequence[Task], training: Source, validation: Source | None, recipe: Recipe
) -> None:
    names = [task.name for task in tasks]
    if not names or len(set(names)) < len(names):
        raise ValueError(f"tasks should be there and have different names. Found {names}.")
    if not len(training):
        raise ValueError("training should have rows. Found none.")
    if validation is None or not len(validation):
        needing = {
            "early_stopping": recipe.early_stopping is not None,
            "schedule.kind 'plateau'": isinstance(recipe.schedule, Plateau),
            "weighting.kind 'learned'": isinstance(recipe.weighting, LearnedSettings),
        }
        for what, needs in needing.items():
            if needs:
                raise ValueError(
                    f"{what} should have validation rows to watch. Found none: give some, or "
                    "leave it out of the recipe."
                )


def _own_callbacks(
    training: Source, validation: Source | None, recipe: Recipe
) -> Iterator[Callback]:
    """What the recipe asks for."""
    if recipe.early_stopping:
        yield EarlyStoppingWatch(recipe.early_stopping)
    if isinstance(recipe.schedule, Plateau):
        yield PlateauWatch(recipe.schedule)
    if isinstance(recipe.weighting, LearnedSettings) and validation is not None:
        yield ValidationGradient(training, validation, recipe.weighting, seed=recipe.seed)
    yield from make_flags(
        recipe.red_flags,
        training,
        validation,
        warmup_epochs=recipe.schedule.warmup_epochs,
        seed=recipe.seed,
    )
