from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from evoscope.abr.cohort import COLUMNS, Cohort, Grid, arrow_schema, names
from evoscope.abr.formats.errors import FormatError

Write = Callable[..., Cohort]
Rows = Callable[..., dict[str, Any]]

PROMISED = re.findall(
    r"\w+",
    """
patient_id ear series_id record species age_years age_weeks sex stimulus frequency_hz
level_db level_reference rate_hz polarity transducer sweeps sampling_rate_hz onset_sample
residual_noise_nv fmp waveform half_a half_b loss_type true_threshold_db lowest_response_level_db
wave_I_present wave_I_latency_ms wave_I_amplitude_uv wave_II_present wave_II_latency_ms
wave_II_amplitude_uv wave_III_present wave_III_latency_ms wave_III_amplitude_uv wave_IV_present
wave_IV_latency_ms wave_IV_amplitude_uv wave_V_present wave_V_latency_ms wave_V_amplitude_uv
response_present clean_waveform marked_I_present marked_I_latency_ms marked_I_amplitude_uv
marked_II_present marked_II_latency_ms marked_II_amplitude_uv marked_III_present
marked_III_latency_ms marked_III_amplitude_uv marked_IV_present marked_IV_latency_ms
marked_IV_amplitude_uv marked_V_present marked_V_latency_ms marked_V_amplitude_uv
marked_threshold_db synthetic model_sha256 seed weight""",
)


def test_the_columns_are_those_that_were_promised() -> None:
    assert [column.name for column in COLUMNS] == PROMISED


def test_truth_and_marks_do_not_mix() -> None:
    truth, marked = set(names("truth")), set(names("marked"))
    assert {"loss_type", "true_threshold_db", "clean_waveform", "wave_V_latency_ms"} <= truth
    assert marked == {name for name in PROMISED if name.startswith("marked_")}
    assert truth.isdisjoint(marked)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"n_samples": 0}, "n_samples should be between 1"),
        ({"sampling_rate_hz": 15.0}, "in Hz, not in kHz"),
        ({"onset_sample": float("nan")}, "onset_sample should be"),
        ({"provenance": {"when": object()}}, "JSON values"),
        ({"provenance": {"rms": float("nan")}}, "JSON values"),
    ],
)
def test_an_impossible_grid_is_refused(change: dict[str, Any], message: str) -> None:
    good = {"n_samples": 200, "sampling_rate_hz": 15e3, "onset_sample": 14.6}
    with pytest.raises(ValueError, match=message):
        Grid(**(good | change))


def table(write: Write, rows: Rows) -> tuple[Path, pa.Table]:
    cohort = write(rows(["A", "B"]))
    return cohort.path, pq.read_table(cohort.path)


def test_another_version_is_refused_before_its_columns_are_believed(
    write: Write, rows: Rows
) -> None:
    path, content = table(write, rows)
    stated = json.loads(content.schema.metadata[b"evoscope.cohort"]) | {"schema_version": 99}
    metadata = {b"evoscope.cohort": json.dumps(stated).encode()}
    pq.write_table(content.replace_schema_metadata(metadata), path)
    with pytest.raises(FormatError, match=r"version should be 1\. Found 99\. Make the cohort"):
        Cohort.open(path)


def test_a_cohort_that_lost_its_schema_says_so(write: Write, rows: Rows) -> None:
    path, content = table(write, rows)
    pq.write_table(content.replace_schema_metadata({}), path)
    with pytest.raises(FormatError, match="Found another Parquet table"):
        Cohort.open(path)


def test_damaged_metadata_is_no_traceback(write: Write, rows: Rows) -> None:
    path, content = table(write, rows)
    for raw in (b"{", b"[]", b'{"schema_version": 1, "n_samples": "x"}'):
        pq.write_table(content.replace_schema_metadata({b"evoscope.cohort": raw}), path)
        with pytest.raises(FormatError, match="version, samples, rate and onset"):
            Cohort.open(path)


def test_a_missing_target_column_is_an_error_not_a_default(write: Write, rows: Rows) -> None:
    path, content = table(write, rows)
    pq.write_table(content.drop_columns(["loss_type"]), path)
    with pytest.raises(FormatError, match=r"column 'loss_type': .* Missing: loss_type"):
        Cohort.open(path)


def test_a_column_of_another_type_is_refused(write: Write, rows: Rows) -> None:
    path, content = table(write, rows)
    at = content.schema.get_field_index("level_db")
    changed = content.set_column(at, "level_db", content["level_db"].cast(pa.string()))
    pq.write_table(changed, path)
    with pytest.raises(FormatError, match=r"column 'level_db': It should be of type double"):
        Cohort.open(path)


@pytest.mark.parametrize("content", [b"", b"PAR1", b"not a table", b"PAR1" + b"\0" * 64 + b"PAR1"])
def test_a_file_that_is_no_parquet_says_what_to_do(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "cohort.parquet"
    path.write_bytes(content)
    with pytest.raises(FormatError, match="A cohort should be a Parquet file"):
        Cohort.open(path)


def test_waveforms_are_fixed_lists_of_float32() -> None:
    schema = arrow_schema(Grid(n_samples=384, sampling_rate_hz=15e3, onset_sample=14.6))
    for name in ("waveform", "half_a", "half_b", "clean_waveform"):
        assert schema.field(name).type == pa.list_(pa.float32(), 384)
    assert np.dtype(schema.field("weight").type.to_pandas_dtype()) == np.float64
