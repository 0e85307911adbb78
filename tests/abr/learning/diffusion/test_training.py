"""A generator learns, is told the time, and a pack answers as its network."""

from __future__ import annotations

import copy
from pathlib import Path

import numpy as np
import pytest
import torch

from evoscope.abr.benchmark.clock import DIRECT, compare
from evoscope.abr.generation import Generator
from evoscope.abr.generation.contract import COLUMNS, GRAPH
from evoscope.abr.learning.diffusion import (
    DiffusionRecipe,
    GeneratorNetwork,
    Ground,
    build_network,
    load_diffusion_recipe,
    train_generator,
)
from evoscope.abr.learning.diffusion.pack import write_generator_pack
from evoscope.abr.learning.diffusion.source import DiffusionSource
from evoscope.abr.learning.diffusion.task import VelocityTask
from evoscope.abr.learning.training import TrainingCohort
from evoscope.abr.learning.unet import PARAMETERS
from evoscope.multitask import Batch, Run
from evoscope.runtime import Session, open_pack

Trained = tuple[GeneratorNetwork, Ground, Run]


@pytest.fixture(scope="module")
def trained(
    cohort: TrainingCohort, recipe: DiffusionRecipe, tmp_path_factory: pytest.TempPathFactory
) -> Trained:
    return train_generator(recipe, [cohort], folder=tmp_path_factory.mktemp("run") / "run")


@pytest.fixture(scope="module")
def pack(
    trained: Trained,
    cohort: TrainingCohort,
    recipe: DiffusionRecipe,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    network, ground, _ = trained
    folder = tmp_path_factory.mktemp("pack") / "pack"
    write_generator_pack(
        folder,
        network,
        ground,
        recipe,
        [cohort],
        name="tiny",
        version="0",
        commit="0",
        wall_seconds=1.0,
    )
    return folder


def _batch(ground: Ground, recipe: DiffusionRecipe) -> Batch:
    source = DiffusionSource(
        ground.cohort,
        ground.responses,
        coordinates=ground.coordinates,
        settings=recipe.diffusing,
    )
    return source.batch(torch.arange(len(source)), torch.Generator().manual_seed(5))


def inputs(n: int, length: int, *, t: float = 0.5) -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    return {
        "x": torch.randn(n, length, generator=generator),
        "t": torch.full((n,), t),
        "conditions": torch.full((n, len(COLUMNS)), torch.nan),
        "noisy_parameters": torch.randn(n, len(PARAMETERS), generator=generator),
    }


def test_the_shipped_recipe_says_what_it_costs_and_builds(ground: Ground) -> None:
    shipped = load_diffusion_recipe()
    assert "minutes" in shipped.about
    parameters = sum(p.numel() for p in build_network(shipped, ground).parameters())
    assert 400_000 < parameters < 2_000_000


def test_training_betters_the_linear_start(trained: Trained, recipe: DiffusionRecipe) -> None:
    network, ground, run = trained
    assert run.ended == "completed"
    batch = _batch(ground, recipe)
    errors = []
    for one in (network, build_network(recipe, ground)):
        with torch.no_grad():
            answer = one(**batch.inputs)
        errors += [
            float((answer[f"{name}.v"] - batch.labels.targets[name]).square().mean())
            for name in ("signal", "parameters")
        ]
    assert errors[0] < 0.95 * errors[2]
    assert errors[1] < 0.95 * errors[3]


def test_the_loss_depends_on_the_time_told(trained: Trained, recipe: DiffusionRecipe) -> None:
    network, ground, _ = trained
    batch = _batch(ground, recipe)
    task = VelocityTask("signal")
    task.fit(batch.labels)
    with torch.no_grad():
        right = task.loss(network(**batch.inputs), batch.labels).total
        other = {**batch.inputs, "t": batch.inputs["t"].roll(1)}
        wrong = task.loss(network(**other), batch.labels).total
    assert float(wrong) > 2.0 * float(right)


def test_every_input_changes_the_answer(trained: Trained) -> None:
    network, ground, _ = trained
    given = inputs(3, ground.coordinates.n_samples)
    with torch.no_grad():
        plain = network(**given)
        for name, values in {
            "t": torch.full((3,), 0.7),
            "conditions": torch.zeros(3, len(COLUMNS)),
            "noisy_parameters": given["noisy_parameters"] + 1.0,
        }.items():
            changed = network(**{**given, name: values})
            for output, before in plain.items():
                assert not torch.allclose(changed[output], before, atol=1e-6), (name, output)


@pytest.mark.parametrize("column", range(len(COLUMNS)))
def test_every_condition_changes_the_answer(trained: Trained, column: int) -> None:
    network, ground, _ = trained
    given = inputs(1, ground.coordinates.n_samples)
    given["conditions"][:] = 1.0
    changed = given["conditions"].clone()
    is_word = COLUMNS[column] in ("species", "loss_class")
    changed[0, column] = 0.0 if is_word else 300.0
    with torch.no_grad():
        before, after = network(**given), network(**{**given, "conditions": changed})
    assert not torch.equal(before["signal.v"], after["signal.v"])


def test_a_pack_answers_as_its_network(trained: Trained, pack: Path) -> None:
    network, ground, _ = trained
    given = inputs(5, ground.coordinates.n_samples)
    given["conditions"][:2] = 1.0
    given["noisy_parameters"][4] = torch.nan
    given["t"] = torch.tensor([0.001, 0.1, 0.5, 0.9, 1.0])
    stored = copy.deepcopy(network).eval()
    with torch.no_grad():
        for weights in stored.parameters():
            weights.copy_(weights.half())
        expected = stored(**given)
    session = Session(open_pack(pack))
    found = session.run(GRAPH, {name: values.numpy() for name, values in given.items()})
    for name, values in expected.items():
        assert np.allclose(found[name], values.numpy(), rtol=1e-4, atol=1e-3), name


def test_conditions_and_guidance_change_what_is_drawn(pack: Path) -> None:
    generator = Generator(pack)
    loud = generator.generate(2, {"level_db": 80.0}, steps=4)
    soft = generator.counterfactual(loud, {"level_db": 20.0}, steps=4)
    assert np.abs(loud.waveforms_uv - soft.waveforms_uv).max() > 1e-4
    strong = generator.generate(2, {"level_db": 80.0}, steps=4, guidance=3.0)
    assert np.abs(loud.waveforms_uv - strong.waveforms_uv).max() > 1e-4
    unguided = generator.generate(2, {"level_db": 80.0}, steps=4, guidance=0.0)
    free = generator.generate(2, steps=4)
    assert np.allclose(unguided.waveforms_uv, free.waveforms_uv, atol=1e-6)


def test_denoising_by_the_clock_beats_the_raw_average(pack: Path, ground: Ground) -> None:
    own = ground.cohort
    table = np.full((own.n_recordings, len(COLUMNS)), np.nan)
    found = Generator(pack).denoise(own.waveforms, own.noise, table)
    error = float(np.mean((found.waveforms_uv - own.clean) ** 2))
    assert error < 0.5 * float(np.mean((own.waveforms - own.clean) ** 2))


def test_the_clock_is_compared_on_patients_it_has_not_seen(pack: Path, cohort_path: Path) -> None:
    evaluation, found, cohort = compare(Generator(pack), cohort_path, direct=DIRECT)
    assert set(found) == {"clock", "wiener", "direct"}
    assert evaluation.data.recordings == cohort.n_recordings
    values = {f.metric: f.value for f in evaluation.figures if f.slice == "all"}
    assert 0.0 < values["mse_over_noise.clock"] < 1.0  # type: ignore[operator]
