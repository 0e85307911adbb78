from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from evoscope.abr.cohort import COLUMNS, Cohort
from evoscope.abr.formats.errors import FormatError

Write = Callable[..., Cohort]
Rows = Callable[..., dict[str, Any]]
NAN, INF = float("nan"), float("inf")


def waveform_with(value: float) -> np.ndarray:
    block = np.zeros((3, 200), dtype=np.float32)
    block[2, 17] = value
    return block


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"level_db": [20.0, 40.0, 201.0]}, r"row 5, column 'level_db'.*-60 and 200 dB.*201"),
        ({"level_db": [20.0, None, 40.0]}, r"row 4, column 'level_db': .*stated.*null"),
        ({"fmp": [NAN, 1.0, 1.0]}, r"row 3, column 'fmp': .*nan\. State None"),
        ({"fmp": [1.0, INF, 1.0]}, r"row 4, column 'fmp': .*inf"),
        ({"age_years": [1.0, -1.0, 1.0]}, r"row 4, column 'age_years': .*0 and 130 years"),
        ({"sweeps": [1, 1, 0]}, r"row 5, column 'sweeps': It should be at least 1"),
        ({"ear": ["right", "Right", "right"]}, r"row 4, column 'ear': .*'left', 'right'"),
        ({"sex": ["male", None, "male"]}, r"row 4, column 'sex': .*'unknown' is a value"),
        ({"loss_type": ["normal", "SNIK", "normal"]}, r"row 4, column 'loss_type': .*'SNIK'"),
        ({"patient_id": [" ", "B", "B"]}, r"row 3, column 'patient_id': .*blank"),
        ({"weight": [1.0, 0.0, 1.0]}, r"row 4, column 'weight'"),
        ({"waveform": waveform_with(NAN)}, r"row 5, column 'waveform': Sample 17 .*nan"),
        ({"waveform": waveform_with(-INF)}, r"row 5, column 'waveform': Sample 17 .*-inf"),
        ({"waveform": waveform_with(3e5)}, r"Sample 17 .*300000.0. Give waveforms in uV"),
        ({"half_b": [None] + [np.zeros(200)] * 2}, r"row 3, column 'half_b': Both halves"),
        ({"onset_sample": [14.6, 15.0, 14.6]}, r"row 4, column 'onset_sample': .*cohort's 14.6"),
        ({"sampling_rate_hz": [2e4] * 3}, r"row 3, column 'sampling_rate_hz': .*15000"),
        ({"frequency_hz": [None, 1e3, None]}, r"row 4, column 'frequency_hz': .*null for a click"),
        ({"stimulus": ["tone"] * 3}, r"row 3, column 'frequency_hz': .*stated for a tone"),
        ({"wave_V_latency_ms": [None, 6.0, None]}, r"row 4, column 'wave_V_latency_ms': .*null"),
        (
            {"marked_V_present": [True, False, True]},
            r"row 4, column 'marked_V_latency_ms': .*unless marked_V_present is true",
        ),
        (
            {"response_present": [True, False, None], "wave_I_present": [True] * 3},
            r"row 4, column 'wave_I_present': .*false where response_present is",
        ),
        ({"marked_I_latency_ms": [0.0, None, None]}, r"row 3, column 'marked_I_latency_ms'"),
    ],
)
def test_a_value_that_cannot_be_is_found_by_row_and_column(
    write: Write, rows: Rows, change: dict[str, Any], message: str
) -> None:
    # Rows count over the whole cohort: the first batch holds three.
    with pytest.raises(FormatError, match=message):
        write(rows(["A"]), rows(["B"]) | change)


@pytest.mark.parametrize("loss", ["total", "neuropathy"])
def test_a_censored_ear_carries_no_threshold(write: Write, rows: Rows, loss: str) -> None:
    assert write(rows(["A"], loss=loss)).n_rows == 3
    with pytest.raises(FormatError, match=rf"'true_threshold_db'.*class '{loss}'\. Found 90"):
        write(rows(["B"], loss=loss) | {"true_threshold_db": [90.0] * 3}, name="b.parquet")


def test_a_missing_label_is_null_and_allowed(write: Write, rows: Rows) -> None:
    cohort = write(
        rows(["A"], loss=None)
        | {"marked_V_present": [None] * 3}
        | {"marked_V_latency_ms": None, "marked_V_amplitude_uv": None}
    )
    assert cohort.to_pandas(["loss_type"])["loss_type"].isna().all()


@pytest.mark.parametrize(
    "name", [c.name for c in COLUMNS if not c.required and not c.name.startswith("half")]
)
def test_only_what_must_be_known_is_required(write: Write, rows: Rows, name: str) -> None:
    change: dict[str, Any] = {name: None}
    if name == "marked_V_present":
        change |= {"marked_V_latency_ms": None, "marked_V_amplitude_uv": None}
    assert write(rows(["A"]) | change).to_pandas([name])[name].isna().all()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"series_id": ["x", "y", "y"], "ear": ["left", "left", "right"]}, r"row 2, column 'ear'"),
        ({"level_reference": ["nHL", "nHL", "SPL"]}, r"row 2, column 'level_reference'"),
        ({"loss_type": ["normal", "snhl", "normal"]}, r"row 1, column 'loss_type'"),
        ({"true_threshold_db": [20.0, 20.0, 21.0]}, r"row 2, column 'true_threshold_db'"),
        ({"rate_hz": [33.1, 33.1, 39.1]}, r"row 2, column 'rate_hz'"),
        ({"record": [0, 1, 1]}, r"row 2, column 'record': .*unique"),
    ],
)
def test_a_series_of_two_ears_is_refused(
    write: Write, rows: Rows, change: dict[str, Any], message: str
) -> None:
    with pytest.raises(FormatError, match=message):
        write(rows(["A"]) | change)


def test_rates_that_devices_round_differently_are_one_series(write: Write, rows: Rows) -> None:
    assert write(rows(["A"]) | {"rate_hz": [33.1, 33.10000001, 33.1]}).n_rows == 3


def test_a_patient_who_comes_back_is_refused(write: Write, rows: Rows) -> None:
    with pytest.raises(FormatError, match=r"row 6, column 'patient_id': .*'A' again.* Sort"):
        write(rows(["A"]), rows(["B"]), rows(["A"]))


def test_a_patient_may_cross_batches(write: Write, rows: Rows) -> None:
    left = rows(["A"]) | {"ear": ["left"] * 3, "series_id": ["A left"] * 3}
    assert write(rows(["A"]), left).n_rows == 6


def test_two_patients_cannot_share_a_series(write: Write, rows: Rows) -> None:
    with pytest.raises(FormatError, match=r"row 3, column 'series_id': .*one patient"):
        write(rows(["A"]), rows(["B"]) | {"series_id": ["A right"] * 3})


def test_a_cohort_changed_elsewhere_is_found_by_validate(write: Write, rows: Rows) -> None:
    cohort = write(rows(["A", "B"]))
    cohort.validate()
    table = pq.read_table(cohort.path)
    for name, values, message in (
        ("fmp", [1.0, 1.0, 1.0, 1.0, NAN, 1.0], r"row 4, column 'fmp'"),
        ("record", [0, 1, 2, 0, 0, 1], r"row 4, column 'record'"),
    ):
        at = table.schema.get_field_index(name)
        array = pa.array(values, type=table.schema.field(name).type, from_pandas=False)
        pq.write_table(table.set_column(at, table.schema.field(name), array), cohort.path)
        with pytest.raises(FormatError, match=message):
            Cohort.open(cohort.path).validate()
