"""Runs the trials of a search, one after another."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evoscope.multitask.batch import Source
from evoscope.multitask.making import ModelMaker, make_and_train
from evoscope.multitask.recipe import Recipe
from evoscope.multitask.search.scores import PRUNED, Scores
from evoscope.multitask.search.settings import Range, Search, applied, check_ranges
from evoscope.multitask.seeds import derived_seed
from evoscope.multitask.tasks.task import Task

JOURNAL = "journal.log"
TABLE = "trials.csv"
BEST = "best.yaml"
_SAMPLER_SEEDS = 2**32


@dataclass(frozen=True, slots=True)
class TrialResult:
    """One trial.

    Attributes:
        number: from 0.
        values: dotted field -> what it was.
        state: ``complete``, ``pruned``, ``fail`` (it raised), or ``running`` (it was killed).
        value: of the monitor, in the epoch whose weights were kept; ``None`` where there is none.
        folder: of the run.
    """

    number: int
    values: Mapping[str, Any]
    state: str
    value: float | None
    folder: Path


@dataclass(frozen=True, slots=True)
class Tuned:
    """What a search found.

    Attributes:
        folder: holds ``best.yaml``, ``trials.csv``, Optuna's ``journal.log`` and a run folder for
            every trial.
        best: the recipe of the best trial. Its figure is the best of many on the same validation
            rows, so it flatters: test it on others.
        trials: in order.
    """

    folder: Path
    best: Recipe
    trials: Sequence[TrialResult]


def tune(
    search: Search,
    make: ModelMaker,
    tasks: Sequence[Task],
    training: Source,
    validation: Source,
    recipe: Recipe,
    *,
    folder: str | Path,
    resume: bool = False,
    facts: Mapping[str, str] | None = None,
) -> Tuned:
    """Search a recipe's ranges by tree-structured Parzen estimators (Bergstra et al. 2011).

    What a trial tries depends on the search's seed, its number and the trials before it alone: a
    search that was killed and resumed tries what an uninterrupted one tries.

    Args:
        search: what, and how.
        make: makes a trial's model from its recipe.
        tasks: what is asked.
        training: rows to learn from.
        validation: rows that judge the trials.
        recipe: whatever is not searched.
        folder: where all of it is written.
        resume: go on; finished trials are not run again. More ``trials`` may be asked for.
        facts: what checkpoints should remember of the data.

    Raises:
        ModuleNotFoundError: optuna is not installed; names the extra that brings it.
        ValueError: ranges that leave the recipe, no validation rows, a folder in use or of another
            search, several processes, no trial with a figure.
        KeyboardInterrupt: interrupted from outside; resume it.
    """
    optuna = _optuna()
    check_ranges(search, recipe)
    if validation is None or not len(validation):
        raise ValueError("a search should have validation rows to judge by. Found none.")
    if int(os.environ.get("WORLD_SIZE", "1")) > 1:
        raise ValueError(
            "a search should run in one process. Found several: leave torchrun out, and train "
            "the best recipe with it."
        )
    folder = Path(folder)
    study = _study(optuna, folder, search, recipe, resume=resume)
    distributions = {name: _distribution(optuna, own) for name, own in search.ranges.items()}
    for number in range(search.trials):
        before = study.trials[number] if number < len(study.trials) else None
        if before is not None and before.state.is_finished():
            continue
        if before is None:
            study.sampler = optuna.samplers.TPESampler(
                seed=derived_seed(search.seed, "trial", number) % _SAMPLER_SEEDS
            )
            trial = study.ask(fixed_distributions=distributions)
        elif set(before.params) == set(search.ranges):  # killed while it was running
            trial = optuna.Trial(study, before._trial_id)
        else:  # killed before all of its values were written: what it was to try is lost
            study.tell(number, state=optuna.trial.TrialState.FAIL)
            continue
        scores = Scores(search.monitor, trial if search.pruning else None)
        try:
            trained = make_and_train(
                make,
                tasks,
                training,
                validation,
                applied(recipe, _values(search, trial.params)),
                folder=folder / f"trial-{number}",
                callbacks=[scores],
                resume=resume,
                facts=facts,
            )
        except Exception:
            study.tell(trial, state=optuna.trial.TrialState.FAIL)
            raise
        if trained.run.ended.startswith(PRUNED):
            study.tell(trial, state=optuna.trial.TrialState.PRUNED)
        else:
            study.tell(trial, scores.kept(trained.run.best_epoch))
        _write_table(search, _results(search, study, folder), folder)
    return _tuned(search, study, recipe, folder)


def _optuna() -> Any:
    try:
        import optuna
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            "optuna should be installed to search a recipe's ranges. "
            "Found none: pip install 'evoscope[tune]'."
        ) from error
    return optuna


def _study(optuna: Any, folder: Path, search: Search, recipe: Recipe, *, resume: bool) -> Any:
    path = folder / JOURNAL
    if path.exists() and not resume:
        raise ValueError(
            f"the folder of a new search should be empty. Found a search in {folder}. "
            "Resume it, or choose another folder."
        )
    folder.mkdir(parents=True, exist_ok=True)
    storage = optuna.storages.JournalStorage(optuna.storages.journal.JournalFileBackend(str(path)))
    pruner = optuna.pruners.NopPruner()
    if search.pruning:
        pruner = optuna.pruners.MedianPruner(
            n_startup_trials=search.pruning.first_trials,
            n_warmup_steps=search.pruning.first_epochs,
        )
    study = optuna.create_study(
        storage=storage,
        study_name="search",
        direction="maximize",
        pruner=pruner,
        load_if_exists=True,
    )
    began = {
        "search": search.model_dump(mode="json", exclude={"trials"}),
        "recipe": recipe.model_dump(mode="json"),
    }
    for what, now in began.items():
        then = study.user_attrs.get(what, now)
        if then != now:
            other = [field for field in now if then.get(field) != now[field]]
            raise ValueError(
                f"a resumed search should have the {what} it began with. Found another {other}. "
                "Put it back, or search in another folder."
            )
        study.set_user_attr(what, now)
    return study


def _distribution(optuna: Any, own: Range) -> Any:
    kinds = optuna.distributions
    if own.choices is not None:  # as text: Optuna takes no mappings, and a table shows these
        return kinds.CategoricalDistribution([json.dumps(choice) for choice in own.choices])
    whole = isinstance(own.low, int) and isinstance(own.high, int)
    kind = kinds.IntDistribution if whole else kinds.FloatDistribution
    return kind(own.low, own.high, log=own.log)


def _values(search: Search, params: Mapping[str, Any]) -> dict[str, Any]:
    return {
        field: json.loads(value) if search.ranges[field].choices is not None else value
        for field, value in params.items()
    }


def _results(search: Search, study: Any, folder: Path) -> list[TrialResult]:
    return [
        TrialResult(
            number=trial.number,
            values=_values(search, trial.params),
            state=trial.state.name.lower(),
            value=trial.value if trial.state.name == "COMPLETE" else None,
            folder=folder / f"trial-{trial.number}",
        )
        for trial in study.trials
    ]


def _tuned(search: Search, study: Any, recipe: Recipe, folder: Path) -> Tuned:
    trials = _results(search, study, folder)
    judged = [trial for trial in trials if trial.value is not None and trial.value > float("-inf")]
    if not judged:
        raise ValueError(
            f"a search should have a trial with a figure of {search.monitor!r}. Found none of "
            f"{len(trials)}: see the runs in {folder}."
        )
    best = max(judged, key=lambda trial: (trial.value, -trial.number))
    found = applied(recipe, dict(best.values))
    (folder / BEST).write_text(found.dump(), encoding="utf-8")
    return Tuned(folder, found, trials)


def _write_table(search: Search, trials: Sequence[TrialResult], folder: Path) -> None:
    with (folder / TABLE).open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["trial", "state", search.monitor, *search.ranges])
        for trial in trials:
            values = [json.dumps(trial.values.get(field)) for field in search.ranges]
            writer.writerow([trial.number, trial.state, trial.value, *values])
