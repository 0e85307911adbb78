"""What training further did: figures before and after, on the same patients."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from torch import nn

from evoscope.abr.learning.networks import build_network
from evoscope.abr.learning.training.fit import TrainingCohort, asked, sources_of
from evoscope.abr.learning.training.recipe import SeriesRecipe
from evoscope.abr.learning.training.start import StartingPack
from evoscope.multitask import evaluate

_AT_ONCE = 16


@dataclass(frozen=True)
class Change:
    """A task's main figure on the validation patients of the first cohort.

    Attributes:
        task, metric: what was measured.
        before, after: by the weights it began with, and by those it ended with; ``None`` where it
            cannot be told.
        trivial: by a guess that knows the training labels alone.
        n: labels.
        better: whether it rose, where higher is better; ``None`` where it cannot be told.
    """

    task: str
    metric: str
    before: float | None
    after: float | None
    trivial: float | None
    n: int
    better: bool | None


def change_of(
    model: nn.Module,
    start: StartingPack,
    recipe: SeriesRecipe,
    cohorts: Sequence[TrainingCohort],
) -> list[Change]:
    """Evaluate a network beside the one it was made of.

    Args:
        model: trained.
        start: what it began with.
        recipe: it was trained by.
        cohorts: it was trained on.
    """
    training, validation = sources_of(recipe, cohorts)
    tasks = asked(training, recipe)
    for task in tasks:
        task.fit(training.labels)
    earlier = build_network(recipe.network)
    start.load_into(earlier)
    old, new = (evaluate(one, tasks, validation, rows=_AT_ONCE) for one in (earlier, model))
    changes = []
    for task in tasks:
        name, metric = task.name, task.primary
        before, after = old.metrics[name][metric], new.metrics[name][metric]
        better = None
        if before.value is not None and after.value is not None:
            higher = task.higher_is_better[metric]
            better = after.value >= before.value if higher else after.value <= before.value
        changes.append(
            Change(
                name,
                metric,
                before.value,
                after.value,
                new.trivial[name][metric].value,
                after.n,
                better,
            )
        )
    return changes
