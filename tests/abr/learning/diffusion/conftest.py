"""A tiny cohort, and a network that is small enough to learn in seconds."""

from __future__ import annotations

from pathlib import Path

import pytest

from evoscope.abr.learning.diffusion import DiffusionRecipe, Ground, ground_of
from evoscope.abr.learning.training import TrainingCohort, load_cohort
from evoscope.abr.simulation.make import simulate

TINY = """
batch_size: 32
weighting: {kind: fixed, weights: {signal: 1, parameters: 0.2}}
ema_decay: 0.9
"""
NETWORKS = {
    "components": """
epochs: 24
optimiser: {learning_rate: 0.006}
network: {kind: components, components: 40, width: 48, hidden: 64, blocks: 2, condition_width: 16}
""",
    "unet": """
epochs: 2
optimiser: {learning_rate: 0.003}
network:
  kind: unet
  channels: [8, 16, 16]
  condition_width: 16
  heads: 2
  transformer_levels: []
  attention_skips: false
  task_extractors: false
  multi_scale_attention: false
""",
}


@pytest.fixture(scope="session")
def cohort_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path: Path = tmp_path_factory.mktemp("cohort") / "cohort.parquet"
    simulate(path, patients=16, seed=3)
    return path


@pytest.fixture(scope="session")
def cohort(cohort_path: Path) -> TrainingCohort:
    return load_cohort(cohort_path)


@pytest.fixture(scope="session", params=list(NETWORKS))
def recipe(request: pytest.FixtureRequest) -> DiffusionRecipe:
    return DiffusionRecipe.parse(TINY + NETWORKS[request.param])


@pytest.fixture(scope="session")
def ground(cohort: TrainingCohort) -> Ground:
    return ground_of([cohort])
