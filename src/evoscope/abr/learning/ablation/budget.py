"""The same cost for every row: how many steps it buys, and recipes shortened to them."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Any

import torch
from jaxtyping import Int
from torch import Tensor

from evoscope.abr.learning.networks import build_network
from evoscope.abr.learning.training import SeriesRecipe
from evoscope.multitask import Batch, Labels
from evoscope.multitask.batch import Source, kinds_of, sizes_of
from evoscope.multitask.flags.settings import RedFlags
from evoscope.multitask.making import make_model
from evoscope.multitask.optimisation.optimiser import make_optimizer
from evoscope.multitask.sampling import AlikeSampling, ShuffledSampling

EPOCHS = range(10, 21)
"""Epochs that a run may be cut into: as fine as schedules and phases are followed."""
_TIMED, _WARM = 3, 1


@dataclass(frozen=True)
class Budget:
    """What a run may cost.

    Attributes:
        seconds: of one core, for training alone.
        steps: where given, so many steps instead, however long they take.
    """

    seconds: float = 45.0
    steps: int | None = None

    def steps_of(self, recipe: SeriesRecipe, training: Source) -> int:
        """How many steps of a recipe it buys; its pace is measured on a few."""
        if self.steps is not None:
            return self.steps
        return max(1, round(self.seconds / seconds_per_step(recipe, training)))


def seconds_per_step(
    recipe: SeriesRecipe, training: Source, *, clock: Callable[[], float] = time.process_time
) -> float:
    """Core seconds of a step: batch, forward, backward and the update; the median of three."""
    model = make_model(lambda _: build_network(recipe.network), recipe)
    optimizer = make_optimizer(model, torch.nn.Module(), recipe.optimiser, {})
    draws = torch.Generator().manual_seed(0)
    taken = []
    for _ in range(_WARM + _TIMED):
        began = clock()
        for _ in range(recipe.accumulation):
            rows = torch.randint(len(training), (recipe.batch_size,), generator=draws)
            outputs = model(**training.batch(rows, draws).inputs)
            total: Tensor = torch.stack([each.square().mean() for each in outputs.values()]).sum()
            total.backward()  # type: ignore[no-untyped-call]  # torch leaves it untyped
        optimizer.step()
        optimizer.zero_grad()
        taken.append(clock() - began)
    return median(taken[_WARM:])


class Rounds:
    """A source whose epochs are as short as is wanted.

    Args:
        source: what is drawn from.
        series: of an epoch.
        sampling: of the recipe: what it does not choose by label is drawn at random, of the same
            kind, so that epochs shorter than the source differ.

    Raises:
        ValueError: a source without series.
    """

    def __init__(self, source: Source, series: int, *, sampling: object) -> None:
        sizes = sizes_of(source)
        if sizes is None:
            raise ValueError("source should hold series. Found rows that stand for themselves.")
        self._source, self._series, self._sizes = source, series, sizes
        kinds = kinds_of(source)
        self._kinds = torch.zeros_like(sizes) if kinds is None else kinds
        self._drawn = isinstance(sampling, ShuffledSampling | AlikeSampling)
        self._alike = isinstance(sampling, AlikeSampling)

    def __len__(self) -> int:
        return self._series

    @property
    def labels(self) -> Labels:
        """Of all rows of the source."""
        return self._source.labels

    @property
    def sizes(self) -> Int[Tensor, " series"]:
        """Recordings of every series of the source."""
        return self._sizes

    @property
    def kinds(self) -> Int[Tensor, " series"]:
        """Kind of every series of an epoch: in turn those of the source."""
        return self._kinds[torch.arange(self._series) % len(self._kinds)]

    def batch(self, rows: Tensor, generator: torch.Generator) -> Batch:
        """Make a batch of as many series as there are rows."""
        if self._drawn:
            rows = self._drawn_for(rows, generator)
        return self._source.batch(rows, generator)

    def _drawn_for(self, rows: Tensor, generator: torch.Generator) -> Tensor:
        if not self._alike:
            return torch.randint(len(self._sizes), rows.shape, generator=generator)
        found = torch.empty_like(rows)
        wanted = self.kinds[rows]
        for kind in torch.unique(wanted):
            pool, here = torch.nonzero(self._kinds == kind)[:, 0], wanted == kind
            found[here] = pool[torch.randint(len(pool), (int(here.sum()),), generator=generator)]
        return found


def shortened(recipe: SeriesRecipe, steps: int) -> tuple[SeriesRecipe, int]:
    """Fit a recipe into some steps; what goes by epochs goes by the same share of the run.

    Its flags are down and it never stops early: every run of a table ends where its budget does.

    Returns:
        the recipe, and the series of one of its epochs.

    Example:
        >>> from evoscope.abr.learning.training import load_recipe
        >>> short, series = shortened(load_recipe("optimized"), 100)
        >>> short.epochs, series, [phase.start for phase in short.curriculum.phases]
        (20, 160, [0, 4, 8, 13])
    """
    # As many as leave the fewest steps over.
    epochs = max((min(e, steps) for e in EPOCHS), key=lambda e: (steps // e * e, e))
    share = epochs / recipe.epochs
    phases = [phase.model_dump(mode="json") for phase in recipe.curriculum.phases]
    for phase in phases:
        phase["start"] = round(share * phase["start"])
        _scale(phase, share)
    for before, after in pairwise(phases):
        after["start"] = max(after["start"], before["start"] + 1)
    fields = recipe.model_dump(mode="json") | {
        "epochs": epochs,
        "curriculum": {"phases": phases},
        "schedule": recipe.schedule.model_dump()
        | {"warmup_epochs": share * recipe.schedule.warmup_epochs},
        "early_stopping": None,
        "red_flags": dict.fromkeys(RedFlags.model_fields),
        "checkpoint_minutes": 1e6,
        "log_every": 1_000_000,
    }
    return SeriesRecipe.model_validate(fields), (steps // epochs) * recipe.rows_per_step


def _scale(part: Any, share: float) -> None:
    """Scale the epochs of every schedule in a phase."""
    if not isinstance(part, dict):
        return
    for inner in part.values():
        _scale(inner, share)
    if part.get("kind") in ("linear", "cosine"):
        part["start"], part["end"] = share * part["start"], share * part["end"]
    elif part.get("kind") == "piecewise":
        part["points"] = [[share * epoch, value] for epoch, value in part["points"]]
