"""Limits of a cohort on disk: its own patients, its own rows, and a reason where there are none."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from evoscope.abr.benchmark.limits import Ideal, ideal_of, observe, of_cohort, why_no_limits
from evoscope.abr.cohort import Cohort, CohortWriter
from evoscope.abr.simulation.columns import Columns
from evoscope.abr.simulation.make import null_where_nan, simulate
from evoscope.abr.simulation.patients import simulate_patients


@pytest.fixture(scope="module")
def cohort(tmp_path_factory: pytest.TempPathFactory) -> Cohort:
    path = tmp_path_factory.mktemp("clinic") / "cohort.parquet"
    return simulate(path, profile="adult", patients=3, seed=4, polarity="pair")


@pytest.fixture(scope="module")
def patients(cohort: Cohort) -> list[str]:
    return sorted({p for b in cohort.batches(["patient_id"]) for p in b.column(0).to_pylist()})[1:]


@pytest.fixture(scope="module", autouse=True)
def few_ears() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(of_cohort, "observe", partial(observe, ears=80, draws=32))
        yield


@pytest.fixture(scope="module")
def ideal(cohort: Cohort, patients: list[str]) -> Ideal:
    return ideal_of(cohort, patients)


def test_every_average_of_the_asked_patients_is_read_once(
    cohort: Cohort, patients: list[str], ideal: Ideal
) -> None:
    frame = cohort.to_pandas(["patient_id", "series_id", "record", "polarity", "level_db"])
    rows = frame[frame["patient_id"].isin(patients) & (frame["polarity"] == "alternating")]
    both = rows.merge(ideal.recordings, on=["series_id", "record"], validate="1:1")
    assert len(both) == len(rows) == len(ideal.recordings) > 0
    # Louder is easier to hear: answers that slipped to other rows would not know.
    assert np.corrcoef(both["level_db"], both["ideal_response"])[0, 1] > 0.3
    assert set(ideal.ears["patient_id"]) == set(patients)


def test_wave_v_is_bounded_where_there_is_a_clear_response(cohort: Cohort, ideal: Ideal) -> None:
    frame = cohort.to_pandas(["series_id", "record", "fmp", "wave_V_present"])
    both = frame.merge(ideal.recordings, on=["series_id", "record"])
    bounded = both["bound_latency_ms"].notna()
    assert not bounded[both["fmp"] < 3.1].any()
    clear = (both["fmp"] >= 3.1) & both["wave_V_present"].eq(True)
    assert bounded[clear].mean() > 0.8
    assert both["bound_latency_ms"][clear].median() < 0.1


def test_a_cohort_that_was_not_simulated_here_has_no_limits(
    tmp_path: Path, cohort: Cohort, patients: list[str]
) -> None:
    foreign = copy(tmp_path / "foreign.parquet", cohort, {"imported_from": "table.xlsx"})
    assert "does not say" in why_no_limits(foreign, patients)
    with pytest.raises(ValueError, match="No limits"):
        ideal_of(foreign, patients)


def test_a_cohort_of_another_simulator_has_no_limits(
    tmp_path: Path, cohort: Cohort, patients: list[str]
) -> None:
    # Same words, other noise: an observer would draw the ears of a clinic that was never recorded.
    said = dict(cohort.metadata.provenance)
    louder = copy(tmp_path / "louder.parquet", cohort, said, gain=1.01)
    assert "another version" in why_no_limits(louder, patients)
    assert why_no_limits(cohort, patients) == ""
    assert "not those" in why_no_limits(cohort, ["adult-4-000009"])


def copy(path: Path, like: Cohort, provenance: dict[str, object], gain: float = 1.0) -> Cohort:
    grid = like.metadata
    with CohortWriter(
        path,
        sampling_rate_hz=grid.sampling_rate_hz,
        onset_sample=grid.onset_sample,
        n_samples=grid.n_samples,
        provenance=provenance,
    ) as writer:
        for columns in simulate_patients("adult", patients=3, seed=4, polarity="pair"):
            writer.append(null_where_nan(louder(columns, gain)))
    return Cohort.open(path)


def louder(columns: Columns, gain: float) -> Columns:
    scaled = {name: gain * columns[name] for name in ("waveform", "half_a", "half_b")}
    return columns | {k: v.astype(np.float32) for k, v in scaled.items()}
