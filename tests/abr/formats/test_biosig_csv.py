"""BioSigRZ CSV: units from the header, columns by name, records by channel."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from evoscope.abr.formats import group, read_recordings
from evoscope.abr.formats.errors import FormatError
from evoscope.abr.recording import Recording, Stimulus

from .builders_text import biosig_table, response


def read(tmp_path: Path, text: str) -> list[Recording]:
    path = tmp_path / "m.csv"
    path.write_text(text)
    return read_recordings(path)


@pytest.mark.parametrize("unit", ["uv", "nv"])
def test_the_unit_of_the_header_is_used_and_the_gain_is_not_applied_again(
    unit: str, tmp_path: Path
) -> None:
    recordings = read(tmp_path, biosig_table(unit=unit))
    assert [r.level_db for r in recordings] == [20, 50, 80]
    for r in recordings:
        np.testing.assert_allclose(r.waveform, response(40, 24414.0625, 0, r.level_db), rtol=1e-5)


def test_the_row_is_understood(tmp_path: Path) -> None:
    rec = read(tmp_path, biosig_table())[0]
    assert rec.stimulus == Stimulus(
        kind="tone", frequency_hz=8000, level_db=20, level_reference="SPL", duration_ms=5
    )
    assert (rec.subject.id, rec.sweeps, rec.sweeps_rejected) == ("55", 512, 4)
    assert rec.sampling_rate_hz == pytest.approx(24414.0625)
    assert rec.time_ms[0] == pytest.approx(-1.0)


@pytest.mark.parametrize("frequency", [None, "", "0.0"])
def test_clicks_have_no_frequency_column_or_leave_it_empty(
    frequency: str | None, tmp_path: Path
) -> None:
    recordings = read(tmp_path, biosig_table(frequency=frequency))
    assert [(r.stimulus.kind, r.level_db) for r in recordings] == [
        ("click", 20), ("click", 50), ("click", 80),
    ]  # fmt: skip


def test_preamble_lines_are_passed_over(tmp_path: Path) -> None:
    assert len(read(tmp_path, biosig_table(preamble="BioSigRZ export\n,,\n"))) == 3


def test_channels_are_not_replicates_of_one_another(tmp_path: Path) -> None:
    found = group(read(tmp_path, biosig_table(channels=(1, 2))))
    assert [s.key.subject for s in found] == ["55 channel 1", "55 channel 2"]


def test_a_row_cut_short_is_left_out(tmp_path: Path) -> None:
    recordings = read(tmp_path, biosig_table()[:-200])
    assert [r.level_db for r in recordings] == [20, 50]
    assert "line 4 was left out: 'No. Samps.' (40)" in recordings[0].warnings[0]


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("Data(uv)", "Data(pa)", "unit should be uv or nv"),
        (",Data(uv)", ",xData(uv)", "column called 'Data"),
        (",40.96,40,", ",40.96,1000000000000,", "should be the number of samples"),
        (",40.96,40,", ",0,40,", "should be positive"),
        ("Level(dB)", "Loud(dB)", "should hold the level"),
        (",1.0,,", ",1.0,,nan", "finite|number"),
    ],
)
def test_a_damaged_file_says_what_is_wrong(old: str, new: str, reason: str, tmp_path: Path) -> None:
    text = biosig_table()
    assert old in text
    with pytest.raises(FormatError, match=reason):
        read(tmp_path, text.replace(old, new))


@pytest.mark.realdata
def test_real_exports(real_data: Path) -> None:
    many = read_recordings(real_data / "abr" / "rodent_tdt" / "55.csv")
    few = read_recordings(real_data / "abr" / "rodent_tdt" / "B1_1282_tone baseline.csv")
    assert (len(many), len(few)) == (156, 66)
    assert [len(s) for s in group(many)] == [20] + [17] * 8
    for r in many + few:
        assert (r.n_samples, r.warnings) == (244, ())
        assert r.sampling_rate_hz == pytest.approx(24414.0625)
    loud = [np.ptp(r.waveform) for r in many + few if r.level_db >= 90]
    assert 0.5 < np.median(loud) < 10
