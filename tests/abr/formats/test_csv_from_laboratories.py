"""Plain CSVs as laboratories write them: what was read wrong without a word, or not at all."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from evoscope.abr.formats import read_recordings
from evoscope.abr.formats.errors import FormatError
from evoscope.abr.recording import Recording

from .builders_text import response

N = 200
WAVE = response(N, 20_000, 20, 80.0)


def read(tmp_path: Path, text: str, name: str = "x.csv") -> list[Recording]:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return read_recordings(path)


def columns(
    headers: list[str],
    *,
    time: str = "time_ms",
    unit_ms: float = 1.0,
    top: str = "",
    scale: float = 1,
) -> str:
    rows = [
        ",".join([f"{(i - 20) * 0.05 / unit_ms:.6g}", *[f"{WAVE[i] * scale:.9g}"] * len(headers)])
        for i in range(N)
    ]
    return top + "\n".join([",".join([time, *headers]), *rows]) + "\n"


def rows(*stated: dict[str, str], top: str = "# sampling_rate_hz: 20000\n") -> str:
    samples = ",".join(f"{v:.6f}" for v in WAVE)
    header = ",".join([*stated[0], *map(str, range(N))])
    return top + "\n".join([header, *(",".join([*row.values(), samples]) for row in stated)]) + "\n"


@pytest.mark.parametrize(
    ("header", "level_db"),
    [("P3-80dB", 80), ("80-dB", 80), ("-10 dB", -10), ("left_-10dB", -10), ("x (-5 dB)", -5),
     ("\N{MINUS SIGN}10 dB", -10)],
)  # fmt: skip
def test_a_dash_that_joins_words_is_no_minus(header: str, level_db: float, tmp_path: Path) -> None:
    (found,) = read(tmp_path, columns([header]))
    assert found.level_db == level_db


@pytest.mark.parametrize(
    ("headers", "ears"),
    [
        (["Right 80 dB", "Left 80 dB"], ["right", "left"]),
        (["80 dB R", "80 dB L"], ["right", "left"]),
        (["AD_80dB", "AS_80dB"], ["right", "left"]),
        (["80 dB rechts", "80 dB links"], ["right", "left"]),
        # Run 1 and rarefaction begin with R, too, and level with L.
        (["80 dB R", "70 dB R"], ["unknown", "unknown"]),
        (["L80 dB", "L70 dB"], ["unknown", "unknown"]),
        (["80 dB as measured", "70 dB le"], ["unknown", "unknown"]),
    ],
)
def test_two_ears_of_a_file_are_not_averages_of_one(
    headers: list[str], ears: list[str], tmp_path: Path
) -> None:
    assert [r.subject.ear for r in read(tmp_path, columns(headers))] == ears


def test_the_polarity_of_a_column_is_read(tmp_path: Path) -> None:
    found = read(tmp_path, columns(["80 dB rarefaction", "80 dB cond.", "80 dB con 2", "80 dB"]))
    polarities = [r.stimulus.polarity for r in found]
    assert polarities == ["rarefaction", "condensation", "condensation", "unknown"]


def test_columns_that_only_begin_differently_are_doubted(tmp_path: Path) -> None:
    found = read(tmp_path, columns(["m12 80 dB", "m13 80 dB"]))
    assert any(
        "'m12 80 dB' and 'm13 80 dB' are read as two averages" in w for w in found[0].warnings
    )
    assert read(tmp_path, columns(["80 dB (1)", "80 dB (2)"]))[0].warnings == ()


@pytest.mark.parametrize(
    ("time", "unit_ms"),
    [("Time (µs)", 1e-3), ("Time (μs)", 1e-3), ("Time (msec)", 1), ("time [sec]", 1000)],
)
def test_every_way_to_write_a_unit_of_time(time: str, unit_ms: float, tmp_path: Path) -> None:
    (found,) = read(tmp_path, columns(["80 dB"], time=time, unit_ms=unit_ms))
    assert found.sampling_rate_hz == pytest.approx(20_000, rel=1e-4)


@pytest.mark.parametrize(("unit", "scale"), [("nV", 1e3), ("V", 1e-6), ("µV", 1.0)])
def test_the_unit_in_a_header_counts(unit: str, scale: float, tmp_path: Path) -> None:
    (found,) = read(tmp_path, columns([f"80 dB ({unit})"], scale=scale))
    np.testing.assert_allclose(found.waveform, WAVE, rtol=1e-5, atol=1e-9)
    assert found.warnings == ()


def test_units_that_contradict_each_other_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"same throughout\. Found nv, uv"):
        read(tmp_path, columns(["80 dB (nV)"], top="# units: uV\n"))


def test_nanovolts_without_a_unit_are_suspected(tmp_path: Path) -> None:
    (found,) = read(tmp_path, columns(["80 dB"], scale=1000))
    assert "the values may be in nanovolts" in found.warnings[0]
    assert read(tmp_path, columns(["80 dB"], scale=1000, top="# units: nV\n"))[0].warnings == ()


@pytest.mark.parametrize("rate", ["20 kHz", "20,000", "20.000", "20'000", "20k", "20000 Hz"])
def test_a_rate_with_a_unit_or_thousands_is_not_twenty_hertz(rate: str, tmp_path: Path) -> None:
    text = rows({"level_db": "80"}, top=f"# sampling rate: {rate}\n")
    assert read(tmp_path, text)[0].sampling_rate_hz == 20_000


@pytest.mark.parametrize(
    "text",
    [
        rows({"level_db": "80"}, top="# sampling_rate_hz: 20\n"),
        columns(["80 dB"], time="time_s"),
        columns(["80 dB"], time="time_ms", unit_ms=1000),
    ],
    ids=["kHz as Hz", "ms as s", "s as ms"],
)
def test_a_clock_no_averager_has_is_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="sampling rate should be between 500 Hz and 1 MHz"):
        read(tmp_path, text)


def test_thousands_of_sweeps_are_not_two(tmp_path: Path) -> None:
    (found,) = read(tmp_path, rows({"level_db": "80", "sweeps": '"2,000"'}))
    assert found.sweeps == 2000


@pytest.mark.parametrize("frequency", ["4k", "4 kHz", "4000"])
def test_four_kilohertz_is_not_four_hertz(frequency: str, tmp_path: Path) -> None:
    (found,) = read(tmp_path, rows({"level_db": "80", "frequency": frequency}))
    assert found.stimulus.frequency_hz == 4000


def test_a_frequency_that_nobody_hears_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"and 200 kHz\. Found 4 Hz, from '4'"):
        read(tmp_path, rows({"level_db": "80", "frequency_hz": "4"}))


def test_a_column_of_an_unknown_name_is_mentioned(tmp_path: Path) -> None:
    (found,) = read(tmp_path, rows({"level_db": "80", "Room": "3", "": "0"}))
    assert found.warnings == ("Columns of an unknown name were ignored: Room.",)


def test_the_words_of_laboratories_are_understood(tmp_path: Path) -> None:
    stated = {"level_reference": "dB nHL", "polarity": "alt", "sex": "F", "side": "AD"}
    (found,) = read(
        tmp_path, rows({"level_db": "80", "stimulus": "Tone-burst", "freq": "1"} | stated)
    )
    assert found.stimulus.level_reference == "nHL"
    assert (found.stimulus.kind, found.stimulus.polarity) == ("tone", "alternating")
    assert (found.subject.ear, found.subject.sex) == ("right", "female")


def test_hearing_level_is_not_taken_for_a_reference_of_clicks(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"Found 'HL'\. If 0 dB is the threshold"):
        read(tmp_path, rows({"level_db": "80", "level_reference": "HL"}))


@pytest.mark.parametrize(
    ("name", "reference"),
    [("dB SPL", "SPL"), ("Level (dBSPL)", "SPL"), ("stimulus_level", "unknown"),
     ("Stim. Intensity (dB nHL)", "nHL")],
)  # fmt: skip
def test_a_level_column_has_many_names(name: str, reference: str, tmp_path: Path) -> None:
    (found,) = read(tmp_path, rows({name: "80"}))
    assert (found.level_db, found.stimulus.level_reference) == (80, reference)


def test_a_reference_in_one_cell_is_that_of_the_column(tmp_path: Path) -> None:
    found = read(tmp_path, rows({"level": "80 dB nHL"}, {"level": "70"}))
    assert [r.stimulus.level_reference for r in found] == ["nHL", "nHL"]
    with pytest.raises(FormatError, match=r"one reference\. Found SPL, nHL"):
        read(tmp_path, rows({"level": "80 dB nHL"}, {"level": "70 dB SPL"}))


@pytest.mark.parametrize(
    ("top", "name"),
    [("# level: 80 dB nHL\n", "x.csv"), ("", "P3_80dBnHL.csv"), ("", "P3 80 dB nHL.csv")],
)
def test_a_file_of_one_waveform_may_state_its_level_elsewhere(
    top: str, name: str, tmp_path: Path
) -> None:
    (found,) = read(tmp_path, columns(["amplitude"], top=top), name)
    assert (found.level_db, found.stimulus.level_reference) == (80, "nHL")


def test_what_is_above_a_table_of_rows_may_be_the_level(tmp_path: Path) -> None:
    (found,) = read(
        tmp_path, rows({"ear": "left"}, top="# level_db: 80\n# sampling_rate_hz: 20000\n")
    )
    assert found.level_db == 80


@pytest.mark.parametrize("layout", ["rows", "columns"])
def test_a_line_that_a_cut_file_ends_in_is_left_out_and_mentioned(
    layout: str, tmp_path: Path
) -> None:
    whole = (
        rows({"level_db": "80"}, {"level_db": "70"})
        if layout == "rows"
        else columns(["80 dB", "70 dB"])
    )
    found = read(tmp_path, whole[: whole.rstrip().rfind(",") - 3])
    assert any("the file may have been cut short" in w for w in found[0].warnings)
    assert [r.n_samples for r in found] == ([N] if layout == "rows" else [N - 1] * 2)
    assert not read(tmp_path, whole.rstrip())[0].warnings  # whole, without a last line end


@pytest.mark.parametrize("layout", ["rows", "columns"])
def test_commas_that_part_numbers_as_well_as_columns_are_refused(
    layout: str, tmp_path: Path
) -> None:
    text = rows({"level_db": "80"}) if layout == "rows" else columns(["80 dB", "70 dB"])
    top, header, body = text.partition("0,1,2,3" if layout == "rows" else "70 dB")
    with pytest.raises(FormatError, match=r"as many cells as the header, \d+\. Found \d+"):
        read(tmp_path, top + header + body.replace(".", ","))


def test_padding_of_a_spreadsheet_is_no_cell(tmp_path: Path) -> None:
    (found,) = read(tmp_path, columns(["80 dB"]).replace("\n", ",,\n"))
    np.testing.assert_allclose(found.waveform, WAVE, rtol=1e-5, atol=1e-9)
