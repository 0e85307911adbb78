"""A user's own labelled patients teach a pack that is there, and nothing they do not say."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from evoscope.abr.encoding import UNKNOWN, EncodedCohort, column, encode_cohort
from evoscope.abr.learning.networks import build_network
from evoscope.abr.learning.series import SeriesConfig
from evoscope.abr.learning.training import (
    SeriesRecipe,
    StartingPack,
    TrainingCohort,
    load_recipe,
    open_start,
    train_series,
)
from evoscope.abr.learning.training.change import change_of
from evoscope.abr.learning.training.chosen_labels import as_labelled
from evoscope.abr.learning.training.pack import check_calibration, write_series_pack
from evoscope.abr.simulation.make import simulate
from evoscope.multitask import Recipe
from evoscope.runtime import Pack, open_pack

TINY = SeriesConfig(width=16, layers=2, condition_width=16)
MOST_TRAINING = 8


@pytest.fixture(scope="module")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> TrainingCohort:
    """A cohort with truth and marks, and just enough validation patients to calibrate on."""
    cohort = simulate(tmp_path_factory.mktemp("clinic") / "clinic.parquet", patients=38, seed=3)
    patients = sorted(set(cohort.to_pandas(["patient_id"])["patient_id"]))
    parts = (set(patients[:MOST_TRAINING]), set(patients[MOST_TRAINING:]))
    training, validation = (encode_cohort(cohort, part) for part in parts)
    return TrainingCohort("clinic.parquet", "a" * 64, "b" * 64, True, training, validation)


def marks_alone(cohort: EncodedCohort) -> EncodedCohort:
    """What a clinic has: no truth but the class."""
    return replace(
        cohort,
        present=np.full_like(cohort.present, UNKNOWN),
        latency_ms=np.full_like(cohort.latency_ms, np.nan),
        amplitude_uv=np.full_like(cohort.amplitude_uv, np.nan),
        response=np.full_like(cohort.response, UNKNOWN),
        status=np.full_like(cohort.status, UNKNOWN),
        clean=np.full_like(cohort.clean, np.nan),
        threshold_db=np.full_like(cohort.threshold_db, np.nan),
    )


@pytest.fixture(scope="module")
def clinic(simulated: TrainingCohort) -> TrainingCohort:
    return replace(
        simulated,
        name="own.parquet",
        simulated=False,
        training=marks_alone(simulated.training),
        validation=marks_alone(simulated.validation),
    )


@pytest.fixture(scope="module")
def pack(simulated: TrainingCohort, tmp_path_factory: pytest.TempPathFactory) -> Pack:
    """As it would be after no training at all: what matters here is that it is kept."""
    torch.manual_seed(0)
    recipe = load_recipe("quick").model_copy(update={"network": TINY})
    return write(tmp_path_factory.mktemp("start") / "pack", recipe, [simulated])


@pytest.fixture(scope="module")
def start(pack: Pack) -> StartingPack:
    return open_start(str(pack.folder))


def write(folder: Path, recipe: SeriesRecipe, cohorts: list[TrainingCohort], **more: Any) -> Pack:
    return write_series_pack(
        folder,
        more.pop("model", None) or build_network(recipe.network),
        recipe,
        cohorts,
        name="tiny",
        version="1",
        commit="0",
        wall_seconds=0.0,
        **more,
    )


def recipe_of(start: StartingPack, *overrides: str) -> SeriesRecipe:
    few = ("epochs=1", "batch_size=16", "early_stopping=null", "schedule.warmup_epochs=0")
    return start.suited(load_recipe("finetune", (*few, *overrides)))


def moved(start: StartingPack, weights: dict[str, Tensor]) -> dict[str, float]:
    """How far every parameter went, at most."""
    return {
        name: float((tensor - start.weights[name]).abs().max())
        for name, tensor in weights.items()
        if tensor.is_floating_point()
    }


def farthest(moves: dict[str, float], *beginnings: str) -> float:
    found = [far for name, far in moves.items() if name.startswith(beginnings)]
    assert found
    return max(found)


def test_heads_and_scales_go_on_from_where_the_pack_left_them(
    start: StartingPack, clinic: TrainingCohort, tmp_path: Path
) -> None:
    hardly = recipe_of(start, "optimiser.learning_rate=1e-9", "freezing={strategy: none}")
    model, _ = train_series(hardly, [clinic], folder=tmp_path, start=start)
    assert farthest(moved(start, model.state_dict()), "heads", "backbone") < 1e-6


def test_the_lower_layers_stay_and_heads_move_faster_than_what_lies_below(
    start: StartingPack, clinic: TrainingCohort, tmp_path: Path
) -> None:
    part = recipe_of(start, "freezing={strategy: partial, layers: 1}")
    model, _ = train_series(part, [clinic], folder=tmp_path / "part", start=start)
    moves = moved(start, model.state_dict())
    below = ("backbone.stem", "backbone.position", "backbone.conditions", "backbone.layers.0.")
    assert farthest(moves, *below) == 0.0
    above = farthest(moves, "backbone.layers.1.", "backbone.summary")
    assert above > 0.0
    slow = recipe_of(
        start,
        "freezing={strategy: partial, layers: 1}",
        'rates={factors: {"backbone.layers.*": 0.001}}',
    )
    model, _ = train_series(slow, [clinic], folder=tmp_path / "slow", start=start)
    moves = moved(start, model.state_dict())
    assert 0.0 < farthest(moves, "backbone.layers.1.") < 0.01 * farthest(moves, "heads.existence")


def test_layers_join_when_the_recipe_says(
    start: StartingPack, clinic: TrainingCohort, tmp_path: Path
) -> None:
    layers = {}
    for epochs in (1, 2):
        recipe = recipe_of(
            start, f"epochs={epochs}", "freezing={strategy: progressive, unfreeze: {1: 1}}"
        )
        model, _ = train_series(recipe, [clinic], folder=tmp_path / str(epochs), start=start)
        moves = moved(start, model.state_dict())
        layers[epochs] = farthest(moves, "backbone.layers.1.")
        assert farthest(moves, "backbone.layers.0.") == 0.0
        assert farthest(moves, "heads.existence") > 0.0
    assert layers[1] == 0.0
    assert layers[2] > 0.0


def test_what_nobody_labelled_is_not_learned(
    start: StartingPack, clinic: TrainingCohort, tmp_path: Path
) -> None:
    recipe = recipe_of(start)
    model, run = train_series(recipe, [clinic], folder=tmp_path, start=start)
    assert run.result is not None
    # Nobody marks a clean trace; all else of this reader's is marked.
    assert set(run.result.metrics) == {
        "existence",
        "latency",
        "amplitude",
        "response",
        "threshold",
        "loss_class",
    }
    moves = moved(start, model.state_dict())
    assert farthest(moves, "heads.signal") == 0.0
    assert farthest(moves, "heads.amplitude") > 0.0
    changes = {change.task: change for change in change_of(model, start, recipe, [clinic])}
    assert set(changes) == set(run.result.metrics)
    after = run.result.metrics["latency"]["mae"].value
    assert changes["latency"].after == pytest.approx(after, rel=1e-4)
    assert changes["latency"].before != changes["latency"].after


def test_marks_stand_where_the_truth_stood(simulated: TrainingCohort) -> None:
    cohort = simulated.training
    marked = as_labelled(cohort, "marked")
    assert (marked.present[:, 4] == cohort.marked_present[:, 4]).all()
    known = np.isfinite(cohort.marked_threshold_db)
    assert np.array_equal(np.isfinite(marked.threshold_db), known)
    for one in np.flatnonzero(known):
        tested = cohort.conditions[cohort.first[one] : cohort.first[one + 1], column("level_db")]
        found, level_db = marked.threshold_db[one], cohort.marked_threshold_db[one]
        # The softest tested level above what is learned is the one that was marked.
        assert tested[tested > found].min() == level_db
        softer = tested[tested < level_db]
        assert not softer.size or found == pytest.approx(0.5 * (softer.max() + level_db))
    # A reader overlooks waves: else this test would see no difference.
    assert (marked.present[:, 4] != cohort.present[:, 4]).any()
    # This clinic marks I, III and V; that II is never marked does not make it absent.
    assert (cohort.marked_present[:, 1] == 0).all()
    assert (marked.present[:, 1] == UNKNOWN).all()
    assert as_labelled(cohort, "truth") is cohort


def test_a_cohort_of_marks_is_not_taken_for_truth(
    start: StartingPack, clinic: TrainingCohort, tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match="--set labels=marked"):
        train_series(recipe_of(start, "labels=truth"), [clinic], folder=tmp_path, start=start)
    bare = replace(
        clinic.training,
        marked_present=np.full_like(clinic.training.present, UNKNOWN),
        marked_threshold_db=np.full_like(clinic.training.threshold_db, np.nan),
    )
    with pytest.raises(ValueError, match="label some"):
        as_labelled(bare, "marked")


def test_noise_is_not_added_to_what_was_marked_without_it(
    start: StartingPack, clinic: TrainingCohort, tmp_path: Path
) -> None:
    louder = recipe_of(start, "augmentation.more_noise=0.5")
    with pytest.raises(ValueError, match="more_noise should be 0"):
        train_series(louder, [clinic], folder=tmp_path, start=start)


def test_a_resumed_run_ends_alike_and_is_of_one_pack(
    start: StartingPack, clinic: TrainingCohort, tmp_path: Path
) -> None:
    constant = "schedule.kind=constant"
    long = recipe_of(start, "epochs=2", constant)
    straight, _ = train_series(long, [clinic], folder=tmp_path / "straight", start=start)
    parts = tmp_path / "parts"
    train_series(recipe_of(start, "epochs=1", constant), [clinic], folder=parts, start=start)
    another = replace(start, sha256="0" * 64)
    with pytest.raises(ValueError, match="started from"):
        train_series(long, [clinic], folder=parts, start=another, resume=True)
    resumed, _ = train_series(long, [clinic], folder=parts, start=start, resume=True)
    for name, tensor in straight.state_dict().items():
        assert torch.equal(tensor, resumed.state_dict()[name]), name


def test_another_network_than_the_packs_is_refused(start: StartingPack) -> None:
    with pytest.raises(ValueError, match=r"layers 2\. Found 3"):
        start.suited(load_recipe("finetune", ("network.width=16", "network.layers=3")))
    wrong = dict(start.weights)
    wrong.pop("backbone.stem.weight")
    with pytest.raises(ValueError, match=r"backbone\.stem\.weight"):
        replace(start, weights=wrong).load_into(build_network(TINY))


@pytest.mark.parametrize("damaged", [True, False])
def test_a_pack_without_its_own_weights_is_no_start(
    damaged: bool, pack: Pack, tmp_path: Path
) -> None:
    for name in (*pack.manifest.files, "card.json"):
        (tmp_path / name).write_bytes((pack.folder / name).read_bytes())
    weights = tmp_path / "weights.safetensors"
    if damaged:
        content = bytearray(weights.read_bytes())
        content[-1] ^= 1
        weights.write_bytes(bytes(content))
    else:
        weights.unlink()
    with pytest.raises(ValueError, match="should be the file that the pack was written with"):
        open_start(str(tmp_path))


def test_the_card_says_what_it_was_made_of(
    start: StartingPack, clinic: TrainingCohort, tmp_path: Path
) -> None:
    told: list[str] = []
    recipe = recipe_of(start)
    card = write(tmp_path / "pack", recipe, [clinic], start=start, tell=told.append).card
    assert f"Fine-tuned from tiny 1 (SHA-256 {start.sha256})" in card.training.recipe
    assert [data.name for data in card.data] == ["own.parquet", "clinic.parquet"]
    assert "the weights it began with" in card.data[1].used_for
    assert not card.data[0].simulated
    assert "simulated ears alone" not in " ".join(card.limits)
    assert set(told) <= set(card.limits)
    assert any("for want of labels: signal, wave II, wave IV" in line for line in told)


def test_too_few_patients_keep_the_calibration_that_is_there(
    start: StartingPack, clinic: TrainingCohort, tmp_path: Path
) -> None:
    few = replace(clinic, validation=clinic.training)
    recipe = recipe_of(start)
    told: list[str] = []
    written = write(tmp_path / "pack", recipe, [few], start=start, tell=told.append)
    kept = open_start(str(written.folder)).calibration
    assert kept == start.calibration.model_copy(update={"coverage": ()})
    assert any("Found 8." in line and "validation patients or more" in line for line in told)
    with pytest.raises(ValueError, match="validation patients or more"):
        check_calibration(recipe, [few])
    check_calibration(recipe, [clinic])


def test_a_calibration_of_own_patients_is_completed_where_they_say_nothing(
    start: StartingPack, clinic: TrainingCohort, tmp_path: Path
) -> None:
    written = write(tmp_path / "pack", recipe_of(start), [clinic], start=start)
    own = open_start(str(written.folder)).calibration
    assert own.patients == len(set(clinic.validation.patient_id.tolist()))
    # Waves a reader overlooked are no false ones: they do not say from when on a wave is called.
    assert own.existence_above == start.calibration.existence_above
    assert own.existence_temperature[4] != start.calibration.existence_temperature[4]
    assert own.existence_temperature[1] == start.calibration.existence_temperature[1]
    assert own.latency["II"] == start.calibration.latency["II"]
    assert own.domain != start.calibration.domain
    assert "latency.II" not in {row.task for row in own.coverage}
    assert any("wave II" in line for line in open_pack(written.folder).card.limits)


def test_the_shipped_recipe_is_a_gentle_one() -> None:
    recipe = load_recipe("finetune")
    assert isinstance(recipe, Recipe)
    assert recipe.labels == "marked"
    assert recipe.optimiser.learning_rate < load_recipe("production").optimiser.learning_rate
    assert recipe.freezing.strategy == "partial"
