"""The reference's recipes say what it said, and each trains."""

from __future__ import annotations

from pathlib import Path

import pytest

from evoscope.abr.learning.networks import build_network, network_tasks
from evoscope.abr.learning.reader import UNetReaderConfig
from evoscope.abr.learning.series import SeriesConfig
from evoscope.abr.learning.training import (
    SeriesRecipe,
    TrainingCohort,
    load_cohort,
    load_recipe,
    train_series,
)
from evoscope.abr.learning.training.pack import answers_of
from evoscope.abr.simulation.make import simulate
from evoscope.multitask.curriculum import apply, check_curriculum
from evoscope.multitask.weighting.settings import make_weighting

TASKS = ["signal", "existence", "latency", "amplitude", "response", "threshold", "loss_class"]
NUMBERS = {"latency", "amplitude", "threshold"}
TINY = {"length": 200, "channels": (8, 8), "heads": 2, "states": 4, "condition_width": 16}


@pytest.fixture(scope="module")
def cohort(tmp_path_factory: pytest.TempPathFactory) -> TrainingCohort:
    path = tmp_path_factory.mktemp("clinic") / "clinic.parquet"
    simulate(path, patients=8, seed=3)
    return load_cohort(path)


def small(name: str, *overrides: str) -> SeriesRecipe:
    network = UNetReaderConfig.model_validate(
        {"unet": {**TINY, "transformer_levels": (0,)}, "series_width": 16}
    )
    return load_recipe(name, overrides).model_copy(update={"network": network})


def weights_at(recipe: SeriesRecipe, epoch: int) -> dict[str, float]:
    """What each task counts, where all losses are alike."""
    factors = recipe.curriculum.at(epoch).factors(TASKS)
    given = make_weighting(recipe.weighting, TASKS).weights()
    return {task: round(float(given[task]) * factors[task], 6) for task in TASKS}


def on(recipe: SeriesRecipe, epoch: int) -> set[str]:
    return {task for task, weight in weights_at(recipe, epoch).items() if weight}


def test_improved_brings_numbers_in_and_ends_with_the_reference_weights() -> None:
    recipe = load_recipe("improved")
    assert on(recipe, 19) == set(TASKS) - NUMBERS
    assert on(recipe, 20) == set(TASKS)
    assert weights_at(recipe, 60) == {
        "signal": 0.8,
        "existence": 1.2,
        "latency": 2.5,
        "amplitude": 2.5,
        "response": 1.0,
        "threshold": 3.0,
        "loss_class": 2.0,
    }
    course = [recipe.curriculum.at(epoch) for epoch in (0, 50, 100)]
    assert [values.dropout for values in course] == [0.1, 0.2, 0.15]
    assert course[0].weight_decay == pytest.approx(1e-4)
    assert course[2].weight_decay == pytest.approx(5e-4)


def test_optimized_begins_without_transformers() -> None:
    recipe = load_recipe("optimized")
    shares = [recipe.curriculum.at(e).switches["transformers"] for e in (0, 29, 45, 60, 149)]
    assert shares == [0.0, 0.0, 0.5, 1.0, 1.0]
    assert on(recipe, 59) == set(TASKS) - NUMBERS
    late = weights_at(recipe, 100)
    assert (late["latency"], late["amplitude"], late["threshold"]) == (3.0, 3.0, 3.5)


def test_emergency_adds_one_task_after_the_other() -> None:
    recipe = load_recipe("emergency")
    assert on(recipe, 0) == {"loss_class"}
    assert on(recipe, 21) == {"loss_class", "signal"}
    assert on(recipe, 41) == set(TASKS) - {"threshold"}
    assert on(recipe, 61) == set(TASKS)
    assert recipe.schedule.factor(80, 80) * recipe.optimiser.learning_rate == pytest.approx(1e-5)
    (classes,) = (t for t in network_tasks(recipe.network, recipe.class_loss) if "class" in t.name)
    assert vars(classes)["class_weights"] == (0.2, 5.0, 2.0, 3.0, 3.0)


def test_simple_counts_every_task_alike() -> None:
    recipe = load_recipe("simple")
    assert set(weights_at(recipe, 0).values()) == {1.0}
    assert recipe.network == load_recipe("optimized").network


@pytest.mark.parametrize("name", ["improved", "optimized", "emergency", "simple"])
def test_a_recipe_fits_the_network_it_names(name: str) -> None:
    recipe = load_recipe(name)
    model = build_network(recipe.network)
    check_curriculum(recipe.curriculum, TASKS, model)
    apply(recipe.curriculum.at(0), model)


@pytest.mark.parametrize("name", ["improved", "optimized", "emergency", "simple"])
def test_a_recipe_trains_and_its_network_answers_as_packs_do(
    name: str, cohort: TrainingCohort, tmp_path: Path
) -> None:
    recipe = small(name, "epochs=1")
    before = build_network(recipe.network).state_dict()
    model, run = train_series(recipe, [cohort], folder=tmp_path)
    assert run.ended == "completed"
    after = model.state_dict()
    assert before.keys() == after.keys()
    answers = answers_of(model, cohort.validation)
    assert answers["latency.logits"].shape[1:] == (5, cohort.validation.waveforms.shape[1])
    assert answers["threshold.logits"].shape[1] == 56


def test_a_network_without_kind_is_a_series_network() -> None:
    recipe = SeriesRecipe.parse("network: {width: 16}")
    assert recipe.network == SeriesConfig(width=16)
    with pytest.raises(ValueError, match="unet"):
        SeriesRecipe.parse("network: {kind: unit}")
