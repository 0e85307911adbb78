"""A pack is calibrated on all its validation patients, whatever the length of their recordings."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from evoscope.abr.analysis.learned.fit import fit_classes
from evoscope.abr.encoding import encode_cohort
from evoscope.abr.encoding.encoded_cohort import lengthened
from evoscope.abr.learning.networks import build_network
from evoscope.abr.learning.series import SeriesConfig
from evoscope.abr.learning.training import SeriesRecipe, TrainingCohort
from evoscope.abr.learning.training.pack import answers_of, calibrate
from evoscope.abr.simulation.make import simulate

TINY = SeriesConfig(width=16, layers=1, condition_width=16)


def held_out(folder: Path, name: str, *, patients: int, profile: str = "clinic") -> TrainingCohort:
    cohort = simulate(folder / f"{name}.parquet", patients=patients, seed=5, profile=profile)
    encoded = encode_cohort(cohort, set(cohort.to_pandas(["patient_id"])["patient_id"]))
    return TrainingCohort(name, "a" * 64, "b" * 64, True, encoded, encoded)


@pytest.fixture(scope="module")
def cohorts(tmp_path_factory: pytest.TempPathFactory) -> list[TrainingCohort]:
    folder = tmp_path_factory.mktemp("cohorts")
    rare = held_out(folder, "rare", patients=6)
    weights = np.full_like(rare.validation.weight, 0.3)
    return [
        held_out(folder, "clinic", patients=18),
        held_out(folder, "adult", patients=3, profile="adult"),
        replace(rare, validation=replace(rare.validation, weight=weights)),
    ]


def test_long_and_short_recordings_calibrate_together(cohorts: list[TrainingCohort]) -> None:
    torch.manual_seed(0)
    recipe = SeriesRecipe(network=TINY)
    model = build_network(recipe.network)
    short, long, rare = (cohort.validation for cohort in cohorts)
    assert short.waveforms.shape[1] < long.waveforms.shape[1]
    known, kept = calibrate(model, recipe, cohorts)
    assert not kept
    assert known.patients == 21
    assert known.domain.samples == long.waveforms.shape[1]
    # Loss types are told by all patients, the enriched ones among them.
    classes = fit_classes(answers_of(model, rare), rare)
    assert known.class_bias != pytest.approx(classes.bias)
    # Even an untrained network is told how often it would hear something in noise.
    assert 0.0 <= known.silent_from <= 0.5
    unknown = replace(short, clean=np.full_like(short.clean, np.nan))
    marked_only = [replace(cohorts[0], validation=unknown)]
    assert calibrate(model, recipe, marked_only).calibration.silent_from == 0.5
    alone, _ = calibrate(model, recipe, cohorts[:1])
    assert alone.domain.samples == short.waveforms.shape[1]
    assert alone.class_bias != pytest.approx(known.class_bias)


def test_nothing_is_cut_off_where_recordings_are_lengthened(cohorts: list[TrainingCohort]) -> None:
    short, long = (cohort.validation for cohort in cohorts[:2])
    longer = lengthened(short, long.waveforms.shape[1])
    samples = short.waveforms.shape[1]
    assert np.array_equal(longer.waveforms[:, :samples], short.waveforms)
    assert not longer.covered[:, samples:].any()
    assert np.isnan(longer.clean[:, samples:]).all()
    with pytest.raises(ValueError, match="nothing is cut off"):
        lengthened(long, samples)
