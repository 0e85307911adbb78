"""The comparison of denoisers: its ends are known, and a filter lies between them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from evoscope.abr.benchmark.clock import by_wiener, figures, picture
from evoscope.abr.encoding import EncodedCohort, encode_cohort
from evoscope.abr.simulation.make import simulate


@pytest.fixture(scope="module")
def cohort(tmp_path_factory: pytest.TempPathFactory) -> EncodedCohort:
    made = simulate(tmp_path_factory.mktemp("clock") / "cohort.parquet", patients=6, seed=2)
    return encode_cohort(made, set(made.to_pandas(["patient_id"])["patient_id"]))


def test_the_truth_scores_nothing_and_the_average_one(cohort: EncodedCohort) -> None:
    found = {
        "truth": cohort.clean.astype(np.float64),
        "average": cohort.waveforms.astype(np.float64),
    }
    scored = figures(found, cohort, simulated=True)
    values = {(figure.metric, figure.slice): figure.value for figure in scored}
    assert values["mse_over_noise.truth", "all"] == 0.0
    assert values["mse_over_noise.average", "all"] == pytest.approx(1.0)
    bands = [where for metric, where in values if metric.endswith("truth") and where != "all"]
    assert len(bands) >= 2
    assert all(figure.simulated for figure in scored)


def test_the_wiener_filter_betters_the_average(cohort: EncodedCohort) -> None:
    (whole, *_) = figures({"wiener": by_wiener(cohort, cohort)}, cohort, simulated=True)
    assert whole.value is not None
    assert whole.low is not None
    assert whole.value < 0.7


def test_the_picture_is_written(cohort: EncodedCohort, tmp_path: Path) -> None:
    picture({"wiener": by_wiener(cohort, cohort)}, cohort, tmp_path / "new" / "clock.png")
    assert (tmp_path / "new" / "clock.png").stat().st_size > 10_000
