"""One cluster of two workers for all tests of the package: Ray takes seconds to start."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from evoscope.abr.cohort import Cohort
from evoscope.abr.simulation.make import simulate
from evoscope.scale.cluster import cluster


@pytest.fixture(scope="session")
def two_workers() -> Iterator[None]:
    pytest.importorskip("ray")
    with pytest.MonkeyPatch.context() as patch:
        # Ray gives a node half a minute: a machine with much else to do takes more than two tries.
        patch.setattr("evoscope.scale.cluster._TRIES", 8)
        with cluster(workers=2):
            yield


@pytest.fixture(scope="session")
def cohort(tmp_path_factory: pytest.TempPathFactory) -> Cohort:
    return simulate(tmp_path_factory.mktemp("clinic") / "clinic.parquet", patients=3, seed=3)
