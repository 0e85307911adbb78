"""A search finds the better recipe, goes on where it stopped, and refuses what it cannot try."""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import optuna
import pytest
import torch
from torch import nn

from evoscope.multitask import (
    Batch,
    ImprovedTaskHead,
    Labels,
    MultiTaskModel,
    Recipe,
    Regression,
    Search,
    tune,
)
from evoscope.multitask.search import Tuned
from evoscope.multitask.verdict import ending, judge_task

RECIPE = Recipe.model_validate(
    {"epochs": 2, "device": "cpu", "seed": 5, "schedule": {"kind": "constant"}}
)
WIDE = Search.parse(
    """
    trials: 4
    ranges:
      optimiser.learning_rate: {low: 1e-5, high: 1e-1, log: true}
      batch_size: {low: 8, high: 40}
      schedule: [{kind: constant}, {kind: cosine, minimum: 0.1}]
    """
)


@pytest.fixture(scope="module", autouse=True)
def _quick_verdicts() -> Iterator[None]:
    """A verdict on the run of every trial costs more than its training here."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ending, "judge_task", partial(judge_task, resamples=2))
        yield


def data(seed: int) -> Batch:
    draws = torch.Generator().manual_seed(seed)
    x = torch.randn(64, 3, generator=draws)
    known = torch.ones(64, dtype=torch.bool)
    return Batch({"input": x}, Labels({"size": 3 * x[:, 1] + 50}, {"size": known}))


def make(recipe: Recipe) -> nn.Module:
    head = ImprovedTaskHead(3, 1, hidden_dims=(), task_type="regression")
    return MultiTaskModel(nn.Identity(), {"size": head})


def searched(
    search: Search,
    folder: Path,
    maker: Callable[[Recipe], nn.Module] = make,
    *,
    resume: bool = False,
) -> Tuned:
    task = Regression("size")
    return tune(search, maker, [task], data(1), data(2), RECIPE, folder=folder, resume=resume)


def test_the_better_recipe_is_found_and_written(tmp_path: Path) -> None:
    search = Search.parse("{trials: 4, ranges: {optimiser.learning_rate: [1.0e-6, 3.0e-2]}}")
    found = searched(search, tmp_path / "s")
    assert {own.values["optimiser.learning_rate"] for own in found.trials} == {1e-6, 3e-2}
    assert found.best.optimiser.learning_rate == 3e-2
    assert Recipe.load(tmp_path / "s/best.yaml") == found.best
    # All else is as it was, the seed of every run among it.
    assert found.best.model_copy(update={"optimiser": RECIPE.optimiser}) == RECIPE
    seeds = {Recipe.load(own.folder / "recipe.yaml").seed for own in found.trials}
    assert seeds == {RECIPE.seed}
    with (tmp_path / "s/trials.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["state"] for row in rows] == ["complete"] * 4
    assert [float(row["combined"]) for row in rows] == [own.value for own in found.trials]


def killed_in(trial: int) -> Callable[[Recipe], nn.Module]:
    made = -1

    def maker(recipe: Recipe) -> nn.Module:
        nonlocal made
        made += 1
        if made == trial:
            raise KeyboardInterrupt
        return make(recipe)

    return maker


def test_a_search_that_was_killed_goes_on_to_what_an_uninterrupted_one_finds(
    tmp_path: Path,
) -> None:
    whole = searched(WIDE, tmp_path / "whole")
    with pytest.raises(KeyboardInterrupt):
        searched(WIDE, tmp_path / "again", killed_in(2))
    with pytest.raises(ValueError, match="folder of a new search should be empty"):
        searched(WIDE, tmp_path / "again")
    again = searched(WIDE, tmp_path / "again", resume=True)
    assert [own.values for own in again.trials] == [own.values for own in whole.trials]
    assert [own.value for own in again.trials] == [own.value for own in whole.trials]
    assert len({str(own.values) for own in whole.trials}) == 4
    # Finished trials are kept, and more can be asked for.
    more = searched(
        WIDE.model_copy(update={"trials": 5}), tmp_path / "again", killed_in(1), resume=True
    )
    assert [own.values for own in more.trials[:4]] == [own.values for own in whole.trials]
    assert len(more.trials) == 5


def test_a_trial_that_raises_is_told_and_not_tried_again(tmp_path: Path) -> None:
    def broken(recipe: Recipe) -> nn.Module:
        raise RuntimeError("no such backbone")

    with pytest.raises(RuntimeError, match="no such backbone"):
        searched(WIDE, tmp_path / "s", broken)
    found = searched(WIDE.model_copy(update={"trials": 2}), tmp_path / "s", resume=True)
    assert [own.state for own in found.trials] == ["fail", "complete"]


def test_a_trial_that_was_killed_before_its_values_were_written_is_none(tmp_path: Path) -> None:
    one = WIDE.model_copy(update={"trials": 1})
    searched(one, tmp_path / "s")
    backend = optuna.storages.journal.JournalFileBackend(str(tmp_path / "s/journal.log"))
    storage = optuna.storages.JournalStorage(backend)
    optuna.load_study(study_name="search", storage=storage).ask()
    found = searched(WIDE.model_copy(update={"trials": 3}), tmp_path / "s", resume=True)
    assert [own.state for own in found.trials] == ["complete", "fail", "complete"]
    assert not (tmp_path / "s/trial-1").exists()


def test_hopeless_runs_are_given_up_where_that_is_asked_for(tmp_path: Path) -> None:
    text = """
    trials: 6
    ranges: {optimiser.learning_rate: [1.0e-6, 3.0e-2]}
    pruning: {first_trials: 2, first_epochs: 0}
    """
    found = searched(Search.parse(text), tmp_path / "s")
    pruned = [own for own in found.trials if own.state == "pruned"]
    assert pruned
    assert {own.values["optimiser.learning_rate"] for own in pruned} == {1e-6}
    assert {own.value for own in pruned} == {None}
    assert found.best.optimiser.learning_rate == 3e-2


def test_a_resumed_search_of_other_ranges_is_refused(tmp_path: Path) -> None:
    searched(WIDE.model_copy(update={"trials": 1}), tmp_path / "s")
    other = WIDE.model_copy(update={"seed": 9})
    with pytest.raises(ValueError, match=r"the search it began with\. Found another \['seed'\]"):
        searched(other, tmp_path / "s", resume=True)


def test_ranges_that_leave_the_recipe_are_refused_before_a_run(tmp_path: Path) -> None:
    for ranges, says in {
        "{optimizer.learning_rate: [0.1]}": "Did you mean 'optimiser'",
        "{batch_size: {low: 0, high: 8}}": "batch_size should be greater than or equal to 1",
        "{schedule: [{kind: cosin}]}": "schedule.kind should be one of 'constant', 'cosine'",
    }.items():
        with pytest.raises(ValueError, match=says):
            searched(Search.parse(f"ranges: {ranges}"), tmp_path / "s")
    assert not (tmp_path / "s").exists()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("trials: 3", "ranges should be given"),
        ("ranges: {}", "ranges should name a field"),
        ("ranges: {epochs: {low: 3}}", "ranges.epochs: a range should be {low, high} or a list"),
        ("ranges: {epochs: []}", "ranges.epochs: a range should be {low, high} or a list"),
        ("ranges: {epochs: {low: 9, high: 3}}", "ranges.epochs: low should be below high"),
        ("ranges: {epochs: {low: 0, high: 3, log: true}}", "low should be above 0 for log"),
        (
            "ranges: {epochs: {low: 1, hihg: 3}}",
            "should be {low, high, log} or a list. Found {'low': 1, 'hihg': 3}",
        ),
        ("ranges: {epochs: 3}", "ranges.epochs: a range should be {low, high, log} or a list"),
        ("range: {}", "Did you mean 'ranges'?"),
        ("- 3", "the search should"),
    ],
)
def test_a_bad_search_is_refused_with_the_field(text: str, says: str) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011  the message is compared below
        Search.parse(text)
    assert says in str(caught.value)


def test_without_the_extra_its_name_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "optuna", None)
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'evoscope\[tune\]'"):
        searched(WIDE, tmp_path / "s")


def test_several_processes_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORLD_SIZE", "2")
    with pytest.raises(ValueError, match="should run in one process"):
        searched(WIDE, tmp_path / "s")


def test_a_search_without_rows_to_judge_by_is_refused(tmp_path: Path) -> None:
    nothing = data(2)[torch.arange(0)]
    with pytest.raises(ValueError, match="validation rows to judge by"):
        tune(WIDE, make, [Regression("size")], data(1), nothing, RECIPE, folder=tmp_path / "s")
