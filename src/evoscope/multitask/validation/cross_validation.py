"""A model for every fold; figures once, over what each model answers of groups it never saw."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from evoscope.measure import Measured
from evoscope.multitask.batch import Labels, Source
from evoscope.multitask.loop.evaluate import Evaluation, evaluate
from evoscope.multitask.loop.log import as_json
from evoscope.multitask.loop.run import Run
from evoscope.multitask.making import ModelMaker, make_and_train
from evoscope.multitask.model import Outputs
from evoscope.multitask.recipe import Recipe
from evoscope.multitask.tasks.task import Task
from evoscope.multitask.validation.figures import pooled_figures
from evoscope.multitask.validation.folds import (
    checked_folds,
    checked_groups,
    group_folds,
    refuse_copies,
)
from evoscope.multitask.validation.rows import Rows, of_sets, set_sizes
from evoscope.multitask.verdict import TaskVerdict, judge_task

FOLDS = "folds.json"
RESULT = "cross_validation.json"


@dataclass(frozen=True, slots=True)
class CrossValidation:
    """What cross-validation found.

    Attributes:
        folder: holds the run ``fold-<number>`` of every fold, ``folds.json`` (which fold each
            group is in) and ``cross_validation.json`` (figures and verdicts).
        folds: of every row of the labels.
        outputs, labels: of every row, in the source's order, on the CPU; each row's outputs are
            those of the model that neither trained on its group nor was chosen by it.
        metrics: task -> metric -> figure over all rows, with its 90 % interval over groups.
        trivial: the same figures of the trivial predictor. It knows the labels of all rows, which
            makes it a little harder to beat, and keeps a constant's R2 at 0.
        verdicts: of every task, from the interval of its advantage over the trivial predictor.
        runs: of every fold.
    """

    folder: Path
    folds: NDArray[np.int64]
    outputs: Outputs
    labels: Labels
    metrics: Mapping[str, Mapping[str, Measured]]
    trivial: Mapping[str, Mapping[str, Measured]]
    verdicts: Mapping[str, TaskVerdict]
    runs: Sequence[Run]


def cross_validate(
    make: ModelMaker,
    tasks: Sequence[Task],
    source: Source,
    groups: Sequence[str] | Sequence[int] | NDArray[Any],
    recipe: Recipe,
    *,
    folder: str | Path,
    folds: int | Sequence[int] | NDArray[Any] = 5,
    resume: bool = False,
    facts: Mapping[str, str] | None = None,
) -> CrossValidation:
    """Cross-validate a recipe by groups: patients, corpora, sites.

    Of every fold's model, the next fold watches the training (early stopping, plateaus, dynamic
    class weights, red flags), and the others are trained on: what is tested chooses nothing. Tasks
    are fitted anew in every fold. Figures are computed once, over the pool (averages over folds
    depend on how the folds were cut), and intervals resample whole groups.

    Args:
        make: makes the model of a fold; the same first weights for each.
        tasks: what is asked.
        source: all rows, or sets of rows.
        groups: of every row, or of every set (as its rows have one group, both are understood); no
            group is in two folds.
        recipe: of every fold's run; its seed deals the groups, too.
        folder: where all of it is written.
        folds: how many; or the fold of every row (or set), where others dealt them.
        resume: go on where it stopped; finished folds are loaded.
        facts: of the data, as of `train`.

    Raises:
        ValueError: groups or folds that let a group be trained on and tested, or copies of a row
            under two groups; a task that a fold leaves without labels; a folder with other folds.
        KeyboardInterrupt: interrupted from outside; resume it.
    """
    folder = Path(folder)
    # What is counted, dealt and trained on are rows or sets of rows; figures are of rows.
    sizes = set_sizes(source)
    belong = checked_groups(of_sets(groups, sizes), len(source))
    refuse_copies(source, belong)
    row_groups = np.repeat(belong, sizes)
    if isinstance(folds, int):
        row_folds = group_folds(row_groups, source.labels, folds, seed=recipe.seed)
        fold_of = row_folds[sizes.cumsum() - sizes]
    else:
        fold_of = checked_folds(folds, belong)
        row_folds = np.repeat(fold_of, sizes)
    _check_labels(tasks, source.labels, row_folds)
    facts = {**(facts or {}), "folds": _keep_folds(folder, belong, fold_of, resume=resume)}
    runs, found = [], []
    for number in range(n_folds(fold_of)):
        tested, watching, training = (
            Rows(source, torch.from_numpy(rows), belong[rows].tolist())
            for rows in parts_of(fold_of, number)
        )
        trained = make_and_train(
            make,
            tasks,
            training,
            watching,
            recipe,
            folder=folder / f"fold-{number}",
            resume=resume,
            facts={**facts, "fold": str(number)},
        )
        runs.append(trained.run)
        found.append(
            evaluate(
                trained.model,
                list(trained.tasks.values()),
                tested,
                rows=recipe.batch_size,
                seed=recipe.seed,
            )
        )
    outputs, labels = _in_order(found, row_folds)
    fitted = [deepcopy(task).to("cpu") for task in tasks]
    for task in fitted:
        task.fit(labels)
    whole = CrossValidation(
        folder=folder,
        folds=row_folds,
        outputs=outputs,
        labels=labels,
        metrics={t.name: pooled_figures(t, outputs, labels, row_groups) for t in fitted},
        trivial={t.name: t.metrics(t.baseline(labels), labels) for t in fitted},
        verdicts={t.name: judge_task(t, outputs, labels, row_groups.tolist()) for t in fitted},
        runs=runs,
    )
    _write(whole, facts)
    return whole


def n_folds(fold_of: NDArray[np.int64]) -> int:
    """Count the folds."""
    return int(fold_of.max()) + 1


def parts_of(
    fold_of: NDArray[np.int64], tested: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Rows that are tested, that watch the training, and that are trained on.

    Example:
        >>> [rows.tolist() for rows in parts_of(np.array([0, 1, 2, 3, 0]), 3)]
        [[3], [0, 4], [1, 2]]
    """
    watching = (tested + 1) % n_folds(fold_of)
    is_tested, watches = fold_of == tested, fold_of == watching
    return (
        np.flatnonzero(is_tested),
        np.flatnonzero(watches),
        np.flatnonzero(~is_tested & ~watches),
    )


def _check_labels(tasks: Sequence[Task], labels: Labels, fold_of: NDArray[np.int64]) -> None:
    """Refuse a task without labels before the folds ahead of it are trained."""
    for number in range(n_folds(fold_of)):
        _, _, training = parts_of(fold_of, number)
        left = labels[torch.from_numpy(training)]
        for task in tasks:
            if not left.has(task.name):
                raise ValueError(
                    f"labels of {task.name!r} should be in groups of three folds at least. Found "
                    f"none to train on beside fold {number}. Label more groups."
                )


def _keep_folds(
    folder: Path, groups: NDArray[Any], fold_of: NDArray[np.int64], *, resume: bool
) -> str:
    """Write which fold each group is in; answers the hash of it."""
    names, at = np.unique(groups, return_index=True)
    dealt = {str(name): int(fold_of[row]) for name, row in zip(names, at, strict=True)}
    digest = hashlib.sha256(json.dumps(dealt, sort_keys=True).encode()).hexdigest()
    path = folder / FOLDS
    if path.exists():
        then = json.loads(path.read_text(encoding="utf-8"))["sha256"]
        if not resume or then != digest:
            raise ValueError(
                f"the folder of a new cross-validation should be empty, and a resumed one should "
                f"have the folds it began with. Found {path} with the folds {then[:12]}, now "
                f"{digest[:12]}. Resume with the same groups and seed, or choose another folder."
            )
    folder.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"sha256": digest, "folds": dealt}, indent=2) + "\n", "utf-8")
    return digest


def _in_order(found: Sequence[Evaluation], fold_of: NDArray[np.int64]) -> tuple[Outputs, Labels]:
    """Outputs and labels of all folds, in the order of the source's rows."""
    back = torch.from_numpy(np.argsort(np.argsort(fold_of, kind="stable"), kind="stable"))
    outputs = {
        name: torch.cat([own.outputs[name] for own in found])[back] for name in found[0].outputs
    }
    labels = [own.labels for own in found]
    names = labels[0].targets
    return outputs, Labels(
        {name: torch.cat([own.targets[name] for own in labels])[back] for name in names},
        {name: torch.cat([own.present[name] for own in labels])[back] for name in names},
    )


def _write(whole: CrossValidation, facts: Mapping[str, str]) -> None:
    found = {
        "facts": dict(facts),
        "rows": len(whole.folds),
        "ended": [run.ended for run in whole.runs],
        "metrics": whole.metrics,
        "trivial": whole.trivial,
        "verdicts": {name: asdict(verdict) for name, verdict in whole.verdicts.items()},
    }
    text = json.dumps(as_json(found), indent=2) + "\n"
    (whole.folder / RESULT).write_text(text, encoding="utf-8")
