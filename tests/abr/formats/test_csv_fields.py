"""What a plain CSV states is understood as documented: a misread field is another patient."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from evoscope.abr.formats import read_recordings, write_csv
from evoscope.abr.recording import Recording, Stimulus, Subject

from .builders_text import recording

N = 20
SAMPLES = [f"{0.1 * i:.1f}" for i in range(N)]


def table(
    fields: dict[str, str], *, preamble: bool = False, header: list[str] | None = None
) -> str:
    """One waveform and what is stated of it, in columns or above the table."""
    named = {"level_db": "60", "sampling_rate_hz": "20000"} | fields
    above = {key: named.pop(key) for key in fields if preamble and key != "level_db"}
    top = "".join(f"# {key}: {value}\n" for key, value in above.items())
    columns = header or [str(i) for i in range(N)]
    return f"{top}{','.join([*named, *columns])}\n{','.join([*named.values(), *SAMPLES])}\n"


def read(tmp_path: Path, text: str) -> Recording:
    path = tmp_path / "P7_60dB.csv"
    path.write_text(text)
    (found,) = read_recordings(path)
    return found


STATED: list[tuple[dict[str, str], dict[str, Any]]] = [
    ({"stimulus": "Chirp"}, {"kind": "chirp"}),
    ({"stimulus": "click"}, {"kind": "click"}),
    ({}, {"kind": "unknown", "frequency_hz": None}),
    ({"frequency_hz": "0"}, {"kind": "click", "frequency_hz": None}),
    ({"frequency_hz": "click"}, {"kind": "click", "frequency_hz": None}),
    ({"frequency_hz": "50"}, {"kind": "tone", "frequency_hz": 50.0}),
    ({"frequency_khz": "0.5"}, {"kind": "tone", "frequency_hz": 500.0}),
    ({"frequency_khz": "120"}, {"kind": "tone", "frequency_hz": 120_000.0}),
    ({"frequency": "0.5"}, {"kind": "tone", "frequency_hz": 500.0}),
    ({"frequency": "99"}, {"kind": "tone", "frequency_hz": 99_000.0}),
    ({"frequency": "100"}, {"kind": "tone", "frequency_hz": 100.0}),
    ({"frequency": "11313.7"}, {"kind": "tone", "frequency_hz": 11_313.7}),
    ({"frequency": "4 kHz"}, {"kind": "tone", "frequency_hz": 4000.0}),
    ({"freq": "0"}, {"kind": "click", "frequency_hz": None}),
    ({"rate_hz": "21.1"}, {"rate_hz": 21.1}),
    ({"polarity": "Rarefaction"}, {"polarity": "rarefaction"}),
    ({}, {"polarity": "unknown", "transducer": "unknown", "tube_delay_ms": 0.0}),
    ({"transducer": "Bone"}, {"transducer": "bone"}),
    ({"tube_delay_ms": "0.9"}, {"tube_delay_ms": 0.9, "tube_delay_included": False}),
    *(({"tube_delay_ms": "0.9", "tube_delay_included": word}, {"tube_delay_included": meant})
      for word, meant in (("TRUE", True), ("1", True), ("yes", True), ("false", False),
                          ("0", False), ("No", False))),
    ({"duration_ms": "5"}, {"duration_ms": 5.0}),
    ({"masking_db": "40"}, {"masking_db": 40.0}),
    ({"level_reference": "peSPL"}, {"level_reference": "peSPL"}),
    ({}, {"level_reference": "unknown"}),
    ({"subject": "Ö 1", "ear": "R"}, {"id": "Ö 1", "ear": "right"}),
    ({}, {"id": "P7", "ear": "unknown", "species": "unknown", "sex": "unknown"}),
    ({"ear": "l"}, {"ear": "left"}),
    ({"ear": "Both"}, {"ear": "both"}),
    ({"ear": "B"}, {"ear": "both"}),
    ({"species": "Guinea Pig"}, {"species": "guinea pig"}),
    ({"sex": "Female"}, {"sex": "female"}),
    ({"age_years": "3.5"}, {"age_years": 3.5, "age_weeks": None}),
    ({"age_weeks": "21"}, {"age_weeks": 21.0, "age_years": None}),
    ({"sweeps": "1500", "sweeps_rejected": "0"}, {"sweeps": 1500, "sweeps_rejected": 0}),
    ({"sweeps": "0"}, {"sweeps": None, "sweeps_rejected": None}),
    ({"high_pass_hz": "100", "low_pass_hz": "3000"}, {"band_hz": (100.0, 3000.0)}),
    ({"high_pass_hz": "100"}, {"band_hz": None}),
    ({"onset_ms": "0.25"}, {"onset_sample": 5.0, "onset_source": "file"}),
    ({"onset_ms": "0.25", "onset_source": "corrected"}, {"onset_source": "corrected"}),
    ({"onset_source": "corrected"}, {"onset_sample": 0.0, "onset_source": "assumed"}),
]  # fmt: skip


@pytest.mark.parametrize("preamble", [False, True], ids=["column", "preamble"])
@pytest.mark.parametrize(("fields", "expected"), STATED, ids=lambda value: str(value)[:50])
def test_what_is_stated_is_understood(
    fields: dict[str, str], expected: dict[str, Any], preamble: bool, tmp_path: Path
) -> None:
    found = read(tmp_path, table(fields, preamble=preamble))
    for name, value in expected.items():
        owner = next(o for o in (found.stimulus, found.subject, found) if hasattr(o, name))
        assert getattr(owner, name) == value, name


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"sweeps": "-1"}, "'sweeps' should be a whole number. Found '-1'."),
        ({"rate_hz": "often " * 20}, "'rate_hz' should be a number. Found 'often often "),
        ({"tube_delay_included": "perhaps so"}, "should be true or false. Found 'perhaps so'."),
        ({"level_db": " "}, "'level_db' should be a number. Found a blank."),
    ],
)
def test_a_word_where_a_number_belongs_costs_its_row_and_is_said(
    fields: dict[str, str], said: str, tmp_path: Path
) -> None:
    stated = {"rate_hz": "9", "sweeps": "9", "tube_delay_included": "no", "level_db": "60"}
    bad = table(stated | fields).splitlines()[1]
    found = read(tmp_path, table(stated) + bad)
    assert found.warnings[0].startswith("line 3 was left out: ")
    assert said in found.warnings[0]
    assert len(found.warnings[0]) < 120


@pytest.mark.parametrize("mark", [".", ","])
@pytest.mark.parametrize("unit", ["", " ms", "MS"])
def test_a_row_of_times_is_a_clock_with_either_decimal_mark(
    mark: str, unit: str, tmp_path: Path
) -> None:
    times = [f"{-0.5 + 0.05 * i:.2f}".replace(".", mark) + unit for i in range(N)]
    text = ";".join(["level_db", *times]) + "\n"
    text += ";".join(["60", *(cell.replace(".", mark) for cell in SAMPLES)]) + "\n"
    found = read(tmp_path, text)
    assert found.sampling_rate_hz == pytest.approx(20_000)
    assert found.time_ms[0] == pytest.approx(-0.5)
    np.testing.assert_allclose(found.waveform, np.arange(N) / 10, rtol=1e-6)


@pytest.mark.parametrize(
    ("name", "scale", "span", "unit"),
    [("time", 1.0, 4.0, "ms"), ("time", 1.0, 120.0, "ms"), ("t", 1e-3, 0.004, "s"),
     ("time", 1e3, 120_000.0, "us"), ("time_us", 1e3, 950.0, "us"), ("t_s", 1e-3, 0.19, "s")],
)  # fmt: skip
def test_the_unit_of_a_time_column_is_its_name_or_its_span(
    name: str, scale: float, span: float, unit: str, tmp_path: Path
) -> None:
    rows = [f"{t:.9g},{i % 7}" for i, t in enumerate(np.linspace(0.0, span, 200))]
    found = read(tmp_path, f"{name},60 dB nHL\n" + "\n".join(rows) + "\n")
    assert found.time_ms[-1] == pytest.approx(span / scale)
    assert found.stimulus.level_reference == "nHL"


def test_what_is_above_the_table_may_hold_colons_and_spreadsheet_padding(tmp_path: Path) -> None:
    text = '"# subject: ward 3: bed 2",,,\n# a remark without a key,,\n\n' + table({})
    assert read(tmp_path, text).subject.id == "ward 3: bed 2"


def test_rows_of_other_lengths_and_remarks_are_told_from_waveforms(tmp_path: Path) -> None:
    text = table({}) + "end of export\n" + "60," * 1500 + "\n"
    assert read(tmp_path, text).n_samples == N


def test_a_written_table_is_one_that_other_programs_read(tmp_path: Path) -> None:
    stimulus = Stimulus(kind="click", level_db=60, tube_delay_ms=0.9, tube_delay_included=True)
    short = recording(40, n=30, subject=Subject(id="a\nb\tc"))
    path = write_csv([recording(60, stimulus=stimulus), short], tmp_path / "x.csv")
    raw = path.read_bytes()
    assert b"\r" not in raw
    first, second, header, *rows = raw.decode().splitlines()
    assert (first, second) == ("# evoscope waveforms", "# units: uV")
    names = header.split(",")
    assert names[-1] == "239"
    cells = [dict(zip(names, row.split(","), strict=True)) for row in rows]
    assert [(c["record"], c["half"]) for c in cells] == [
        (r, h) for r in "01" for h in ("average", "A", "B")
    ]
    assert cells[0]["tube_delay_included"] == "true"
    assert (cells[3]["tube_delay_included"], cells[3]["subject"]) == ("false", "a b c")
    assert (cells[3]["29"] != "", cells[3]["30"], cells[3]["frequency_hz"]) == (True, "", "")


def test_the_records_of_a_table_keep_their_order_and_number(tmp_path: Path) -> None:
    levels = [float(level) for level in range(0, 100, 10)]
    random.Random(1).shuffle(levels)
    back = read_recordings(write_csv([recording(level) for level in levels], tmp_path / "x.csv"))
    assert [(r.level_db, r.source.record) for r in back] == [(v, i) for i, v in enumerate(levels)]
