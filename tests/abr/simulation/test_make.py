"""A clinic on disk: the same whatever made it, whole or not there, its patients split once."""

from __future__ import annotations

from pathlib import Path

import pytest

from evoscope.abr.cohort import Cohort, load_split, split_path
from evoscope.abr.formats.errors import FormatError
from evoscope.abr.simulation.make import CHUNK, simulate


def test_two_processes_make_the_same_clinic_as_one(tmp_path: Path) -> None:
    patients = CHUNK + 4
    one = simulate(tmp_path / "one.parquet", patients=patients, seed=5)
    two = simulate(tmp_path / "two.parquet", patients=patients, seed=5, processes=2)
    assert one.table_sha256() == two.table_sha256()


def test_another_seed_makes_another_clinic(tmp_path: Path) -> None:
    one = simulate(tmp_path / "one.parquet", patients=5, seed=5)
    two = simulate(tmp_path / "two.parquet", patients=5, seed=6)
    assert one.table_sha256() != two.table_sha256()


def test_the_split_beside_it_belongs_to_it(tmp_path: Path) -> None:
    cohort = simulate(tmp_path / "clinic.parquet", patients=20, seed=5)
    split = load_split(split_path(cohort), cohort)
    assert len(split.patients) == 20


def test_two_cohorts_in_one_folder_keep_a_split_each(tmp_path: Path) -> None:
    one = simulate(tmp_path / "one.parquet", patients=6, seed=1)
    two = simulate(tmp_path / "two.parquet", patients=6, seed=2)
    again = simulate(tmp_path / "two.parquet", patients=6, seed=3, overwrite=True)
    assert load_split(split_path(one), one).seed == 1
    assert load_split(split_path(again), again).seed == 3
    assert two.path == again.path


def test_progress_counts_every_patient(tmp_path: Path) -> None:
    made: list[int] = []
    simulate(tmp_path / "clinic.parquet", patients=CHUNK + 3, seed=5, progress=made.append)
    assert made == [CHUNK, 3]


@pytest.mark.parametrize(
    "request_",
    [
        {"patients": -3},
        {"patients": 0},
        {"patients": 5, "profile": "hospital"},
        {"patients": 5, "polarity": "both"},
        {"patients": 5, "processes": 0},
    ],
)
def test_an_impossible_request_is_refused_and_leaves_nothing(
    tmp_path: Path, request_: dict[str, object]
) -> None:
    with pytest.raises(ValueError, match=r"should (be|name)"):
        simulate(tmp_path / "clinic.parquet", **request_)  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


def test_an_earlier_cohort_is_kept_unless_told_otherwise(tmp_path: Path) -> None:
    path = tmp_path / "clinic.parquet"
    before = simulate(path, patients=4, seed=1).table_sha256()
    with pytest.raises(FormatError):
        simulate(path, patients=4, seed=2)
    assert Cohort.open(path).table_sha256() == before
    assert simulate(path, patients=4, seed=2, overwrite=True).table_sha256() != before
