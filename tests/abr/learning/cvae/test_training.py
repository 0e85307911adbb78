"""An autoencoder learns, resumes, is drawn from without torch, and a pack answers as it does."""

from __future__ import annotations

import copy
import shutil
from pathlib import Path
from typing import TypeVar

import numpy as np
import pytest
import torch

from evoscope.abr.generation.contract import column
from evoscope.abr.generation.cvae import CVAEGenerator
from evoscope.abr.generation.cvae.contract import DECODER, ENCODER, PRIOR, READER, TO_NOISE
from evoscope.abr.learning.cvae import CVAERecipe, TrainedCVAE, train_cvae
from evoscope.abr.learning.cvae.pack import write_cvae_pack
from evoscope.abr.learning.cvae.source import CVAESource
from evoscope.abr.learning.training import TrainingCohort
from evoscope.multitask import read_log
from evoscope.runtime import Session, open_pack

Module = TypeVar("Module", bound=torch.nn.Module)


@pytest.fixture(scope="module")
def pack(
    trained: TrainedCVAE,
    cohort: TrainingCohort,
    recipe: CVAERecipe,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    folder = tmp_path_factory.mktemp("pack") / "pack"
    write_cvae_pack(
        folder, trained, recipe, [cohort], name="tiny", version="0", commit="0", wall_seconds=1.0
    )
    return folder


@pytest.fixture(scope="module")
def held(cohort: TrainingCohort, recipe: CVAERecipe) -> CVAESource:
    return CVAESource(cohort.validation, recipe.seeing, varied=False)


def test_it_reconstructs_and_its_log_tells_of_the_latent_space(
    trained: TrainedCVAE,
) -> None:
    result = trained.run.result
    assert result is not None
    figures, trivial = result.metrics["signal"], result.trivial["signal"]
    for name, least in (("correlation", 0.9), ("kl", 1.0), ("active_units", 4.0)):
        value, beside = figures[name].value, trivial[name].value
        assert value is not None, name
        assert beside is not None, name
        assert value > least > beside, name
    assert (figures["nmse"].value or 1.0) < 0.3 * (trivial["nmse"].value or 0.0)
    assert (figures["latency_mae_ms"].value or 9.0) < (trivial["latency_mae_ms"].value or 0.0)
    logged = [
        event for event in read_log(trained.run.folder / "log.jsonl") if event["event"] == "epoch"
    ]
    assert {"kl", "active_units"} <= set(logged[-1]["metrics"]["signal"])


def test_the_fitted_prior_knows_where_held_out_recordings_lie(trained: TrainedCVAE) -> None:
    fitted, normal = trained.prior_nats.value, trained.normal_nats.value
    assert fitted is not None
    assert normal is not None
    assert fitted < normal


def test_a_run_that_was_interrupted_ends_as_one_that_was_not(
    trained: TrainedCVAE, cohort: TrainingCohort, recipe: CVAERecipe, tmp_path: Path
) -> None:
    short = recipe.model_copy(update={"epochs": 1})
    train_cvae(short, [cohort], folder=tmp_path / "run")
    again = train_cvae(recipe, [cohort], folder=tmp_path / "run", resume=True)
    for name, tensor in trained.network.state_dict().items():
        assert torch.equal(tensor, again.network.state_dict()[name]), name
    assert again.prior_nats == trained.prior_nats


def test_a_pack_answers_as_its_network(trained: TrainedCVAE, pack: Path, held: CVAESource) -> None:
    network, session = _rounded(trained.network), Session(open_pack(pack))
    rows = slice(0, 7)
    features, told = held.features[rows], held.conditions[rows].clone()
    told[3:, column("threshold_db")] = torch.nan
    waves = {"latency_ms": features[:, :3], "amplitude_uv": features[:, 3:]}
    given = {"signal": held.signals[rows], "conditions": told, **waves}
    z = torch.randn(7, network.config.latent, generator=torch.Generator().manual_seed(0))
    assert trained.flow is not None
    flow = _rounded(trained.flow)
    with torch.no_grad():
        expected = {
            ENCODER: (network.encode(**given), given),
            DECODER: (network.decode(z, told), {"z": z, "conditions": told}),
            READER: (network.features(z, told), {"z": z, "conditions": told}),
            PRIOR: (flow(z, told), {"noise": z, "conditions": told}),
            TO_NOISE: ({"noise": flow.to_noise(z, told)[0]}, {"z": z, "conditions": told}),
        }
    for graph, (outputs, inputs) in expected.items():
        found = session.run(graph, {name: values.numpy() for name, values in inputs.items()})
        for name, values in outputs.items():
            assert np.allclose(found[name], values.numpy(), rtol=1e-3, atol=1e-3), (graph, name)


def _rounded(module: Module) -> Module:
    """As a pack holds it: what is large in half the bits."""
    copied = copy.deepcopy(module).eval()
    with torch.no_grad():
        for weight in copied.parameters():
            if weight.numel() >= 256:
                weight.copy_(weight.half().float())
    return copied


def test_recordings_are_drawn_by_seed_and_condition(pack: Path) -> None:
    generator = CVAEGenerator(pack)
    asked = {"loss_class": "normal", "level_db": 60.0}
    one = generator.generate(4, asked, seed=3)
    again = generator.generate(2, asked, seeds=[6, 3])
    assert np.allclose(one.waveforms_uv[[3, 0]], again.waveforms_uv, atol=1e-6)
    assert not np.allclose(one.waveforms_uv[0], one.waveforms_uv[1], atol=1e-4)
    assert one.clean_uv is not None
    soft = generator.generate(4, {**asked, "level_db": 10.0}, seed=3)
    assert np.abs(one.waveforms_uv).mean() > np.abs(soft.waveforms_uv).mean()
    plain = generator.generate(4, asked, seed=3, fitted_prior=False)
    assert not np.allclose(one.waveforms_uv, plain.waveforms_uv, atol=1e-4)
    mean = generator.generate(4, asked, seed=3, temperature=1e-6)
    assert np.ptp(mean.waveforms_uv, axis=0).max() < 1e-4
    ears = generator.series(2, [20.0, 60.0], {"loss_class": "snhl"})
    assert ears.level_db.tolist() == [20.0, 60.0, 20.0, 60.0]
    assert ears.seeds.tolist() == [0, 0, 1, 1]
    for name in ("latency_ms", "amplitude_uv"):
        assert bool(np.isnan(getattr(one, name)[:, [1, 3]]).all())
        assert bool((np.isfinite(getattr(one, name)) == one.present).all())


def test_far_below_threshold_there_is_nothing_and_far_above_there_is(pack: Path) -> None:
    generator = CVAEGenerator(pack)
    asked = {"loss_class": "snhl", "threshold_db": 60.0}
    below = generator.generate(20, {**asked, "level_db": 10.0})
    above = generator.generate(20, {**asked, "level_db": 90.0})
    silent, heard = ((made.waveforms_uv == 0.0).all(axis=1) for made in (below, above))
    assert silent.mean() > 0.8
    assert heard.mean() < 0.2
    assert not below.present[silent].any()


def test_an_ear_carried_to_its_own_conditions_is_itself(pack: Path, held: CVAESource) -> None:
    generator, loud = CVAEGenerator(pack), held.signals.std(1).topk(5).indices
    signals, told = held.signals.numpy()[loud], held.conditions.numpy()[loud]
    levels = told[:, column("level_db")].tolist()
    same = generator.carry(signals, told, {"level_db": levels})
    assert np.allclose(same.waveforms_uv, generator.reconstruct(signals, told), atol=1e-3)
    softer = generator.carry(signals, told, {"level_db": 10.0})
    assert softer.level_db.tolist() == [10.0] * 5
    assert np.abs(softer.waveforms_uv - same.waveforms_uv).max() > 1e-2
    with pytest.raises(ValueError, match="level_db"):
        generator.carry(signals, told, {"level_db": 500.0})


@pytest.mark.parametrize(
    ("conditions", "message"),
    [
        ({"level_db": 60.0}, "loss_class"),
        ({"loss_class": "normal"}, "level_db"),
        ({"loss_class": "normal", "level_db": 500.0}, "level_db"),
    ],
)
def test_conditions_that_cannot_be_are_refused(
    pack: Path, conditions: dict[str, float | str], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        CVAEGenerator(pack).generate(1, conditions)


def test_missing_features_are_filled_in_with_intervals_that_hold(
    pack: Path, held: CVAESource
) -> None:
    generator, features = CVAEGenerator(pack), held.features.numpy()
    known = np.flatnonzero(np.isfinite(features).all(axis=1))[:200]
    given, told = features[known].copy(), held.conditions.numpy()[known]
    given[:, 2] = np.nan
    filled = generator.impute(
        held.signals.numpy()[known], told, latency_ms=given[:, :3], amplitude_uv=given[:, 3:]
    )
    true = features[known, 2]
    inside = (filled.low[:, 2] <= true) & (true <= filled.high[:, 2])
    # Calibrated on these patients: the promise holds by construction, up to ties and draws.
    assert inside.mean() > 0.8
    assert np.abs(filled.latency_ms[:, 2] - true).mean() < 0.5 * true.std()
    assert np.allclose(filled.latency_ms[:, :2], given[:, :2])
    assert bool(np.isnan(filled.low[:, [0, 1, 3, 4, 5]]).all())
    assert filled.present[:, 2].mean() > 0.7


def test_a_pack_of_too_few_patients_promises_no_intervals(
    trained: TrainedCVAE, cohort: TrainingCohort, recipe: CVAERecipe, pack: Path, tmp_path: Path
) -> None:
    shutil.copytree(pack, tmp_path / "pack")
    generator = CVAEGenerator(tmp_path / "pack")
    generator.pack.card.calibration.clear()
    nobody = np.full((1, 3), np.nan)
    table = np.full((1, 9), np.nan)
    with pytest.raises(ValueError, match="too few validation patients"):
        generator.impute(np.zeros((1, 200)), table, latency_ms=nobody, amplitude_uv=nobody)
