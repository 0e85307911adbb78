"""BioSig ASCII: several groups, clicks without a frequency, volts with long exponents."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from evoscope.abr.formats import read_recordings
from evoscope.abr.formats.errors import FormatError
from evoscope.abr.recording import Recording, Subject

from .builders_text import biosig_ascii, response

TONES = [{"Freq": 8000, "Level": 80}, {"Freq": 8000, "Level": 40}]


def read(tmp_path: Path, text: str) -> list[Recording]:
    path = tmp_path / "m.txt"
    path.write_bytes(text.encode())
    return read_recordings(path)


def test_groups_of_tones_and_clicks_are_read_in_microvolts(tmp_path: Path) -> None:
    recordings = read(tmp_path, biosig_ascii([("Tone", TONES), ("Click_NH", [{"Level": 90}])]))
    assert [r.stimulus.label for r in recordings] == ["8 kHz tone"] * 2 + ["click"]
    assert [r.level_db for r in recordings] == [80, 40, 90]
    assert [r.source.record for r in recordings] == [0, 1, 2]
    for r in recordings:
        np.testing.assert_allclose(r.waveform, response(64, 24414.0625, 0, r.level_db), atol=1e-5)
        assert r.sampling_rate_hz == pytest.approx(24414.0625)
        assert (r.sweeps, r.sweeps_rejected) == (512, 2)
        assert r.subject == Subject(id="M12", ear="left")


def test_the_onset_delay_moves_time_zero(tmp_path: Path) -> None:
    (rec,) = read(tmp_path, biosig_ascii([("Click", [{"Level": 90}])], onset_ms=1.0))
    assert rec.time_ms[0] == pytest.approx(-1.0)


@pytest.mark.parametrize(("signal", "kind"), [("Chirp_1", "chirp"), ("Noise", "unknown")])
def test_without_a_frequency_the_signal_file_tells_the_stimulus(
    signal: str, kind: str, tmp_path: Path
) -> None:
    assert read(tmp_path, biosig_ascii([(signal, [{"Level": 90}])]))[0].stimulus.kind == kind


def test_a_comma_decimal_windows_is_understood(tmp_path: Path) -> None:
    text = biosig_ascii([("Click", [{"Level": 90}])])
    plain = read(tmp_path, text)[0]
    head, samples = text.split("= 90 dB\r\n")
    local = read(tmp_path, head + "= 90,0 dB\r\n" + samples.replace(".", ","))[0]
    np.testing.assert_array_equal(local.waveform, plain.waveform)


def test_a_cut_record_is_left_out_and_missed_records_are_mentioned(tmp_path: Path) -> None:
    text = biosig_ascii([("Tone", [*TONES, {"Freq": 8000, "Level": 20}])])
    second = text.index("Record Number: 1")
    (rec,) = read(tmp_path, text[: second + 900])
    assert rec.level_db == 80
    assert any("announce 3 records, 2 are there" in w for w in rec.warnings)
    assert any("record 1 was left out: 'No. Points' (64)" in w for w in rec.warnings)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("No. Points: 64", "No. Points: 1000000000000", "should be the number of samples"),
        ("Aqu. Duration: 2", "Aqu. Duration: -2", "should be positive"),
        ("Level = 90 dB", "Gain = 90 dB", "A variable 'Level'"),
        ("Record Number", "Record", "A group should have records"),
    ],
)
def test_a_damaged_file_says_what_is_wrong(old: str, new: str, reason: str, tmp_path: Path) -> None:
    text = biosig_ascii([("Click", [{"Level": 90}])])
    assert old in text
    with pytest.raises(FormatError, match=reason):
        read(tmp_path, text.replace(old, new))


@pytest.mark.realdata
def test_real_exports(real_data: Path) -> None:
    counts = {}
    for path in sorted((real_data / "abr" / "rodent_tdt").glob("gansemer_*.txt")):
        recordings = read_recordings(path)
        counts[path.name] = (len(recordings), recordings[0].stimulus.label)
        loudest = max(recordings, key=lambda r: r.level_db)
        assert 1 < np.ptp(loudest.waveform) < 10
        assert all(r.sampling_rate_hz == pytest.approx(24414.0625, rel=1e-5) for r in recordings)
        assert all(r.n_samples == 292 and r.warnings == () for r in recordings)
    assert sorted(counts.values()) == [
        (9, "4 kHz tone"), (9, "8 kHz tone"), (10, "8 kHz tone"), (10, "click"),
        (11, "16 kHz tone"),
    ]  # fmt: skip
