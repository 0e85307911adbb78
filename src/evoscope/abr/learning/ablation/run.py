"""One run of a row: train within the budget, read held-out patients, one line of figures."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from pydantic import BaseModel, ConfigDict
from torch import nn

from evoscope.abr.learning.ablation.budget import Budget, Rounds, shortened
from evoscope.abr.learning.ablation.rows import Row
from evoscope.abr.learning.data import SeriesSource
from evoscope.abr.learning.networks import build_network, network_tasks
from evoscope.abr.learning.series import ContractAnswers, series_tasks
from evoscope.abr.learning.training import TrainingCohort
from evoscope.multitask import evaluate, train
from evoscope.multitask.making import make_model

FIGURES: Mapping[str, tuple[str, str]] = {
    "existence_auc": ("existence", "auc.V"),
    "latency_mae_ms": ("latency", "mae.V"),
    "amplitude_r2": ("amplitude", "r2.V"),
    "threshold_mae_db": ("threshold", "mae"),
    "class_macro_f1": ("loss_class", "macro_f1"),
}
"""Name of a figure -> task and metric. Beside these: ``denoise``, error over noise power."""
_AT_ONCE = 16


class Line(BaseModel):
    """One run: a line of the file.

    Attributes:
        row, seed: which.
        metrics: by name, ``None`` where undefined.
        trivial: the same of an answer that knows the training labels alone.
        n: labels behind each.
        steps: of the optimiser. series: seen, some more than once.
        parameters: of the network.
        cpu_seconds: of training, measured; wall_seconds: of the run.
        budget_seconds, budget_steps: what was allowed.
        cohort_sha256, split_sha256: of the data. commit: of the code.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    row: str
    seed: int
    metrics: dict[str, float | None]
    trivial: dict[str, float | None]
    n: dict[str, int]
    steps: int
    series: int
    parameters: int
    cpu_seconds: float
    wall_seconds: float
    budget_seconds: float
    budget_steps: int | None
    cohort_sha256: str
    split_sha256: str
    commit: str
    threads: int = 1


def run_row(
    row: Row, seed: int, cohort: TrainingCohort, budget: Budget, *, steps: int, commit: str
) -> Line:
    """Train and judge one row.

    Args:
        row: what is changed.
        seed: of weights and order.
        cohort: trained on, and judged on its validation patients: nothing is chosen by them.
        budget: what was allowed.
        steps: what it buys.
        commit: of the code.

    Raises:
        KeyboardInterrupt: it was interrupted from outside.
    """
    began = time.monotonic()
    recipe, series = shortened(row.recipe.model_copy(update={"seed": seed}), steps)
    source = SeriesSource(cohort.training, augmentation=recipe.augmentation)
    training = Rounds(source, series, sampling=recipe.sampling)
    tasks = network_tasks(recipe.network, recipe.class_loss)
    model = make_model(lambda _: build_network(recipe.network), recipe)
    spent = time.process_time()
    with TemporaryDirectory() as folder:
        run = train(model, tasks, training, None, recipe, folder=Path(folder) / "run")
    spent = time.process_time() - spent
    if run.ended != "completed":
        raise KeyboardInterrupt(f"{row.name}, seed {seed}: {run.ended}")
    metrics, trivial, n = judged(model, cohort)
    return Line(
        row=row.name,
        seed=seed,
        metrics=metrics,
        trivial=trivial,
        n=n,
        steps=run.steps,
        series=recipe.epochs * series,
        parameters=sum(p.numel() for p in model.parameters()),
        cpu_seconds=round(spent, 2),
        wall_seconds=round(time.monotonic() - began, 2),
        budget_seconds=budget.seconds,
        budget_steps=budget.steps,
        cohort_sha256=cohort.sha256,
        split_sha256=cohort.split_sha256,
        commit=commit,
    )


def judged(
    model: nn.Module, cohort: TrainingCohort
) -> tuple[dict[str, float | None], dict[str, float | None], dict[str, int]]:
    """Figures of the validation patients, of any heads, by the same tasks."""
    tasks = series_tasks()
    labels = SeriesSource(cohort.training).labels
    for task in tasks:
        task.fit(labels)
    reader = ContractAnswers(model).to(next(model.parameters()).device)
    for task in tasks:
        task.to(next(model.parameters()).device)
    found = evaluate(reader, tasks, SeriesSource(cohort.validation), rows=_AT_ONCE)
    metrics = {name: found.metrics[task][key] for name, (task, key) in FIGURES.items()}
    trivial = {name: found.trivial[task][key].value for name, (task, key) in FIGURES.items()}
    values = {name: figure.value for name, figure in metrics.items()}
    # The raw average scores 1: what is left of the noise power, of recordings alike.
    values["denoise"], trivial["denoise"] = found.losses["signal"], 1.0
    counts = {name: figure.n for name, figure in metrics.items()}
    counts["denoise"] = int(found.labels.present["signal"].any(1).sum())
    return values, trivial, counts
