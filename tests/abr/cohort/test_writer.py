from __future__ import annotations

import os
import signal
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from evoscope.abr.cohort import COLUMNS, Cohort, CohortWriter, null_where_nan
from evoscope.abr.formats.errors import FormatError

GRID: dict[str, Any] = {"n_samples": 200, "sampling_rate_hz": 15_000.0, "onset_sample": 14.6}
Write = Callable[..., Cohort]
Rows = Callable[..., dict[str, Any]]


def test_every_value_comes_back_to_the_bit_and_null_stays_null(write: Write, rows: Rows) -> None:
    given = rows(["A", "B"]) | {
        "true_threshold_db": [17.3] * 3 + [None] * 3,
        "half_a": [np.full(200, 1e-30)] * 3 + [None] * 3,
        "half_b": [np.full(200, -7.0)] * 3 + [None] * 3,
        "seed": [2**62] * 6,
    }
    frame = write(given).to_pandas()
    for name in ("residual_noise_nv", "fmp", "marked_V_latency_ms"):
        np.testing.assert_array_equal(frame[name].to_numpy(), given[name])
    np.testing.assert_array_equal(np.stack(list(frame["waveform"])), given["waveform"])
    assert frame["seed"].tolist() == [2**62] * 6
    assert frame["true_threshold_db"].tolist()[:3] == [17.3] * 3
    table = pq.read_table(write(given, name="again.parquet").path)
    assert table["true_threshold_db"].null_count == 3
    assert table["half_a"].null_count == 3
    assert table["half_a"][0].as_py() == [float(np.float32(1e-30))] * 200
    assert table["clean_waveform"].null_count == 6


def test_masked_arrays_are_null_where_masked(write: Write, rows: Rows) -> None:
    given = rows(["A"])
    given["fmp"] = np.ma.MaskedArray([1.0, np.nan, 3.0], mask=[False, True, False])
    given["half_a"] = np.ma.MaskedArray(given["half_a"], mask=np.zeros((3, 200), bool))
    given["half_b"] = np.ma.MaskedArray(given["half_b"], mask=np.zeros((3, 200), bool))
    given["half_a"][2] = given["half_b"][2] = np.ma.masked
    table = pq.read_table(write(given).path)
    assert table["fmp"].to_pylist() == [1.0, None, 3.0]
    assert table["half_a"].is_valid().to_pylist() == [True, True, False]


def test_nan_can_be_said_to_mean_missing_but_infinity_cannot(write: Write, rows: Rows) -> None:
    given = rows(["A"]) | {"fmp": np.array([1.0, np.nan, 3.0])}
    assert pq.read_table(write(null_where_nan(given)).path)["fmp"].to_pylist() == [1.0, None, 3.0]
    given["fmp"][0] = np.inf
    with pytest.raises(FormatError, match=r"row 0, column 'fmp': .*inf"):
        write(null_where_nan(given), name="other.parquet")


def test_an_arrow_batch_goes_in_as_it_comes_out(write: Write, rows: Rows) -> None:
    first = write(rows(["A", "B", "C"]))
    second = write(*first.batches(rows=3), name="copy.parquet")
    assert pq.read_table(second.path).equals(pq.read_table(first.path))


def test_a_maker_may_fill_its_buffers_anew(tmp_path: Path, rows: Rows) -> None:
    path, given = tmp_path / "cohort.parquet", rows(["A"])
    given["level_db"] = np.array(given["level_db"])
    given["seed"] = np.ma.MaskedArray([1, 2, 3], mask=[False, True, False])
    expected = given["waveform"].copy()
    with CohortWriter(path, **GRID) as writer:
        writer.append(given)
        for name in ("waveform", "half_a", "half_b", "level_db", "fmp", "seed"):
            given[name][:] = np.nan if given[name].dtype.kind == "f" else 7
    cohort = Cohort.open(path)
    cohort.validate()
    np.testing.assert_array_equal(cohort.waveforms(), expected)
    assert cohort.to_pandas(["seed"])["seed"].dropna().tolist() == [1, 3]


def test_the_grid_fills_the_clock_columns(write: Write, rows: Rows) -> None:
    given = rows(["A"])
    del given["sampling_rate_hz"], given["onset_sample"]
    frame = write(given).to_pandas(["sampling_rate_hz", "onset_sample"])
    assert frame.drop_duplicates().to_numpy().tolist() == [[15_000.0, 14.6]]


def test_the_same_rows_make_the_same_bytes(write: Write, rows: Rows) -> None:
    one, other = (write(rows(["A", "B"]), name=f"{i}.parquet") for i in (1, 2))
    assert one.path.read_bytes() == other.path.read_bytes()


def test_row_groups_stay_small_however_large_the_batches(tmp_path: Path, rows: Rows) -> None:
    path = tmp_path / "cohort.parquet"
    grid = GRID | {"n_samples": 200}
    with CohortWriter(path, **grid) as writer:
        for i in range(7):
            writer.append(rows([f"{i}-{j}" for j in range(1000)], halves=False))
    metadata = pq.ParquetFile(path).metadata
    sizes = [metadata.row_group(i).num_rows for i in range(metadata.num_row_groups)]
    assert sizes == [8192, 8192, 4616]


def test_memory_does_not_grow_with_the_cohort(tmp_path: Path, rows: Rows) -> None:
    batch = rows([f"{i:03}" for i in range(40)])

    def renamed(i: int) -> dict[str, Any]:
        return batch | {
            name: [f"{i:03}-{text}" for text in batch[name]] for name in ("patient_id", "series_id")
        }

    held: list[int] = []
    tracemalloc.start()
    with CohortWriter(tmp_path / "cohort.parquet", **GRID) as writer:
        for i in range(200):
            writer.append(renamed(i))
            held.append(pa.total_allocated_bytes() + tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    # 24,000 rows are 58 MB of waveforms. What is held: a row group, and the names seen.
    assert writer.n_rows == 24_000
    assert max(held[100:]) < 45e6
    assert max(held[100:]) < 1.3 * max(held[:100])


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt])
def test_nothing_is_left_when_the_work_stops(
    tmp_path: Path, rows: Rows, error: type[BaseException]
) -> None:
    def interrupted() -> None:
        with CohortWriter(tmp_path / "cohort.parquet", **GRID) as writer:
            writer.append(rows([str(i) for i in range(3000)]))  # more than one row group
            raise error

    with pytest.raises(error):
        interrupted()
    assert files(tmp_path) == []


def test_an_earlier_cohort_survives_a_failed_one(write: Write, rows: Rows) -> None:
    cohort = write(rows(["A"]))
    before = cohort.path.read_bytes()
    with (
        pytest.raises(FormatError),
        CohortWriter(cohort.path, overwrite=True, **GRID) as writer,
    ):
        writer.append(rows(["A"]) | {"level_db": [500.0] * 3})
    assert cohort.path.read_bytes() == before
    assert files(cohort.path.parent) == ["cohort.parquet"]


KILLED = """
import os, signal, sys
sys.path.insert(0, sys.argv[2])
from conftest import GRID, patient_rows
from evoscope.abr.cohort import CohortWriter
with CohortWriter(sys.argv[1], overwrite=True, **GRID) as writer:
    writer.append(patient_rows([str(i) for i in range(3000)]))
    os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL on this system")
def test_a_killed_process_leaves_the_earlier_cohort_whole(write: Write, rows: Rows) -> None:
    cohort = write(rows(["A"]))
    before = cohort.path.read_bytes()
    here = str(Path(__file__).parent)
    done = subprocess.run([sys.executable, "-c", KILLED, str(cohort.path), here], check=False)
    assert done.returncode == -signal.SIGKILL
    assert cohort.path.read_bytes() == before
    # A kill cannot clean up after itself, but what it leaves is hidden and no cohort.
    assert [path.name for path in cohort.path.parent.glob("*.parquet")] == ["cohort.parquet"]


def test_an_error_that_was_swallowed_still_writes_nothing(tmp_path: Path, rows: Rows) -> None:
    def swallowing() -> None:
        with CohortWriter(tmp_path / "cohort.parquet", **GRID) as writer:
            writer.append(rows(["A"]))
            with pytest.raises(FormatError):
                writer.append(rows(["B"]) | {"level_db": [500.0] * 3})

    with pytest.raises(FormatError, match="row 3: Every append should succeed"):
        swallowing()
    assert files(tmp_path) == []


def test_an_empty_cohort_is_refused(tmp_path: Path) -> None:
    with (
        pytest.raises(FormatError, match="at least one row"),
        CohortWriter(tmp_path / "cohort.parquet", **GRID),
    ):
        pass
    assert files(tmp_path) == []


def test_a_cohort_does_not_replace_a_file_unasked(write: Write, rows: Rows) -> None:
    cohort = write(rows(["A"]))
    with pytest.raises(FormatError, match="should not replace a file"):
        CohortWriter(cohort.path, **GRID)
    with CohortWriter(cohort.path, overwrite=True, **GRID) as writer:
        writer.append(rows(["A", "B"]))
    assert Cohort.open(cohort.path).n_rows == 6


def test_a_file_that_came_while_writing_is_not_replaced(tmp_path: Path, rows: Rows) -> None:
    path = tmp_path / "cohort.parquet"

    def racing() -> None:
        with CohortWriter(path, **GRID) as writer:
            writer.append(rows(["A"]))
            path.write_text("another program's")

    with pytest.raises(FormatError, match="should not replace a file"):
        racing()
    assert path.read_text() == "another program's"


def test_a_path_without_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="Found no folder"):
        CohortWriter(tmp_path / "none" / "cohort.parquet", **GRID)
    with pytest.raises(FormatError, match="Found a folder"):
        CohortWriter(tmp_path, **GRID)


@pytest.mark.skipif(
    hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may write everywhere"
)
def test_a_folder_without_permission_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with (
        pytest.raises(FormatError, match="possible to write there"),
        CohortWriter(tmp_path / "cohort.parquet", **GRID),
    ):
        pass


def test_appending_outside_the_block_is_refused(tmp_path: Path, rows: Rows) -> None:
    writer = CohortWriter(tmp_path / "cohort.parquet", **GRID)
    with pytest.raises(RuntimeError, match="inside the writer's with block"):
        writer.append(rows(["A"]))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"levl_db": [1.0] * 3}, r"column 'levl_db': .* Did you mean 'level_db'\?"),
        ({"level_db": [1.0] * 2}, r"column 'level_db': It should have 3 rows"),
        ({"level_db": [1.0, "loud", 2.0]}, r"row 1, column 'level_db': .* a number.* 'loud'"),
        ({"sweeps": [1, 2, 2.5]}, r"row 2, column 'sweeps': .* a whole number.* 2\.5"),
        ({"record": [0, 1, 2**70]}, r"row 2, column 'record': .* a whole number"),
        ({"synthetic": [False, "no", False]}, r"row 1, column 'synthetic': .* true or false"),
        ({"patient_id": ["A", 7, "A"]}, r"row 1, column 'patient_id': It should be text"),
        ({"waveform": np.zeros((3, 199))}, r"column 'waveform': It should have 200 samples"),
        ({"waveform": [np.zeros(200), [1.0], None]}, r"row 1, column 'waveform'.*shape \(1,\)"),
        ({"waveform": [np.zeros(200), ["x"] * 200, None]}, r"row 1, column 'waveform'.*numbers"),
        ({"level_db": pa.array(["1", "2", "3"])}, r"column 'level_db': .*double. Found string"),
    ],
)
def test_a_value_of_the_wrong_type_is_found_by_row_and_column(
    write: Write, rows: Rows, change: dict[str, Any], message: str
) -> None:
    with pytest.raises(FormatError, match=message):
        write(rows(["A"]) | change)


def test_a_column_left_out_is_not_filled_with_a_default(write: Write, rows: Rows) -> None:
    given = rows(["A"])
    del given["marked_V_latency_ms"]
    with pytest.raises(FormatError, match=r"Missing: marked_V_latency_ms\. State None"):
        write(given)


def test_a_batch_of_nothing_is_refused(write: Write) -> None:
    with pytest.raises(FormatError, match="A batch should hold rows"):
        write(dict.fromkeys(column.name for column in COLUMNS))
