import csv
import json
from pathlib import Path

import jsonschema
import pytest

from evoscope.abr.findings import Document, json_schema
from evoscope.abr.report import COLUMNS, write_report
from evoscope.abr.report.tables import cell_text

# As published: a script that reads these tables breaks when one of them changes.
PUBLISHED = {
    "thresholds": "file,series,subject,ear,species,stimulus,frequency_hz,transducer,threshold_db,"
    "low_db,high_db,level_reference,status,loss_type,loss_probability,n_levels,warnings",
    "waves": "file,series,record,level_db,wave,probability,present,latency_ms,latency_low_ms,"
    "latency_high_ms,amplitude_uv,amplitude_low_uv,amplitude_high_uv",
    "intervals": "file,series,record,level_db,name,value,low,high,norm_low,norm_high,flag",
    "recordings": "file,series,record,level_db,sweeps,noise_source,residual_noise_nv,fmp,snr_db,"
    "response_probability,call,warnings",
    "audiogram": "subject,ear,frequency_hz,hearing_level_db,low_db,high_db,status,correction_db,"
    "note",
    "errors": "file,reason,hint",
    "skipped": "file,why",
}


@pytest.fixture(scope="module")
def folder(rich_document: Document, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tables") / "out"
    write_report(rich_document, path, figures=False)
    return path


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("name", PUBLISHED)
def test_columns_are_the_published_ones(folder: Path, name: str) -> None:
    head = (folder / f"{name}.csv").read_text(encoding="utf-8").splitlines()[0]
    assert head == PUBLISHED[name]
    assert tuple(head.split(",")) == COLUMNS[name]


def test_one_threshold_row_per_series_with_its_status(folder: Path) -> None:
    rows = rows_of(folder / "thresholds.csv")
    assert [r["status"] for r in rows] == [
        "estimated",
        "below_range",
        "no_response",
        "inconclusive",
    ]
    estimated, below, none, unclear = rows
    assert (estimated["threshold_db"], estimated["low_db"], estimated["high_db"]) == (
        "10",
        "5",
        "15",
    )
    # Without an estimate there is no number that could be taken for one.
    assert [r["threshold_db"] for r in (below, none, unclear)] == ["", "", ""]
    assert none["low_db"] == "60"
    assert below["high_db"] == "0"
    assert estimated["loss_type"] == "cannot tell"
    assert estimated["loss_probability"] == ""
    assert (unclear["frequency_hz"], estimated["frequency_hz"]) == ("4000", "")
    assert estimated["n_levels"] == "13"


def test_one_row_per_wave_of_each_recording_and_of_pooled_levels(
    folder: Path, rich_document: Document
) -> None:
    rows = rows_of(folder / "waves.csv")
    recordings = sum(len(s.recordings) for s in rich_document.series)
    pooled = len(rich_document.series[0].levels)
    assert len(rows) == 5 * (recordings + pooled)
    assert len([row for row in rows if row["record"] == ""]) == 5 * pooled
    for row in rows:
        assert (row["latency_ms"] == "") == (row["present"] == "false")
        assert row["present"] in ("true", "false")


def test_the_call_and_noise_of_a_pooled_level_are_in_a_table(
    folder: Path, rich_document: Document
) -> None:
    series = rich_document.series[0]
    rows = [r for r in rows_of(folder / "recordings.csv") if r["series"] == "P3 right click"]
    pooled = [row for row in rows if row["record"] == ""]
    assert len(rows) == len(series.recordings) + len(series.levels)
    assert [(float(r["level_db"]), r["call"], r["file"]) for r in pooled] == [
        (one.level_db, one.call, series.info.file) for one in series.levels
    ]
    assert [float(r["residual_noise_nv"]) for r in pooled] == pytest.approx(
        [one.residual_noise_nv for one in series.levels], rel=1e-5
    )


def test_recordings_without_halves_leave_their_noise_empty(folder: Path) -> None:
    mouse = [r for r in rows_of(folder / "recordings.csv") if r["series"] == "M7 4 kHz tone"]
    assert len(mouse) == 3
    for row in mouse:
        assert (row["noise_source"], row["residual_noise_nv"], row["sweeps"]) == ("none", "", "")


def test_interaural_comparison_is_a_row_of_intervals(folder: Path) -> None:
    (row,) = [r for r in rows_of(folder / "intervals.csv") if r["name"] == "interaural V"]
    assert (row["value"], row["low"], row["high"], row["flag"]) == ("0.35", "0.25", "0.45", "above")
    assert (row["record"], row["level_db"]) == ("", "60")
    assert row["series"] == "P3 right click ; P3 left click"


def test_errors_and_skipped_files_are_listed(folder: Path) -> None:
    (error,) = rows_of(folder / "errors.csv")
    assert error["file"] == "clinic/<b>.arf"
    assert error["hint"] == "Copy the file again."
    assert rows_of(folder / "skipped.csv") == [
        {"file": "clinic/notes.txt", "why": "not a recording"}
    ]


def test_a_subject_id_cannot_run_as_a_formula(folder: Path) -> None:
    rows = rows_of(folder / "thresholds.csv")
    assert rows[2]["subject"] == "'=<script>alert(1)</script>"
    for row in rows:
        for value in row.values():
            assert not value.startswith(("=", "+", "@"))


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1"])
def test_text_is_guarded_and_numbers_are_not(text: str) -> None:
    assert cell_text(text) == f"'{text}"
    assert float(cell_text(-12.5)) == -12.5


def test_findings_json_follows_the_schema_and_returns_the_document(
    folder: Path, rich_document: Document
) -> None:
    text = (folder / "findings.json").read_text(encoding="utf-8")
    jsonschema.validate(json.loads(text), json_schema())
    assert Document.model_validate_json(text) == rich_document


def test_no_audiogram_no_file(tmp_path: Path) -> None:
    write_report(Document(version="0.1.0"), tmp_path / "out", figures=False)
    assert not (tmp_path / "out" / "audiogram.csv").exists()
    assert (tmp_path / "out" / "thresholds.csv").exists()


def test_tables_open_in_pandas_with_the_right_types(folder: Path) -> None:
    pandas = pytest.importorskip("pandas")
    waves = pandas.read_csv(folder / "waves.csv")
    assert waves["present"].dtype == bool
    assert waves["latency_ms"].dtype == float
