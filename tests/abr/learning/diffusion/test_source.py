"""Batches: what is told, what is not, and that absent waves are not given away."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from evoscope.abr.generation.contract import CLOCK, column
from evoscope.abr.learning.diffusion import Diffusing, Ground, ground_of
from evoscope.abr.learning.diffusion.parameters import parameter_table
from evoscope.abr.learning.diffusion.responses import Responses
from evoscope.abr.learning.diffusion.source import DiffusionSource
from evoscope.abr.learning.training import TrainingCohort
from evoscope.abr.learning.unet import PARAMETERS

ROWS = torch.arange(60)


def source(ground: Ground, **settings: float) -> DiffusionSource:
    return DiffusionSource(
        ground.cohort,
        ground.responses,
        coordinates=ground.coordinates,
        settings=Diffusing(**settings),  # type: ignore[arg-type]
    )


def test_the_same_draw_gives_the_same_batch_and_another_another(ground: Ground) -> None:
    made = source(ground)
    first, again, other = (
        made.batch(ROWS, torch.Generator().manual_seed(seed)).inputs["x"] for seed in (1, 1, 2)
    )
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_a_batch_to_generate_from_tells_class_and_threshold_and_no_noise(ground: Ground) -> None:
    batch = source(ground, recorded_noise=0.0, all_dropped=0.0, one_dropped=0.0).batch(
        ROWS, torch.Generator()
    )
    told = batch.inputs["conditions"]
    assert not told[:, column("loss_class")].isnan().any()
    assert told[:, column("residual_noise_nv")].isnan().all()
    assert not batch.inputs["noisy_parameters"].isnan().any()


def test_a_batch_to_denoise_tells_the_noise_and_not_the_answer(ground: Ground) -> None:
    batch = source(ground, recorded_noise=1.0, one_dropped=0.0).batch(ROWS, torch.Generator())
    told = batch.inputs["conditions"]
    assert told[:, column("loss_class")].isnan().all()
    assert told[:, column("threshold_db")].isnan().all()
    assert (told[:, column("residual_noise_nv")] > 0).all()
    assert batch.inputs["noisy_parameters"].isnan().all()


def test_recorded_noise_is_as_loud_as_it_says(ground: Ground) -> None:
    batch = source(ground, recorded_noise=1.0).batch(
        torch.arange(len(ground.responses)), torch.Generator()
    )
    x, sigma = batch.inputs["x"], torch.tan(batch.inputs["t"] * torch.pi / 2)
    clean = torch.from_numpy(ground.coordinates.enter(ground.responses.uv)).float()
    noise = x * (1 + sigma.square()).sqrt()[:, None] - clean
    level = (noise.square().mean(1) / ground.coordinates.whitening.white_power).sqrt()
    assert abs(float((level / sigma).median()) - 1.0) < 0.1


def test_share_of_dropped_conditions_is_of_rows(ground: Ground) -> None:
    batch = source(ground, recorded_noise=0.0, all_dropped=0.5, one_dropped=0.0).batch(
        ROWS, torch.Generator().manual_seed(0)
    )
    gone = batch.inputs["conditions"].isnan().all(1)
    assert 10 < int(gone.sum()) < 50


def test_an_absent_wave_is_at_the_centre_and_an_unknown_one_is_unknown(ground: Ground) -> None:
    cohort = ground.cohort
    table = parameter_table(cohort, np.nan_to_num(cohort.clean))
    names = [parameter.name for parameter in PARAMETERS]
    latency = table[:, names.index("wave_V_latency_ms")]
    absent = torch.from_numpy(cohort.present[:, 4] == 0)
    assert bool((latency[absent] == 0).all())
    assert bool((latency[~absent] != 0).all())
    unknown = replace(cohort, present=np.full_like(cohort.present, -1))
    present = parameter_table(unknown, np.nan_to_num(cohort.clean))
    assert present[:, names.index("wave_V_present")].isnan().all()


def test_a_cohort_without_truth_teaches_above_its_own_noise(cohort: TrainingCohort) -> None:
    own = replace(cohort.training, clean=np.full_like(cohort.training.clean, np.nan))
    found = Responses.of(own)
    assert (found.noise_uv > 0).all()
    assert np.array_equal(found.uv, own.waveforms[found.rows])
    measured = ground_of([replace(cohort, training=own)])
    true = ground_of([cohort])
    assert true.floor_sigma == 0.0 < measured.floor_sigma
    made = DiffusionSource(
        own, found, coordinates=measured.coordinates, settings=Diffusing(recorded_noise=0.0)
    ).batch(torch.arange(len(found)), torch.Generator())
    floor = torch.from_numpy(found.floor(own, measured.coordinates)).float()
    assert bool((CLOCK.sigma(made.inputs["t"]) >= 1.04 * floor).all())


def test_a_cohort_with_neither_truth_nor_noise_teaches_nothing(cohort: TrainingCohort) -> None:
    own = cohort.training
    conditions = np.full_like(own.conditions, np.nan)
    with pytest.raises(ValueError, match="clean responses, or averages with known noise"):
        Responses.of(replace(own, clean=np.full_like(own.clean, np.nan), conditions=conditions))
