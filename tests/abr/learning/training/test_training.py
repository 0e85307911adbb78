"""A cohort and a recipe make a network, and what it was made of is known."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from evoscope.abr.learning.series import NOISE, SeriesConfig, SignalTask
from evoscope.abr.learning.training import (
    SeriesRecipe,
    TrainingCohort,
    load_cohort,
    load_recipe,
    shipped_recipes,
    train_series,
)
from evoscope.abr.simulation.make import simulate
from evoscope.multitask.batch import Labels

TINY = SeriesConfig(width=16, layers=1, condition_width=16)


@pytest.fixture(scope="module")
def cohort(tmp_path_factory: pytest.TempPathFactory) -> TrainingCohort:
    path = tmp_path_factory.mktemp("clinic") / "clinic.parquet"
    simulate(path, patients=30, seed=3)
    return load_cohort(path)


def recipe(*overrides: str) -> SeriesRecipe:
    chosen = load_recipe("quick", ("batch_size=8", *overrides))
    return chosen.model_copy(update={"network": TINY})


@pytest.mark.parametrize("name", shipped_recipes())
def test_every_shipped_recipe_loads_and_says_what_it_is_for(name: str) -> None:
    assert "minutes" in load_recipe(name).about


@pytest.mark.parametrize(
    ("name", "overrides", "says"),
    [
        ("prodution", (), "production, quick"),
        ("no/such.yaml", (), "Found no no/such.yaml"),
        ("quick", ("network.widht=3",), "widht"),
        ("quick", ("augmentation.more_noise=2",), "more_noise"),
    ],
)
def test_a_recipe_that_cannot_be_is_refused(
    name: str, overrides: tuple[str, ...], says: str
) -> None:
    with pytest.raises(ValueError, match=says):
        load_recipe(name, overrides)


def test_test_patients_are_never_read(cohort: TrainingCohort) -> None:
    training, held = set(cohort.training.patient_id), set(cohort.validation.patient_id)
    assert training
    assert held
    assert not training & held
    assert len(training | held) < 30


def test_a_network_learns_to_remove_noise_and_a_resumed_run_ends_alike(
    cohort: TrainingCohort, tmp_path: Path
) -> None:
    _, run = train_series(recipe("epochs=4"), [cohort], folder=tmp_path / "whole")
    assert run.result is not None
    signal = run.result.metrics["signal"]["nmse"].value
    # No signal at all scores 1; so little data teaches the average response, at least.
    assert signal is not None
    assert signal < 0.9
    short = recipe("epochs=2", "schedule.kind=constant")
    long = recipe("epochs=3", "schedule.kind=constant")
    straight, _ = train_series(long, [cohort], folder=tmp_path / "straight")
    train_series(short, [cohort], folder=tmp_path / "parts")
    resumed, _ = train_series(long, [cohort], folder=tmp_path / "parts", resume=True)
    for name, tensor in straight.state_dict().items():
        assert torch.equal(tensor, resumed.state_dict()[name]), name


def test_errors_count_by_the_noise_they_are_left_of() -> None:
    task = SignalTask("signal")
    signal = torch.tensor([[0.1, -0.2], [0.3, 0.1]])
    known = torch.ones(2, dtype=torch.bool)
    labels = Labels(
        {"signal": signal, NOISE: torch.tensor([0.05, 0.2])}, {"signal": known, NOISE: known}
    )
    task.fit(labels)
    error = torch.tensor([[0.05, 0.05], [0.0, 0.0]])
    quiet = task.loss({"signal.mean": signal + error}, labels).total
    loud = task.loss({"signal.mean": signal + error.flip(0)}, labels).total
    assert quiet / loud == pytest.approx(16.0, rel=1e-4)


def test_no_cohort_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least one cohort"):
        train_series(recipe(), [], folder=tmp_path)
