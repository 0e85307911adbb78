from __future__ import annotations

import importlib.util
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from evoscope.abr.cohort import Cohort, Filters, ImportedTable, import_table
from evoscope.abr.cohort.sheet import find_spec
from evoscope.abr.formats.errors import FormatError

_spec = importlib.util.spec_from_file_location("tables", Path(__file__).with_name("tables.py"))
assert _spec is not None
assert _spec.loader is not None
tables = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(tables)
HEADER, N_SAMPLES, as_csv, row = tables.HEADER, tables.N_SAMPLES, tables.as_csv, tables.row

CLOCK: dict[str, Any] = {"sampling_rate_hz": 15_000.0, "onset_sample": 14.6}
Import = Callable[..., ImportedTable]


@pytest.fixture
def load(tmp_path: Path) -> Import:
    def loading(
        rows: Sequence[Sequence[Any]], *, header: Sequence[Any] = HEADER, **options: Any
    ) -> ImportedTable:
        path = tmp_path / "clinic.csv"
        how = {name: options.pop(name) for name in ("delimiter", "comma") if name in options}
        path.write_text(as_csv([header, *rows], **how), encoding="utf-8")
        return import_table(path, **(CLOCK | options))

    return loading


def column(table: ImportedTable, name: str) -> list[Any]:
    values: list[Any] = table.rows.column(name).to_pylist()
    return values


def test_a_table_becomes_a_cohort(load: Import, tmp_path: Path) -> None:
    table = load(
        [row("P1", 60), row("P1", 40, **{"V Latancy": 8.6, "I Latancy": 1.6, "I Amplitude": 0.3})],
        stimulus="click",
        level_reference="nHL",
        transducer="insert",
    )
    cohort = Cohort.open(table.save(tmp_path / "cohort.parquet"))
    cohort.validate()
    frame = cohort.to_pandas()
    assert frame["level_db"].tolist() == [60.0, 40.0]
    assert frame["fmp"].tolist() == [2.5, 2.5]
    assert frame["residual_noise_nv"].tolist() == [98.0, 98.0]
    assert frame["marked_V_latency_ms"].tolist() == [7.8, 8.6]
    assert frame["marked_I_present"].tolist() == [False, True]
    assert frame["marked_II_present"].isna().all()  # nobody was asked
    assert frame["record"].tolist() == [2, 3]  # rows of the table
    for name in ("true_threshold_db", "wave_V_present", "half_a", "response_present", "age_weeks"):
        assert frame[name].isna().all(), name
    expected = np.array([0.01 * i - 0.1 for i in range(1, N_SAMPLES + 1)])
    np.testing.assert_allclose(cohort.waveforms(), np.tile(expected, (2, 1)), atol=1e-6)
    (series,) = cohort.series()
    assert (series.levels_db, series.key.rate_hz) == ((40.0, 60.0), 33.1)
    assert cohort.metadata.provenance["imported_from"] == "clinic.csv"


DOTLESS = "\N{LATIN SMALL LETTER DOTLESS I}"


def test_classes_in_turkish_and_english(load: Import) -> None:
    words = ["NORMAL", "NÖROPATİ", "SNİK", "TOTAL", "İTİK", "itik", "ITIK", f"{DOTLESS}tik", "chl",
             "Neuropathy", "snik", "", "-"]  # fmt: skip
    found = column(load([row(f"P{i}", loss=word) for i, word in enumerate(words)]), "loss_type")
    assert found == ["normal", "neuropathy", "snhl", "total", *["chl"] * 5, "neuropathy", "snhl",
                     None, None]  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1254"])
def test_turkish_letters_survive_the_encodings_of_a_turkish_office(
    tmp_path: Path, encoding: str
) -> None:
    path = tmp_path / "klinik.csv"
    rows = [HEADER, row("Ayşe", loss="İTİK"), row("Şule", loss="SNİK")]
    path.write_bytes(as_csv(rows, delimiter=";").encode(encoding))
    table = import_table(path, **CLOCK)
    assert column(table, "loss_type") == ["chl", "snhl"]
    assert column(table, "patient_id") == ["Ayşe", "Şule"]


@pytest.mark.parametrize("delimiter", [";", "\t", ","])
def test_decimal_commas_count(load: Import, delimiter: str) -> None:
    rows = [row("P1"), row("P2", **{"V Latancy": 6.55, "FMP": 12.25})]
    point, comma = load(rows), load(rows, comma=True, delimiter=delimiter)
    assert comma.rows.equals(point.rows)


def test_spellings_vary(load: Import) -> None:
    header = ["patient id", "AGE (years)", "intensity_dB", "StimulusRate", "Fmp", "Res_No",
              "stimulus_polarity", "SWEEPS REJECTED", "Hear Loss", "I Latency", "I_amplitude",
              "Wave III Latency (ms)", "Amplitude III", "v latancy", "V Amplitude [uV]",
              *range(1, N_SAMPLES + 1)]  # fmt: skip
    assert load([row()], header=header).rows.equals(load([row()]).rows)


def test_missing_cells_are_null_not_zero(load: Import) -> None:
    blank = dict.fromkeys(["Age", "Stimulus Rate", "FMP", "ResNo", "V Amplitude"], "NA")
    table = load([row(**blank)], filters=Filters(alternating=False, rejected_below=None))
    for name in ("age_years", "rate_hz", "fmp", "residual_noise_nv", "marked_V_amplitude_uv"):
        assert column(table, name) == [None], name
    assert column(table, "marked_V_present") == [True]
    assert column(table, "marked_V_latency_ms") == [7.8]


def test_extra_columns_are_used_or_named(load: Import) -> None:
    header = [*HEADER, "Ear", "Cinsiyet", "Sweeps", "II Latency", "Sex"]
    table = load([[*row(), "L", "K", 2000, 2.7, f"Kad{DOTLESS}n"]], header=header)
    assert (column(table, "ear"), column(table, "sex")) == (["left"], ["female"])
    assert (column(table, "sweeps"), column(table, "marked_II_latency_ms")) == ([2000], [2.7])
    assert table.ignored == ("Cinsiyet",)


def test_patients_are_gathered_and_rows_traceable(load: Import) -> None:
    table = load([row("P2"), row("P1"), row("P2", 40), [None] * len(HEADER), row("P1", 40)])
    assert column(table, "patient_id") == ["P2", "P2", "P1", "P1"]
    assert column(table, "record") == [2, 4, 3, 6]


def test_two_classes_of_a_patient_are_two_series(load: Import) -> None:
    table = load([row(loss="NORMAL"), row(loss="SNİK"), row(level=40, loss="NORMAL")])
    assert len(set(column(table, "series_id"))) == 2


def test_filters_say_what_they_removed(load: Import) -> None:
    no_samples = {str(i): None for i in range(1, N_SAMPLES + 1)}
    rows = [
        row("P1"),
        row("P2", **{"Stimulus Polarity": "Rarefaction"}),
        row("P3", **{"Stimulus Polarity": None}),
        row("P4", **{"Sweeps Rejected": 99}),
        row("P5", **{"Sweeps Rejected": 100}),
        row("P6", FMP=0.99),
        row("P7", FMP=1.0),
        row("P8", FMP=None),
        row("P9", **no_samples),
    ]
    table = load(rows, filters=Filters(fmp_at_least=1.0))
    assert [(c.rule, c.kept, c.removed, c.missing) for c in table.filters] == [
        ("a waveform", 8, 1, 1),
        ("alternating polarity", 6, 2, 1),
        ("rejected sweeps < 100", 5, 1, 0),
        ("Fmp >= 1", 3, 2, 1),
    ]
    assert table.filters[-1].retention == pytest.approx(3 / 5)
    assert table.n_read == 9
    assert column(table, "patient_id") == ["P1", "P4", "P7"]
    everything = load(rows, filters=Filters(alternating=False, rejected_below=None))
    assert everything.rows.num_rows == 8


def test_a_table_that_no_row_passes_is_no_cohort(load: Import, tmp_path: Path) -> None:
    table = load([row(**{"Sweeps Rejected": 500})])
    assert table.rows.num_rows == 0
    with pytest.raises(FormatError, match="at least one row"):
        table.save(tmp_path / "cohort.parquet")


@pytest.mark.parametrize("limit", [-1.0, float("nan"), float("inf")])
def test_an_impossible_filter_is_refused(limit: float) -> None:
    with pytest.raises(ValueError, match="fmp_at_least should be 0 or more"):
        Filters(fmp_at_least=limit)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"Intensity": "loud"}, r"row 3, column 'Intensity': .*number, or blank. Found 'loud'"),
        ({"Intensity": "60 dB"}, r"row 3, column 'Intensity'"),
        ({"Intensity": None}, r"row 3, column 'Intensity': .*stated.*null"),
        ({"Intensity": 600}, r"row 3, column 'Intensity': .*-60 and 200 dB. Found 600"),
        ({"Age": "3 ay"}, r"row 3, column 'Age'"),
        ({"Age": -1}, r"row 3, column 'Age': .*0 and 130"),
        ({"V Latancy": "1.234,5"}, r"row 3, column 'V Latancy'"),
        ({"V Latancy": 0}, r"row 3, column 'V Latancy': .*0\.01 and 50 ms"),
        ({"Hear_Loss": "mixed"}, r"row 3, column 'Hear_Loss': .*SNİK.*Found 'mixed'"),
        ({"Stimulus Polarity": "both"}, r"row 3, column 'Stimulus Polarity': .*'both'"),
        ({"Patient_ID": " "}, r"row 3, column 'Patient_ID': .*blank"),
        ({"7": "x"}, r"row 3, column '7': .*number.*'x'"),
        ({"7": None}, r"row 3, column '7': .*gap"),
        ({"7": "inf"}, r"row 3, column '7': .*Found inf"),
        ({"7": 1e6}, r"row 3, column '7': .*10000 uV. Found 1e\+06. Give waveforms in uV"),
        ({"FMP": "1e999"}, r"row 3, column 'FMP': .*inf"),
    ],
)
def test_a_bad_cell_is_found_by_row_and_column(
    load: Import, change: dict[str, Any], message: str
) -> None:
    with pytest.raises(FormatError, match=message):
        load([row(), row("P2", **change)])


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (HEADER[1:], r"row 1: The header should name 'Patient_ID'. Found 'Age', 'Intensity'"),
        ([h for h in HEADER if "Lat" not in str(h)], "'I Latancy', 'III Latancy', 'V Latancy'"),
        ([*HEADER, "v_latency"], "'V Latancy' and 'v_latency', which mean the same"),
        ([*HEADER, 5], "'5' and '5', which mean the same"),
        ([h for h in HEADER if h != 9], "Found no column 9"),
        (HEADER[:15], "Found 0 numbered columns"),
        (range(1, 33), "Found nothing"),
    ],
)
def test_a_header_that_lacks_something_says_what(
    load: Import, header: Sequence[Any], message: str
) -> None:
    with pytest.raises(FormatError, match=message):
        load([row()], header=header)


def test_an_unquoted_decimal_comma_is_explained(load: Import) -> None:
    with pytest.raises(FormatError, match=r"row 2: .*at most 47 cells.*needs quotes"):
        load([[*row(), "5"]])


def test_a_short_row_lacks_samples(load: Import) -> None:
    with pytest.raises(FormatError, match=r"row 2, column '32': .*gap"):
        load([row()[:-1]])


def test_a_rate_in_khz_is_refused(load: Import) -> None:
    with pytest.raises(ValueError, match="in Hz, not in kHz"):
        load([row()], sampling_rate_hz=15.0)


@pytest.mark.parametrize(
    "content", [b"", b"\n\n", b"\x00\x01\x02", b"PK\x03\x04xx", b"\xd0\xcf\x11\xe0"]
)
def test_a_file_that_is_no_table_is_no_traceback(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "clinic.xlsx"
    path.write_bytes(content)
    with pytest.raises(FormatError, match=r"clinic\.xlsx"):
        import_table(path, **CLOCK)


def test_a_table_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"none\.csv: The table should be readable"):
        import_table(tmp_path / "none.csv", **CLOCK)


def excel(path: Path, sheets: dict[str, Sequence[Sequence[Any]]]) -> Path:
    openpyxl = pytest.importorskip("openpyxl", reason="needs the extra 'excel'")
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for one in rows:
            sheet.append(list(one))
    book.save(path)
    return path


def test_excel_reads_like_csv(load: Import, tmp_path: Path) -> None:
    rows = [row(1001), row(1002, 40, "İTİK", Age=None), [None] * len(HEADER), row("0012", 0)]
    path = excel(tmp_path / "clinic.xlsx", {"Sheet1": [HEADER, *rows]})
    assert import_table(path, **CLOCK).rows.equals(load(rows).rows)
    assert column(import_table(path, **CLOCK), "patient_id") == ["1001", "1002", "0012"]


def test_text_numbers_and_dates_in_excel(tmp_path: Path) -> None:
    from datetime import datetime

    good = excel(tmp_path / "a.xlsx", {"S": [HEADER, row(**{"V Latancy": "7,8"})]})
    assert column(import_table(good, **CLOCK), "marked_V_latency_ms") == [7.8]
    dated = row(**{"V Latancy": datetime(2025, 8, 7)})  # what Excel makes of 7.8
    bad = excel(tmp_path / "b.xlsx", {"S": [HEADER, dated]})
    with pytest.raises(FormatError, match=r"row 2, column 'V Latancy': .*'2025-08-07"):
        import_table(bad, **CLOCK)


def test_one_of_several_sheets_has_to_be_named(tmp_path: Path) -> None:
    path = excel(tmp_path / "clinic.xlsx", {"notes": [["x"]], "data": [HEADER, row()]})
    assert import_table(path, sheet="data", **CLOCK).rows.num_rows == 1
    with pytest.raises(FormatError, match=r"one of 'notes', 'data'\. Found 2 and none named"):
        import_table(path, **CLOCK)
    with pytest.raises(FormatError, match="Found 'Sheet1'"):
        import_table(path, sheet="Sheet1", **CLOCK)


def test_excel_without_the_extra_names_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "clinic.xlsx"
    path.write_bytes(b"PK\x03\x04")

    def without(name: str) -> Any:
        return None if name == "openpyxl" else find_spec(name)

    monkeypatch.setattr("evoscope.abr.cohort.sheet.find_spec", without)
    with pytest.raises(FormatError, match=r"pip install 'evoscope\[excel\]'"):
        import_table(path, **CLOCK)
