"""A tiny cohort, and an autoencoder that is small enough to learn in seconds."""

from __future__ import annotations

from pathlib import Path

import pytest

from evoscope.abr.learning.cvae import CVAERecipe, TrainedCVAE, train_cvae
from evoscope.abr.learning.training import TrainingCohort, load_cohort
from evoscope.abr.simulation.make import simulate

TINY = """
epochs: 2
batch_size: 32
optimiser: {learning_rate: 0.004, weight_decay: 0.0}
schedule: {kind: constant}
weighting: {kind: fixed}
curriculum:
  phases:
    - start: 0
      switches: {kl: {kind: linear, start: 0, end: 2, before: 0, after: 1}}
network:
  patch: 10
  channels: 16
  heads: 2
  feed_forward: 16
  conditions: embedded
  linear_start: true
  dropout: 0.0
seeing: {one_dropped: 0.1}
bound: {beta: 0.005, free_bits: 0.02}
early_stopping: {monitor: signal.bound, patience: 15}
prior: {couplings: 4, width: 32, steps: 100, batch_size: 64, learning_rate: 0.005}
"""


@pytest.fixture(scope="session")
def cohort(tmp_path_factory: pytest.TempPathFactory) -> TrainingCohort:
    path: Path = tmp_path_factory.mktemp("cohort") / "cohort.parquet"
    simulate(path, patients=60, seed=3)
    return load_cohort(path)


@pytest.fixture(scope="session")
def recipe() -> CVAERecipe:
    return CVAERecipe.parse(TINY)


@pytest.fixture(scope="session")
def trained(
    cohort: TrainingCohort, recipe: CVAERecipe, tmp_path_factory: pytest.TempPathFactory
) -> TrainedCVAE:
    return train_cvae(recipe, [cohort], folder=tmp_path_factory.mktemp("run") / "run")
