"""The documented CSV: both layouts, every way to state a clock, and the round trip."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from evoscope.abr.formats import NotARecordingError, read_recordings, write_csv
from evoscope.abr.formats.errors import FormatError
from evoscope.abr.recording import Recording, Stimulus, Subject

from .builders_text import plain_rows, recording, response

LEVELS = (20.0, 50.0, 80.0)


def read(tmp_path: Path, text: str, name: str = "x.csv") -> list[Recording]:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return read_recordings(path)


def columns(time: str, unit_ms: float, headers: list[str], top: str = "", n: int = 200) -> str:
    times = (np.arange(n) - 20) * 0.05
    waves = [response(n, 20_000, 20, level) for level in LEVELS]
    rows = [
        ",".join([f"{t / unit_ms:.6g}", *(f"{w[i]:.5f}" for w in waves)])
        for i, t in enumerate(times)
    ]
    return top + "\n".join([",".join([time, *headers]), *rows]) + "\n"


def assert_is_the_series(recordings: list[Recording], scale: float = 1.0) -> None:
    assert [r.level_db for r in recordings] == list(LEVELS)
    for r in recordings:
        expected = response(200, 20_000, 20, r.level_db) * scale
        np.testing.assert_allclose(r.waveform, expected, atol=1e-5 * scale)
        assert r.sampling_rate_hz == pytest.approx(20_000, rel=1e-4)
        assert r.onset_sample == pytest.approx(20, abs=1e-2)


def test_a_waveform_per_row(tmp_path: Path) -> None:
    recordings = read(tmp_path, plain_rows())
    assert_is_the_series(recordings)
    assert recordings[0].stimulus == Stimulus(
        kind="tone", frequency_hz=4000, level_db=20, level_reference="nHL"
    )
    assert recordings[0].onset_source == "file"


def test_numbered_columns_may_be_times(tmp_path: Path) -> None:
    header = ",".join(f"{(i - 20) * 0.05:.2f}" for i in range(200))
    text = plain_rows(top="# subject: A\n").replace(",".join(map(str, range(200))), header)
    assert_is_the_series(read(tmp_path, text))


@pytest.mark.parametrize(
    ("time", "unit_ms"), [("time_ms", 1), ("Time (s)", 1000), ("t_us", 1e-3), ("time", 1000)]
)
def test_a_waveform_per_column(time: str, unit_ms: float, tmp_path: Path) -> None:
    text = columns(time, unit_ms, ["20 dB", "50dB nHL", "80"])
    recordings = read(tmp_path, text)
    assert_is_the_series(recordings)
    assert [r.stimulus.level_reference for r in recordings] == ["unknown", "nHL", "unknown"]


def test_column_headers_carry_frequency_and_replicates(tmp_path: Path) -> None:
    text = columns("time_ms", 1, ["4 kHz 20 dB SPL", "4 kHz 20 dB SPL (2)", "click 20 dB SPL"])
    a, b, c = read(tmp_path, text)
    assert a.stimulus == b.stimulus
    assert (a.stimulus.label, c.stimulus.label) == ("4 kHz tone", "click")


def test_a_column_without_a_level_is_mentioned_not_guessed(tmp_path: Path) -> None:
    recordings = read(tmp_path, columns("time_ms", 1, ["20 dB", "comment", "80 dB"]))
    assert [r.level_db for r in recordings] == [20, 80]
    assert "ignored: comment" in recordings[0].warnings[0]


@pytest.mark.parametrize(("unit", "scale"), [("uV", 1), ("nV", 1e-3), ("mV", 1e3), ("V", 1e6)])
def test_units(unit: str, scale: float, tmp_path: Path) -> None:
    text = columns("time_ms", 1, ["20 dB", "50 dB", "80 dB"], top=f"# units: {unit}\n")
    assert_is_the_series(read(tmp_path, text), scale)


def test_volts_without_a_unit_are_pointed_out(tmp_path: Path) -> None:
    row = ",".join(f"{v * 1e-6:.3e}" for v in response(200, 20_000, 20, 80))
    text = "# sampling_rate_hz: 20000\nlevel_db," + ",".join(map(str, range(200))) + f"\n80,{row}\n"
    assert "may be in volts" in read(tmp_path, text)[0].warnings[0]


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_decimal_commas_of_a_european_spreadsheet(delimiter: str, tmp_path: Path) -> None:
    text = columns("time_ms", 1, ["20 dB", "50 dB", "80 dB"])
    text = text.replace(",", delimiter).replace(".", ",")
    assert_is_the_series(read(tmp_path, text))


def test_a_spreadsheet_that_quotes_and_pads_changes_nothing(tmp_path: Path) -> None:
    lines = plain_rows().splitlines()
    padded = [f'"{line}",,,' if line.startswith("#") else line + ",," for line in lines]
    assert_is_the_series(read(tmp_path, "\n".join(padded)))


def test_an_abra_table_is_ten_milliseconds_long_and_says_so(tmp_path: Path) -> None:
    text = "Freq(Hz),Level(dB)," + ",".join(map(str, range(244))) + "\n"
    text += "".join(
        f"{f},{level}," + ",".join(f"{v:.4f}" for v in response(244, 24_400, 0, level)) + "\n"
        for f, level in (("8000", 60), ("Click", 60), ("0", 40))
    )
    recordings = read(tmp_path, text)
    assert [r.stimulus.label for r in recordings] == ["8 kHz tone", "click", "click"]
    for r in recordings:
        assert r.sampling_rate_hz == pytest.approx(24_400)
        assert r.onset_source == "assumed"
        assert "10 ms are assumed" in r.warnings[0]


def test_a_blank_frequency_is_a_click(tmp_path: Path) -> None:
    blank, zero, _ = read(
        tmp_path, plain_rows().replace("20,4000", "20,").replace("50,4000", "50,0")
    )
    assert (blank.stimulus.kind, zero.stimulus.kind) == ("click", "click")


def test_a_missing_sampling_rate_is_asked_for_not_invented(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="# sampling_rate_hz: 20000"):
        read(tmp_path, plain_rows(top="# subject: A\n"))


def test_a_column_wins_over_the_preamble(tmp_path: Path) -> None:
    n = ",".join(map(str, range(20)))
    row = ",".join("0.1" for _ in range(20))
    text = (
        "# sampling_rate_hz: 20000\n# ear: L\n# subject: A\n# species: Mouse\n# sweeps: 500\n"
        f"Level (dB SPL),frequency,ear,{n}\n60,8,R,{row}\n60,8000,,{row}\n"
    )
    first, second = read(tmp_path, text)
    assert first.subject == Subject(id="A", ear="right", species="mouse")
    assert second.subject.ear == "left"
    assert {r.stimulus.label for r in (first, second)} == {"8 kHz tone"}
    assert first.stimulus.level_reference == "SPL"
    assert first.sweeps == 500


def test_halves_without_an_average_are_averaged(tmp_path: Path) -> None:
    n = ",".join(map(str, range(20)))
    text = f"# sampling_rate_hz: 20000\nlevel_db,record,half,{n}\n"
    text += f"60,1,A,{','.join(['0.1'] * 20)}\n60,1,B,{','.join(['0.3'] * 20)}\n"
    (rec,) = read(tmp_path, text)
    np.testing.assert_allclose(rec.waveform, 0.2, rtol=1e-6)
    assert rec.halves is not None


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("half", "C", "A, B or average"),
        ("half", "A", "both halves"),
        ("ear", "middle", "ear should be one of"),
        ("level_db", "loud", "should be a number"),
        ("sweeps", "many", "should be a number"),
        ("sweeps", "1.5", "whole number"),
        ("tube_delay_included", "perhaps", "true or false"),
        ("sampling_rate_hz", "0", "should be positive"),
        ("polarity", "up", "polarity should be one of"),
    ],
)
def test_a_wrong_word_is_named(field: str, value: str, reason: str, tmp_path: Path) -> None:
    fields = {"level_db": "60", "sampling_rate_hz": "20000", "record": "1", field: value}
    header = ",".join([*fields, *map(str, range(20))])
    row = ",".join([*fields.values(), *(["0.1"] * 20)])
    with pytest.raises(FormatError, match=reason):
        read(tmp_path, f"{header}\n{row}\n")


@pytest.mark.parametrize("cell", ["nan", "inf", "", "x", "1e999", "1e39"])
def test_a_bad_sample_costs_its_waveform_and_is_mentioned(cell: str, tmp_path: Path) -> None:
    lines = plain_rows().splitlines()
    cells = lines[5].split(",")
    lines[5] = ",".join([*cells[:50], cell, *cells[51:]])
    recordings = read(tmp_path, "\n".join(lines))
    assert [r.level_db for r in recordings] == [20, 80]
    assert "line 6 was left out" in recordings[0].warnings[0]


@pytest.mark.parametrize(
    "text",
    [
        "freq_hz,threshold_db\n4000,30\n8000,40\n",
        "subject,level_db,wave_v_ms\nA,60,5.9\n",
        "level_db,1000,2000,4000\n60,0.1,0.2,0.3\n",
        "just words\n",
    ],
)
def test_tables_of_results_are_not_recordings(text: str, tmp_path: Path) -> None:
    with pytest.raises(NotARecordingError, match="needs a level column"):
        read(tmp_path, text)


@pytest.mark.parametrize("times", ["falling", "uneven", "blank"])
def test_a_broken_time_axis_is_refused(times: str, tmp_path: Path) -> None:
    lines = columns("time_ms", 1, ["20 dB", "50 dB", "80 dB"]).splitlines()
    if times == "falling":
        lines[1:] = lines[:0:-1]
    elif times == "uneven":
        lines[100:] = lines[110:]
    else:
        lines[100] = "," + lines[100].partition(",")[2]
    with pytest.raises(FormatError, match="time axis should"):
        read(tmp_path, "\n".join(lines))


def assert_equal(before: Recording, after: Recording) -> None:
    np.testing.assert_array_equal(after.waveform, before.waveform)
    if before.halves is None:
        assert after.halves is None
    else:
        assert after.halves is not None
        np.testing.assert_array_equal(after.halves, before.halves)
    assert after.onset_sample == pytest.approx(before.onset_sample, abs=1e-9)
    for name in ("sampling_rate_hz", "stimulus", "subject", "sweeps", "sweeps_rejected", "band_hz",
                 "onset_source"):  # fmt: skip
        assert getattr(after, name) == getattr(before, name), name


def test_what_is_written_reads_back_bit_by_bit(tmp_path: Path) -> None:
    stimulus = Stimulus(
        kind="tone", frequency_hz=11_313.7, level_db=62.5, level_reference="nHL", rate_hz=27.1,
        polarity="alternating", transducer="insert", tube_delay_ms=0.9, tube_delay_included=True,
        duration_ms=5.0, masking_db=40.0,
    )  # fmt: skip
    subject = Subject(id='Ö, "x"; y', ear="left", species="guinea pig", age_years=0.4,
                      age_weeks=21.3, sex="female")  # fmt: skip
    records = [
        recording(60),
        recording(62.5, stimulus=stimulus, subject=subject, sampling_rate_hz=24414.0625, n=100),
        recording(
            40,
            halves=None,
            sweeps=None,
            sweeps_rejected=None,
            band_hz=None,
            onset_sample=-3.3,
            onset_source="corrected",
        ),
    ]
    back = read_recordings(write_csv(records, tmp_path / "x.csv"))
    for before, after in zip(records, back, strict=True):
        assert_equal(before, after)
        assert after.warnings == ()


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    samples=st.lists(st.floats(-1e6, 1e6, width=32), min_size=16, max_size=40),
    level=st.floats(-10, 130),
    rate=st.floats(1e3, 2e5),
    subject=st.text(
        st.characters(blacklist_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1, max_size=12
    ).map(lambda s: " ".join(s.split()) or "x"),
)
def test_any_recording_survives_the_round_trip(
    tmp_path: Path, samples: list[float], level: float, rate: float, subject: str
) -> None:
    before = recording(
        stimulus=Stimulus(kind="click", level_db=level),
        waveform=np.array(samples, np.float32), halves=None, sampling_rate_hz=rate,
        subject=Subject(id=subject),
    )  # fmt: skip
    (after,) = read_recordings(write_csv([before], tmp_path / "x.csv"))
    assert_equal(before, after)


def test_writing_is_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_csv([recording(60)], tmp_path / "x.csv")
    before = path.read_bytes()

    def fail(*_: Any) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(OSError, match="disk full"):
        write_csv([recording(40)], path)
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["x.csv"]


def test_nothing_recognisable_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least 16 samples"):
        write_csv([recording(60, waveform=np.ones(10), halves=None)], tmp_path / "x.csv")
