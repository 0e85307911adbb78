"""CFTS text: one recording per level, whatever its line ends and columns of zeros."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from evoscope.abr.formats import read_recordings, write_epl
from evoscope.abr.formats.errors import FormatError
from evoscope.abr.recording import Recording, Stimulus, Subject, series_key

from .builders_text import epl_text, recording, response


def read(tmp_path: Path, text: str, name: str = "ABR-7-3") -> list[Recording]:
    path = tmp_path / name
    path.write_bytes(text.encode("latin-1"))
    return read_recordings(path)


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
def test_any_line_end_gives_the_same_levels(end: str, tmp_path: Path) -> None:
    recordings = read(tmp_path, epl_text(end=end))
    assert [r.level_db for r in recordings] == [20, 40, 60, 80]
    for r in recordings:
        np.testing.assert_allclose(r.waveform, response(300, 1e5, 0, r.level_db), atol=1e-6)
        assert r.sampling_rate_hz == 100_000


def test_the_header_is_understood(tmp_path: Path) -> None:
    rec = read(tmp_path, epl_text())[0]
    assert rec.stimulus == Stimulus(
        kind="tone", frequency_hz=16_000, level_db=20, level_reference="SPL", rate_hz=40
    )
    assert rec.subject == Subject(id="ABR-7", ear="left")
    assert rec.sweeps == 512
    assert (rec.onset_sample, rec.onset_source) == (0, "assumed")


def test_clicks(tmp_path: Path) -> None:
    assert read(tmp_path, epl_text(frequency="CLICK"))[0].stimulus.kind == "click"


def test_a_cap_is_not_passed_off_as_an_abr(tmp_path: Path) -> None:
    cap = read(tmp_path, epl_text(), "CAP-7-3")
    assert "not an ABR" in cap[0].warnings[0]
    abr = read(tmp_path, epl_text(), "ABR-7-3")
    assert {r.response for r in cap} == {"CAP"}
    assert {r.response for r in abr} == {"ABR"}
    assert series_key(cap[0])._replace(subject="") != series_key(abr[0])._replace(subject="")


def test_spare_columns_of_zeros_are_dropped_without_shifting_the_levels(tmp_path: Path) -> None:
    recordings = read(tmp_path, epl_text(extra_zero_columns=2))
    assert [r.level_db for r in recordings] == [20, 40, 60, 80]
    assert "2 column(s) of zeros" in recordings[0].warnings[0]


def test_a_level_whose_column_is_zero_goes_with_it(tmp_path: Path) -> None:
    text = epl_text((20, 40), extra_zero_columns=1).replace(":LEVELS:20;40;", ":LEVELS:20;40;60;")
    assert [r.level_db for r in read(tmp_path, text)] == [20, 40]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        (":LEVELS:20;40;60;80;", ":LEVELS:20;40;60;", "one column per level"),
        (":LEVELS:20;40;60;80;", ":LEVELS:", "should list levels"),
        ("): 10\t", "): 0\t", "should be positive"),
        (":DATA", ":DATUM", "Header lines should begin"),
        ("\n-0.", "\n 0.1\t-0.", "should have 4 values"),
        ("\n-0.", "\n-x.", "should be a number"),
    ],
)
def test_a_damaged_file_says_what_is_wrong(old: str, new: str, reason: str, tmp_path: Path) -> None:
    text = epl_text(end="\n")
    assert old in text
    head, _, tail = text.rpartition(old)
    with pytest.raises(FormatError, match=reason):
        read(tmp_path, head + new + tail)


# The empty line, the end of the last row, its last digit, the whole row.
@pytest.mark.parametrize("lost", [2, 4, 5, 4 + len("\t".join([" 0.000000"] * 4))])
def test_a_file_that_ends_early_is_not_passed_off_as_whole(lost: int, tmp_path: Path) -> None:
    text = epl_text()
    assert read(tmp_path, text)[0].warnings == ()
    (warning,) = read(tmp_path, text[:-lost])[0].warnings
    assert "may be cut short" in warning


def test_infinite_samples_cost_their_level_only(tmp_path: Path) -> None:
    lines = epl_text(end="\n").split("\n")
    cells = lines[20].split("\t")
    lines[20] = "\t".join([cells[0], "1e999", *cells[2:]])
    recordings = read(tmp_path, "\n".join(lines))
    assert [r.level_db for r in recordings] == [20, 60, 80]
    assert "level 40 dB was left out" in recordings[0].warnings[0]


def test_what_is_written_reads_back(tmp_path: Path) -> None:
    stimulus = {"kind": "tone", "frequency_hz": 11_313.7, "level_reference": "SPL", "rate_hz": 40}
    records = [
        recording(level, stimulus=Stimulus(level_db=level, **stimulus), n=400)  # type: ignore[arg-type]
        for level in (80, 20)
    ]
    back = read_recordings(write_epl(records, tmp_path / "ABR-9-2", run=2))
    for before, after in zip(reversed(records), back, strict=True):
        np.testing.assert_allclose(after.waveform, before.waveform[20:], atol=1e-6)
        assert after.time_ms[0] == 0
        assert after.stimulus == before.stimulus
        assert after.subject == Subject(id="ABR-9", ear="right")
        assert after.sampling_rate_hz == pytest.approx(before.sampling_rate_hz)


@pytest.mark.parametrize(
    "records",
    [
        [],
        [recording(60), recording(60)],
        [recording(60), recording(50, n=100)],
        [recording(60, onset_sample=-3.0)],
    ],
)
def test_what_the_format_cannot_hold_is_refused(records: list[Recording], tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="should"):
        write_epl(records, tmp_path / "x")


@pytest.mark.realdata
def test_real_mouse_runs(real_data: Path) -> None:
    abr = read_recordings(real_data / "abr" / "mouse_epl" / "ABR-52-3")
    cap = read_recordings(real_data / "abr" / "mouse_epl" / "CAP-139-5")
    assert [r.level_db for r in abr] == [10, 15, 20, 25, 30, 35, 40, 45, 50, 60, 70, 80]
    assert len(cap) == 13
    for r in abr + cap:
        assert (r.n_samples, r.sampling_rate_hz) == (1700, 100_000)
        assert (r.stimulus.frequency_hz, r.subject.ear) == (16_000, "right")
    # Microvolts: a mouse's ABR at 80 dB is a few, its CAP about a hundred.
    assert 2 < np.ptp(abr[-1].waveform[100:850]) < 15
    assert 60 < np.ptp(cap[-1].waveform[100:850]) < 200
