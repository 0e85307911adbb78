from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import evoscope
from evoscope.abr.cohort import COLUMNS, Cohort, CohortWriter
from evoscope.abr.formats.errors import FormatError
from evoscope.abr.recording import Series
from evoscope.abr.simulation import Truth, simulate_series

GRID: dict[str, Any] = {"n_samples": 200, "sampling_rate_hz": 15_000.0, "onset_sample": 14.6}
Write = Callable[..., Cohort]
Rows = Callable[..., dict[str, Any]]


@pytest.fixture
def groups(tmp_path: Path, rows: Rows) -> tuple[Cohort, np.ndarray]:
    """Three row groups, as a large cohort has, and all its waveforms."""
    small, path = tmp_path / "small.parquet", tmp_path / "cohort.parquet"
    given = rows([f"{i:02}" for i in range(10)])
    with CohortWriter(small, **GRID) as writer:
        writer.append(given)
    pq.write_table(pq.read_table(small), path, row_group_size=12)
    return Cohort.open(path), given["waveform"]


def test_batches_hold_what_was_asked_for(groups: tuple[Cohort, np.ndarray]) -> None:
    cohort, _ = groups
    batches = list(cohort.batches(["level_db", "patient_id"], rows=7))
    assert sum(batch.num_rows for batch in batches) == cohort.n_rows == 30
    assert {tuple(batch.schema.names) for batch in batches} == {("level_db", "patient_id")}
    assert max(batch.num_rows for batch in batches) <= 7
    with pytest.raises(FormatError, match="column 'levels'"):
        next(cohort.batches(["levels"]))
    with pytest.raises(ValueError, match="rows should be at least 1"):
        next(cohort.batches(rows=0))


@pytest.mark.parametrize(
    "wanted",
    [
        slice(None),
        slice(3, 7),
        slice(10, 26),
        slice(None, None, -1),
        [29, 0, 13, 13, -1],
        np.array([5]),
        [],
        slice(0, 0),
    ],
)
def test_waveforms_come_in_the_order_asked_for(
    groups: tuple[Cohort, np.ndarray], wanted: Any
) -> None:
    cohort, truth = groups
    found = cohort.waveforms(wanted)
    expected = truth[np.asarray(wanted, dtype=int) if isinstance(wanted, list) else wanted]
    assert found.dtype == np.float32
    np.testing.assert_array_equal(found, expected)


def test_neighbouring_waveforms_are_not_copied(groups: tuple[Cohort, np.ndarray]) -> None:
    cohort, _ = groups
    found = cohort.waveforms(slice(13, 20))
    assert not found.flags.owndata
    assert not found.flags.writeable


def test_a_row_without_a_half_is_named_not_filled(write: Write, rows: Rows) -> None:
    cohort = write(rows(["A"]), rows(["B"], halves=False))
    assert cohort.waveforms(slice(0, 3), column="half_a").shape == (3, 200)
    with pytest.raises(FormatError, match="row 4, column 'half_b': A waveform should be there"):
        cohort.waveforms([0, 4], column="half_b")


def test_wrong_rows_and_columns_are_refused(groups: tuple[Cohort, np.ndarray]) -> None:
    cohort, _ = groups
    with pytest.raises(IndexError, match=r"between -30 and 29\. Found 30"):
        cohort.waveforms([0, 30])
    with pytest.raises(IndexError, match="row numbers"):
        cohort.waveforms([0.5])  # type: ignore[list-item]
    with pytest.raises(ValueError, match="column should be one of"):
        cohort.waveforms(column="level_db")


def test_it_is_an_ordinary_parquet_table(write: Write, rows: Rows) -> None:
    cohort = write(rows(["A", "B"]))
    frame = pd.read_parquet(cohort.path)
    assert list(frame.columns) == [column.name for column in COLUMNS] == list(cohort.columns)
    assert frame["waveform"][0].shape == (200,)
    assert pq.read_table(cohort.path, filters=[("level_db", ">=", 40.0)]).num_rows == 4


def test_metadata_tells_grid_and_origin(tmp_path: Path, rows: Rows) -> None:
    path = tmp_path / "cohort.parquet"
    with CohortWriter(path, provenance={"profile": "clinic", "seed": 3}, **GRID) as writer:
        writer.append(rows(["A"]))
    found = Cohort.open(path).metadata
    assert (found.n_samples, found.sampling_rate_hz, found.onset_sample) == (200, 15_000.0, 14.6)
    assert found.provenance == {"profile": "clinic", "seed": 3, "evoscope": evoscope.__version__}


def test_the_file_hash_is_what_sha256sum_prints(write: Write, rows: Rows) -> None:
    cohort = write(rows(["A"]))
    assert cohort.file_sha256() == hashlib.sha256(cohort.path.read_bytes()).hexdigest()


def test_the_table_hash_sees_rows_not_the_files_layout(write: Write, rows: Rows) -> None:
    given = rows(["A", "B", "C"])
    cohort = write(given)
    copy = cohort.path.with_name("copy.parquet")
    pq.write_table(pq.read_table(cohort.path), copy, row_group_size=2, compression="none")
    assert Cohort.open(copy).table_sha256() == cohort.table_sha256()
    assert Cohort.open(copy).file_sha256() != cohort.file_sha256()


def test_the_table_hash_sees_every_value(write: Write, rows: Rows) -> None:
    changes: list[dict[str, Any]] = [
        {},
        {"fmp": [0.0] * 3},
        {"fmp": None},
        {"fmp": [0.0, None, 0.0]},
        {"fmp": [0.0, 0.0, None]},
        {"model_sha256": ["y", "xx", "x"]},
        {"model_sha256": ["yx", "x", "x"]},
        {"model_sha256": ['y"', "x", "x"]},
        {"half_a": None, "half_b": None},
        {"waveform": np.zeros((3, 200))},
        {"waveform": np.full((3, 200), 1e-45)},
        {"response_present": [True, False, None]},
        {"response_present": [None, False, True]},
        {"response_present": [None, None, True]},
        {"seed": [0, 0, None]},
    ]
    hashes = [
        write(rows(["A"]) | change, name=f"{i}.parquet").table_sha256()
        for i, change in enumerate(changes)
    ]
    assert len(set(hashes)) == len(changes)


def test_a_hash_depends_on_the_grid(write: Write, rows: Rows) -> None:
    moved = rows(["A"]) | {"onset_sample": [15.0] * 3}
    one, other = write(rows(["A"])), write(moved, name="other.parquet", onset_sample=15.0)
    assert one.table_sha256() != other.table_sha256()


def test_a_file_cut_short_is_no_traceback(write: Write, rows: Rows) -> None:
    cohort = write(rows(["A"]))
    raw = bytearray(cohort.path.read_bytes())
    raw[4:4000] = b"\x00" * 3996
    cohort.path.write_bytes(raw)
    with pytest.raises(FormatError, match="damaged"):
        list(Cohort.open(cohort.path).batches())
    with pytest.raises(FormatError, match="damaged"):
        Cohort.open(cohort.path).waveforms()


def columns_of(series: Series, truth: Truth) -> dict[str, Any]:
    """A simulated series as rows: what the clinic will do for many."""
    recordings = series.recordings
    first, n = recordings[0], len(series)
    at = [truth.levels[r.level_db] for r in recordings]
    columns: dict[str, Any] = {column.name: None for column in COLUMNS}
    columns |= {
        "patient_id": [first.subject.id] * n,
        "ear": [first.subject.ear] * n,
        "series_id": [f"{first.subject.id} {first.subject.ear}"] * n,
        "record": list(range(n)),
        "species": [first.subject.species] * n,
        "age_years": [first.subject.age_years] * n,
        "sex": [first.subject.sex] * n,
        "level_db": [r.level_db for r in recordings],
        "level_reference": [first.stimulus.level_reference] * n,
        "stimulus": [first.stimulus.kind] * n,
        "rate_hz": [first.stimulus.rate_hz] * n,
        "polarity": [first.stimulus.polarity] * n,
        "transducer": [first.stimulus.transducer] * n,
        "sweeps": [r.sweeps for r in recordings],
        "sampling_rate_hz": [first.sampling_rate_hz] * n,
        "onset_sample": [first.onset_sample] * n,
        "waveform": [r.waveform for r in recordings],
        "half_a": [None if r.halves is None else r.halves[0] for r in recordings],
        "half_b": [None if r.halves is None else r.halves[1] for r in recordings],
        "loss_type": [truth.ear.loss] * n,
        "true_threshold_db": [truth.true_threshold_db] * n,
        "lowest_response_level_db": [truth.lowest_response_level_db] * n,
        "response_present": [level.response_present for level in at],
        "clean_waveform": [level.clean_waveform for level in at],
        "synthetic": [True] * n,
        "weight": [1.0] * n,
    }
    for name in ("I", "II", "III", "IV", "V"):
        waves = [level.wave(name) for level in at]
        columns[f"wave_{name}_present"] = [wave.present for wave in waves]
        columns[f"wave_{name}_latency_ms"] = [wave.latency_ms for wave in waves]
        columns[f"wave_{name}_amplitude_uv"] = [wave.amplitude_uv for wave in waves]
    return columns


@pytest.fixture
def simulated(tmp_path: Path) -> tuple[Cohort, list[Series]]:
    ears = [
        simulate_series(
            true_threshold_db=20.0 + 10 * i,
            levels_db=range(0, 90, 20),
            seed=i,
            subject=f"P{i // 2}",
            ear="left" if i % 2 else "right",
            age_years=30.0,
        )
        for i in range(4)
    ]
    first = ears[0][0].recordings[0]
    path = tmp_path / "simulated.parquet"
    with CohortWriter(
        path,
        n_samples=first.n_samples,
        sampling_rate_hz=first.sampling_rate_hz,
        onset_sample=first.onset_sample,
    ) as writer:
        for series, truth in ears:
            writer.append(columns_of(series, truth))
    return Cohort.open(path), [series for series, _ in ears]


def test_series_come_back_as_they_went_in(simulated: tuple[Cohort, list[Series]]) -> None:
    cohort, expected = simulated
    found = list(cohort.series())
    assert [series.key for series in found] == [series.key for series in expected]
    for one, other in zip(found, expected, strict=True):
        for a, b in zip(one, other, strict=True):
            np.testing.assert_array_equal(a.waveform, b.waveform)
            assert a.halves is not None
            np.testing.assert_array_equal(a.halves, b.halves)
            assert (a.stimulus, a.subject, a.sweeps) == (b.stimulus, b.subject, b.sweeps)
            np.testing.assert_array_equal(a.time_ms, b.time_ms)


def test_a_cohort_can_be_analyzed_and_held_against_its_truth(
    simulated: tuple[Cohort, list[Series]],
) -> None:
    cohort, _ = simulated
    truth = cohort.to_pandas(["level_db", "true_threshold_db"])
    for series in cohort.series():
        findings = evoscope.analyze(series)
        first = findings.recordings[0].record
        assert truth["level_db"][first] == findings.recordings[0].level_db
        assert findings.threshold.value_db is not None
        assert abs(findings.threshold.value_db - truth["true_threshold_db"][first]) <= 20.0


def test_averages_without_halves_are_series_too(write: Write, rows: Rows) -> None:
    cohort = write(rows(["A"], halves=False), rows(["B"]))
    halves = [[r.halves is not None for r in series] for series in cohort.series()]
    assert halves == [[False] * 3, [True] * 3]


def test_rows_in_disorder_are_refused_by_series(write: Write, rows: Rows) -> None:
    cohort = write(rows(["A", "B"]))
    table = pq.read_table(cohort.path)
    pq.write_table(table.take(pa.array([0, 3, 1])), cohort.path)
    with pytest.raises(FormatError, match=r"Found 'A' again in row 2\. Sort the rows"):
        list(Cohort.open(cohort.path).series())
    pq.write_table(
        table.set_column(0, "patient_id", pa.array(["A"] * 6))
        .set_column(2, "series_id", pa.array(["x"] * 6))
        .set_column(1, "ear", pa.array(["left"] * 3 + ["right"] * 3)),
        cohort.path,
    )
    with pytest.raises(FormatError, match="ear should be the same in a series"):
        list(Cohort.open(cohort.path).series())
