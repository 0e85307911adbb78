"""From a cohort to predictions: whose, beside which truth, and the same however it was run."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from evoscope.abr.analysis import analyze
from evoscope.abr.benchmark.protocol import choose, predict
from evoscope.abr.benchmark.protocol.answers import Denoiser
from evoscope.abr.benchmark.protocol.linear import fit_linear
from evoscope.abr.benchmark.protocol.patients import patients_of
from evoscope.abr.benchmark.protocol.predict import Predictions
from evoscope.abr.benchmark.protocol.wiener import fit_wiener
from evoscope.abr.cohort import (
    Cohort,
    CohortWriter,
    is_simulated,
    load_split,
    make_split,
    split_path,
)
from evoscope.abr.findings import Findings, Threshold
from evoscope.abr.formats.errors import FormatError
from evoscope.abr.recording import Series

from .builders import EARS, LEVELS_DB, RATE_HZ, patient_columns, write_cohort


@pytest.fixture(scope="module")
def cohort(tmp_path_factory: pytest.TempPathFactory) -> Cohort:
    made = write_cohort(tmp_path_factory.mktemp("clinic") / "cohort.parquet")
    make_split(made, seed=2).save(split_path(made))
    return made


@pytest.fixture(scope="module")
def predictions(cohort: Cohort) -> Predictions:
    everyone = [name for name, _, _ in EARS]
    return predict(cohort, everyone, denoisers=rivals(cohort, everyone), alone=5)


def rivals(cohort: Cohort, patients: list[str]) -> dict[str, Denoiser]:
    wiener, linear = fit_wiener(cohort, patients), fit_linear(cohort, patients)
    assert wiener is not None
    assert linear is not None
    return {"wiener": wiener, "linear": linear}


def same(one: Predictions, other: Predictions) -> None:
    for name in ("recordings", "series", "ears"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name), check_exact=True)


def test_answers_stand_beside_the_truth_of_their_own_recording(
    cohort: Cohort, predictions: Predictions
) -> None:
    frame = cohort.to_pandas(["patient_id", "level_db", "wave_V_latency_ms"])
    rows = predictions.recordings.set_index("row").sort_index()
    assert rows["patient_id"].tolist() == frame["patient_id"].tolist()
    assert rows["level_db"].tolist() == frame["level_db"].tolist()
    loud = (rows["level_db"] == max(LEVELS_DB)) & (rows["loss_type"] == "normal")
    error = rows["found_V_latency_ms"][loud] - frame["wave_V_latency_ms"][loud]
    # Rows that slipped by one would be off by a level's worth, half a millisecond.
    assert error.abs().max() < 0.2


def test_the_status_that_is_true_follows_from_the_responses(predictions: Predictions) -> None:
    status = predictions.series.set_index("patient_id")["truth_status"]
    assert status["N00"] == "below_range"
    assert status["S00"] == "estimated"
    assert status["T00"] == "no_response"


def test_whoever_is_not_asked_for_is_not_analyzed(cohort: Cohort) -> None:
    split = load_split(split_path(cohort), cohort)
    seen: list[str] = []

    def watching(series: Series) -> Findings:
        seen.append(series.key.subject)
        return analyze(series)

    chosen = choose(cohort, "test")
    found = predict(cohort, chosen.patients, analyzer=watching)
    test = {name for name, part in split.patients.items() if part == "test"}
    assert set(seen) == set(found.recordings["patient_id"]) == set(found.ears["patient_id"]) == test
    assert not test & chosen.train


def test_two_processes_answer_as_one(cohort: Cohort, predictions: Predictions) -> None:
    everyone = [name for name, _, _ in EARS]
    denoisers = rivals(cohort, everyone)
    same(predict(cohort, everyone, denoisers=denoisers, alone=5, processes=2), predictions)


def test_the_order_of_the_cohort_does_not_matter(tmp_path: Path, predictions: Predictions) -> None:
    seeds = {name: seed for seed, (name, _, _) in enumerate(EARS)}
    path = tmp_path / "reversed.parquet"
    with CohortWriter(path, n_samples=225, sampling_rate_hz=RATE_HZ, onset_sample=15.0) as writer:
        for name, threshold, loss in reversed(EARS):
            writer.append(patient_columns(name, threshold, loss=loss, seed=seeds[name]))
    other = Cohort.open(path)
    everyone = [name for name, _, _ in EARS]
    found = predict(other, everyone)
    columns = ["series_id", "level_db", "found_V_latency_ms", "found_response", "found_error"]
    pd.testing.assert_frame_equal(found.recordings[columns], predictions.recordings[columns])


def silent(series: Series) -> Findings:
    found = analyze(series)
    threshold = Threshold(
        status="inconclusive", level_reference="nHL", method="", criterion=0.0, evidence_name=""
    )
    return found.model_copy(update={"recordings": (), "levels": (), "threshold": threshold})


def test_a_recording_without_an_answer_has_no_wave_and_no_waveform(cohort: Cohort) -> None:
    found = predict(cohort, ["N00"], analyzer=silent)
    assert not found.recordings["found_V_present"].any()
    assert found.recordings["found_error"].isna().all()
    assert found.recordings["raw_error"].notna().all()
    assert found.series["found_threshold_db"].isna().all()


def failing(series: Series) -> Findings:
    raise ZeroDivisionError("odd")


def test_an_analyzer_that_fails_names_the_series(cohort: Cohort) -> None:
    with pytest.raises(RuntimeError, match=r"N00 right click.*odd"):
        predict(cohort, ["N00"], analyzer=failing)


@pytest.mark.parametrize(("patients", "processes"), [([], 1), (["N00"], 0)])
def test_nobody_to_analyze_or_nobody_to_work_is_refused(
    cohort: Cohort, patients: list[str], processes: int
) -> None:
    with pytest.raises(ValueError, match="at least"):
        predict(cohort, patients, processes=processes)


def test_the_same_sweeps_are_not_counted_three_times(tmp_path: Path) -> None:
    columns = patient_columns("N00", 10.0, loss="normal", seed=0)
    thrice = {
        name: None if values is None else [v for v in values for _ in range(3)]
        for name, values in columns.items()
    }
    n = len(LEVELS_DB)
    thrice["polarity"] = ["alternating", "rarefaction", "condensation"] * n
    thrice["record"] = list(range(3 * n))
    with CohortWriter(
        tmp_path / "pair.parquet", n_samples=225, sampling_rate_hz=RATE_HZ, onset_sample=15.0
    ) as writer:
        writer.append(thrice)
    (patient,) = patients_of(Cohort.open(tmp_path / "pair.parquet"), {"N00"})
    whole, pair = patient.series
    assert (whole.view, whole.main, whole.rows.tolist()) == ("alternating", True, [0, 3, 6, 9])
    assert (pair.view, pair.main) == ("pair", False)
    assert sorted(pair.rows.tolist()) == [1, 2, 4, 5, 7, 8, 10, 11]
    found = predict(Cohort.open(tmp_path / "pair.parquet"), ["N00"], alone=2)
    assert len(found.recordings) == n
    assert found.recordings["found_class"].notna().sum() == 2
    assert found.series["view"].tolist() == found.ears["view"].tolist() == ["alternating", "pair"]
    assert found.series["truth_status"].nunique() == 1


def test_a_patient_in_two_pieces_is_refused(cohort: Cohort, tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    table = pq.read_table(cohort.path)
    torn = tmp_path / "torn.parquet"
    order = np.r_[0, 4 : table.num_rows, 1:4]
    pq.write_table(table.take(order), torn)
    with pytest.raises(FormatError, match="follow each other"):
        list(patients_of(Cohort.open(torn), {"N00"}))


def test_a_part_needs_the_split_of_this_very_cohort(cohort: Cohort, tmp_path: Path) -> None:
    other = write_cohort(tmp_path / "cohort.parquet", EARS[1:])
    with pytest.raises(FormatError, match="A split should be there"):
        choose(other, "test")
    split_path(other).write_bytes(split_path(cohort).read_bytes())
    with pytest.raises(FormatError, match="this cohort's"):
        choose(other, "test")
    assert choose(other, "all").split is None


def test_the_same_patients_with_other_recordings_are_another_cohort(
    cohort: Cohort, tmp_path: Path
) -> None:
    changed = [(name, threshold + 1.0, loss) for name, threshold, loss in EARS]
    other = write_cohort(tmp_path / "cohort.parquet", changed)
    split_path(other).write_bytes(split_path(cohort).read_bytes())
    with pytest.raises(FormatError, match="the hash of another"):
        choose(other, "test")


def test_a_quick_look_is_a_random_part_of_the_part(cohort: Cohort) -> None:
    whole = choose(cohort, "train")
    few = choose(cohort, "train", patients=3, seed=1)
    assert len(few.patients) == 3
    assert set(few.patients) < set(whole.patients)
    assert few.patients == choose(cohort, "train", patients=3, seed=1).patients
    assert few.in_part == len(whole.patients)
    drawn = {choose(cohort, "train", patients=3, seed=seed).patients for seed in range(5)}
    assert len(drawn) > 1


@pytest.mark.parametrize(("which", "patients"), [("tset", None), ("test", 0)])
def test_parts_and_numbers_that_cannot_be_are_refused(
    cohort: Cohort, which: str, patients: int | None
) -> None:
    with pytest.raises(ValueError, match="should be"):
        choose(cohort, which, patients=patients)  # type: ignore[arg-type]


def test_the_filters_of_the_rivals_beat_the_raw_average(predictions: Predictions) -> None:
    sums = predictions.recordings[["wiener_error", "linear_error", "raw_error"]].sum()
    assert sums["wiener_error"] < 0.7 * sums["raw_error"]
    # It knows when waves come, too.
    assert sums["linear_error"] < 0.7 * sums["wiener_error"]


def test_only_what_was_imported_counts_as_real(cohort: Cohort, tmp_path: Path) -> None:
    assert is_simulated(cohort)
    real = write_cohort(tmp_path / "real.parquet", EARS[:1], imported_from="clinic.xlsx")
    assert not is_simulated(real)
