"""A fit report that calls a clinic fitting when it is not would fool everyone who uses it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from evoscope.abr.benchmark.fit import FitReport, write_fit_report
from evoscope.abr.benchmark.fit.__main__ import main
from evoscope.abr.benchmark.fit.curves import latency_curve, normal_adult_clicks
from evoscope.abr.benchmark.fit.marginals import compare, distances
from evoscope.abr.benchmark.fit.table import Table, read_table
from evoscope.abr.cohort import Cohort, CohortWriter, null_where_nan
from evoscope.abr.norms import latency
from evoscope.abr.simulation.patients import simulate_patients
from evoscope.abr.simulation.profiles import get_profile


def write(path: Path, profile: str, patients: int, polarity: str = "alternating") -> Cohort:
    clock = get_profile(profile)
    grid = {
        "n_samples": clock.n_samples,
        "sampling_rate_hz": clock.sampling_rate_hz,
        "onset_sample": clock.onset_sample,
    }
    with CohortWriter(path, **grid) as writer:  # type: ignore[arg-type]
        for one in simulate_patients(profile, patients=patients, seed=3, polarity=polarity):  # type: ignore[arg-type]
            writer.append(null_where_nan(one))
    return Cohort.open(path)


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Cohort:
    return write(tmp_path_factory.mktemp("clinic") / "clinic.parquet", "clinic", 24)


@pytest.fixture(scope="module")
def table(clinic: Cohort) -> Table:
    return read_table(clinic)


@pytest.fixture(scope="module")
def adults(tmp_path_factory: pytest.TempPathFactory) -> Table:
    return read_table(write(tmp_path_factory.mktemp("adult") / "adult.parquet", "adult", 16))


@pytest.fixture(scope="module")
def written(clinic: Cohort, tmp_path_factory: pytest.TempPathFactory) -> tuple[FitReport, Path]:
    folder = tmp_path_factory.mktemp("report") / "deep"
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("EVOSCOPE_REALDATA", raising=False)
        return write_fit_report(clinic, folder), folder


def test_the_files_say_what_was_returned_and_nothing_partial_stays(
    written: tuple[FitReport, Path],
) -> None:
    report, folder = written
    assert sorted(p.name for p in folder.iterdir()) == ["fit.html", "fit.json"]
    assert FitReport.model_validate_json((folder / "fit.json").read_text("utf-8")) == report
    assert "NaN" not in (folder / "fit.json").read_text("utf-8")


def test_the_page_shows_every_marginal_says_simulated_and_fetches_nothing(
    written: tuple[FitReport, Path],
) -> None:
    report, folder = written
    page = (folder / "fit.html").read_text("utf-8")
    for marginal in report.marginals:
        assert f'<th scope="row">{marginal.name.replace(">", "&gt;")}</th>' in page
    assert "Simulated data" in page
    assert "<script" not in page
    assert not re.search(r"(src|href)=\"(?!data:)", page)
    assert "No real recordings were compared" in page


def test_a_shifted_figure_is_missed_and_its_distance_is_the_shift(table: Table) -> None:
    louder = Table(table.frame.assign(fmp=3.0 * table.frame["fmp"]), table.sums)
    before, after = (
        {m.name: m for m in compare(t, promised=True)}["Fmp, 50 %"] for t in (table, louder)
    )
    assert before.distance is not None
    assert after.distance is not None
    assert after.distance + 100 == pytest.approx(3.0 * (before.distance + 100))
    assert after.verdict == "missed"


def test_an_enriched_class_counts_by_its_weight(table: Table) -> None:
    # Every ear with conductive loss three times, each for a third: nothing may have changed.
    frame = table.frame.assign(weight=np.where(table.frame["loss_type"] == "chl", 1 / 3, 1.0))
    rare = frame[frame["loss_type"] == "chl"]
    copies = [
        rare.assign(patient_id=rare["patient_id"] + f"-{n}", series_id=rare["series_id"] + f"-{n}")
        for n in range(2)
    ]
    whole = pd.concat([frame, *copies], ignore_index=True)
    before = compare(table, promised=True)
    after = {m.name: m for m in compare(Table(whole, table.sums), promised=True)}
    for one in before:
        if one.got is not None:
            # Percentiles fall between rows, and there are more of these now.
            close = 0.05 if one.name.startswith("Fmp, ") or "median" in one.name else 1e-9
            assert after[one.name].got == pytest.approx(one.got, rel=close), one.name


def test_counts_are_scaled_to_the_patients_and_are_no_promise(table: Table) -> None:
    patients = {m.name: m for m in compare(table, promised=True)}["patients, normal"]
    assert patients.published == pytest.approx(1643 * 24 / 2038)
    assert patients.verdict == "not promised"


def test_a_promised_class_that_is_not_there_is_missed(table: Table) -> None:
    frame = table.frame[table.frame["loss_type"] != "chl"]
    share = {m.name: m for m in compare(Table(frame, table.sums), promised=True)}
    assert share["V marked, chl, %"].got is None
    assert share["V marked, chl, %"].verdict == "missed"


def test_nothing_is_promised_for_another_profile(table: Table) -> None:
    assert {m.verdict for m in compare(table, promised=False)} == {"not promised"}


def test_moving_recordings_to_another_level_is_the_distance_of_levels(table: Table) -> None:
    levels = table.frame["level_db"].to_numpy().copy()
    levels[:] = 85.0  # published: 0.4 %
    moved = Table(table.frame.assign(level_db=levels), table.sums)
    found = {d.name: d.value for d in distances(moved, compare(moved, promised=True))}
    assert found["levels"] == pytest.approx(99.6, abs=0.3)


def test_single_polarities_are_left_out(tmp_path: Path) -> None:
    cohort = write(tmp_path / "pair.parquet", "clinic", 3, polarity="pair")
    table = read_table(cohort)
    assert 3 * len(table.frame) == cohort.n_rows
    assert table.sums[0] == len(table.frame) * 200


def test_latencies_are_moved_to_the_conditions_of_the_tables(adults: Table) -> None:
    ears = normal_adult_clicks(adults)
    frame = adults.frame.loc[adults.frame["loss_type"].eq("normal")]
    slower = adults.frame.assign(rate_hz=65.1)
    moved = normal_adult_clicks(replace(adults, frame=slower))
    assert 0 < len(ears) < len(frame)
    # Ears said to be stimulated faster are earlier at 17/s than they were found.
    assert (moved["latency_ms"] < ears["latency_ms"]).all()


def test_a_curve_one_millisecond_off_is_flagged(adults: Table) -> None:
    ears = normal_adult_clicks(adults)
    exact = ears.assign(
        latency_ms=[
            latency("V", level_db=x, stimulus="click", frequency_hz=None, species="human").mean  # type: ignore[union-attr]
            for x in ears["level_db"]
        ]
    )
    judged = [p for p in latency_curve(exact) if p.inside is not None]
    assert judged
    assert all(p.inside for p in judged)
    late = latency_curve(exact.assign(latency_ms=exact["latency_ms"] + 1.0))
    assert not any(p.inside for p in late)


def test_one_ear_is_no_curve(adults: Table) -> None:
    ears = normal_adult_clicks(adults)
    one = ears[ears["ear"] == ears["ear"].iloc[0]]
    assert {p.inside for p in latency_curve(one)} == {None}


def test_the_command_refuses_what_is_no_cohort(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(tmp_path / "none.parquet"), "-o", str(tmp_path / "out")]) == 2
    assert "A cohort should be there" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_numbers_of_the_json_are_finite(written: tuple[FitReport, Path]) -> None:
    marginals = json.loads((written[1] / "fit.json").read_text("utf-8"))["marginals"]
    assert all(np.isfinite(m["got"]) for m in marginals if m["got"] is not None)
