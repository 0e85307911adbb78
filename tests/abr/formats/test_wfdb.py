"""WFDB: an upside-down gain, a guessed onset or a followed path would pass unnoticed."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from evoscope.abr.formats.errors import FormatError, NotARecordingError
from evoscope.abr.formats.reader import peek
from evoscope.abr.formats.wfdb_format import READER
from evoscope.abr.recording import series_key

from .builders_binary import build_wfdb, response, write_wfdb

SIGNAL = response(960, 48_000.0, 0.0, 80.0)


def test_without_its_library_the_extra_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "wfdb", None)
    with pytest.raises(FormatError, match=r'pip install "evoscope\[physionet\]"'):
        READER.read(build_wfdb(tmp_path))


def test_an_upside_down_gain_gives_microvolts_and_says_so(tmp_path: Path) -> None:
    (recording,) = READER.read(build_wfdb(tmp_path))
    np.testing.assert_allclose(recording.waveform, SIGNAL, atol=1e-6)
    assert "upside down" in recording.warnings[0]


@pytest.mark.parametrize(
    ("gain", "scale"),
    [("1000/uV", 1e-3), ("100000/mV", 1e-2), ("1e+9/V", 1e-3), ("2/nV", 0.5e-3)],
)
def test_an_ordinary_gain_is_adc_units_per_unit(tmp_path: Path, gain: str, scale: float) -> None:
    (recording,) = READER.read(write_wfdb(tmp_path, "S1", SIGNAL, gain=gain, scale=scale))
    np.testing.assert_allclose(recording.waveform, SIGNAL, atol=scale)
    assert recording.warnings == ()


@pytest.mark.parametrize("gain", ["1e+60/uV", "1e-60/uV"])
def test_a_gain_that_leaves_nothing_of_a_response_is_refused(tmp_path: Path, gain: str) -> None:
    with pytest.raises(FormatError, match=r"leave something of a response. Found 1e[+-]60/uV"):
        READER.read(write_wfdb(tmp_path, "S1", SIGNAL, gain=gain, scale=1e-3))


def test_a_baseline_is_taken_off(tmp_path: Path) -> None:
    path = write_wfdb(tmp_path, "S1", SIGNAL + 5.0, gain="1000(5000)/uV", scale=1e-3)
    np.testing.assert_allclose(READER.read(path)[0].waveform, SIGNAL, atol=1e-3)


def test_the_comment_gives_level_frequency_ear_and_trials(tmp_path: Path) -> None:
    (recording,) = READER.read(build_wfdb(tmp_path))
    assert recording.stimulus.label == "1 kHz tone"
    assert (recording.level_db, recording.stimulus.level_reference) == (80.0, "SPL")
    assert recording.sweeps == 1511
    assert (recording.subject.ear, recording.subject.species) == ("right", "human")


def test_an_onset_that_is_not_stated_is_marked_assumed(tmp_path: Path) -> None:
    (recording,) = READER.read(build_wfdb(tmp_path))
    assert (recording.onset_sample, recording.onset_source) == (0.0, "assumed")


def test_levels_and_replicates_of_one_ear_are_one_series(tmp_path: Path) -> None:
    names = ["N1_evoked_ave80_F1_R1", "N1_evoked_ave80_F1_R2", "N1_evoked_ave75_F1_R1"]
    keys = {
        series_key(READER.read(write_wfdb(tmp_path, name, SIGNAL))[0]).subject for name in names
    }
    assert keys == {"N1"}


def test_a_level_in_peak_equivalent_spl_is_not_spl(tmp_path: Path) -> None:
    path = write_wfdb(tmp_path, "S1", SIGNAL, comment="#<peSPL>: 70 <Stimulus>: click")
    (recording,) = READER.read(path)
    assert (recording.stimulus.level_reference, recording.stimulus.kind) == ("peSPL", "click")
    assert recording.subject.species == "unknown"


def test_a_continuous_record_is_skipped_with_a_hint(tmp_path: Path) -> None:
    path = write_wfdb(tmp_path, "ecg", SIGNAL, comment="#Age: 63")
    with pytest.raises(NotARecordingError, match=r"state its level.*average it"):
        READER.read(path)


@pytest.mark.parametrize("name", ["../secret.dat", "/etc/hostname", "s3://bucket/x.dat", "~"])
def test_signal_files_elsewhere_are_not_followed(tmp_path: Path, name: str) -> None:
    (tmp_path / "secret.dat").write_bytes(bytes(100_000))
    inner = tmp_path / "inner"
    inner.mkdir()
    path = write_wfdb(inner, "S1", SIGNAL, data_file=name)
    with pytest.raises(FormatError, match=r"beside its header|one line for each signal"):
        READER.read(path)


def test_a_claim_of_gigabytes_is_refused_before_it_is_allocated(tmp_path: Path) -> None:
    path = build_wfdb(tmp_path)
    path.write_text(path.read_text().replace(" 960\n", " 900000000\n"))
    with pytest.raises(FormatError, match="7200000000 bytes its header claims"):
        READER.read(path)


def test_a_missing_sample_is_not_a_deep_trough(tmp_path: Path) -> None:
    path = build_wfdb(tmp_path)
    data = np.fromfile(path.with_suffix(".dat"), dtype="<i4")
    data[200] = -(2**31)
    data.tofile(path.with_suffix(".dat"))
    with pytest.raises(FormatError, match="Found a gap"):
        READER.read(path)


def test_a_flat_line_is_no_recording(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="Found the constant 0"):
        READER.read(write_wfdb(tmp_path, "S1", np.zeros(960)))


def test_channels_without_a_telling_name_are_not_guessed(tmp_path: Path) -> None:
    path = build_wfdb(tmp_path)
    path.write_text(path.read_text().replace(" ABR\n", " one\n").replace(" OAE\n", " two\n"))
    with pytest.raises(FormatError, match="Found one, two"):
        READER.read(path)


def test_the_dat_file_is_part_of_its_header(tmp_path: Path) -> None:
    path = build_wfdb(tmp_path)
    assert READER.sniff(peek(path))
    assert READER.companion(path.with_suffix(".dat"))
    (tmp_path / "alone.dat").write_bytes(b"x")
    assert not READER.companion(tmp_path / "alone.dat")
    (tmp_path / "notes.hea").write_text("Patient was asleep, 60 dB\n")
    assert not READER.sniff(peek(tmp_path / "notes.hea"))


@pytest.mark.realdata
def test_every_real_average_reads(real_data: Path) -> None:
    folder = real_data / "abr" / "human_tone_wfdb"
    recordings = [READER.read(path)[0] for path in sorted(folder.glob("*.hea"))]
    assert len(recordings) == 252
    # Four listeners, two tones; one level in two replicates each.
    series = Counter((r.subject.id, r.stimulus.frequency_hz) for r in recordings)
    assert series == {
        ("N1", 1000.0): 38, ("N1", 4000.0): 38, ("N2", 1000.0): 26, ("N2", 4000.0): 26,
        ("N3", 1000.0): 30, ("N3", 4000.0): 30, ("N4", 1000.0): 32, ("N4", 4000.0): 32,
    }  # fmt: skip
    peaks = [float(np.abs(r.waveform).max()) for r in recordings]
    assert 0.05 < min(peaks) < max(peaks) < 0.65
    for recording in recordings:
        name = Path(recording.source.path).stem
        assert f"_ave{recording.level_db:g}_F{recording.stimulus.frequency_hz / 1000:g}_" in name
        assert (recording.n_samples, recording.sampling_rate_hz) == (2002, 48_000.0)


@pytest.mark.realdata
def test_real_replicates_at_high_level_agree(real_data: Path) -> None:
    """Both replicates must show one response from 5 to 15 ms, or they are read misaligned."""
    folder = real_data / "abr" / "human_tone_wfdb"
    for subject in ("N1", "N2", "N3", "N4"):
        first, second = (
            READER.read(folder / f"{subject}_evoked_ave80_F1_R{k}.hea")[0].waveform[240:720]
            for k in (1, 2)
        )
        assert np.corrcoef(first, second)[0, 1] > 0.6
