"""Two tiny cohorts on different grids, encoded once."""

from __future__ import annotations

import pytest
import torch

from evoscope.abr.encoding import EncodedCohort, encode_cohort
from evoscope.abr.learning.data import SeriesSource
from evoscope.abr.simulation.make import simulate


def encoded_from(folder, profile: str, patients: int) -> EncodedCohort:
    cohort = simulate(folder / f"{profile}.parquet", profile=profile, patients=patients, seed=2)
    return encode_cohort(cohort, set(cohort.to_pandas(["patient_id"])["patient_id"]))


@pytest.fixture(scope="session")
def clinic(tmp_path_factory) -> EncodedCohort:
    return encoded_from(tmp_path_factory.mktemp("clinic"), "clinic", 20)


@pytest.fixture(scope="session")
def mice(tmp_path_factory) -> EncodedCohort:
    return encoded_from(tmp_path_factory.mktemp("mice"), "mouse", 2)


@pytest.fixture
def chance() -> torch.Generator:
    return torch.Generator().manual_seed(5)


@pytest.fixture
def everything(clinic, chance):
    """All recordings of the clinic, as they are."""
    source = SeriesSource(clinic)
    return source.recordings(torch.arange(len(source)), chance)
