"""EEG files: the annotations decide what was played, and MNE must stay quiet and optional."""

from __future__ import annotations

import sys
import warnings
from pathlib import Path

import numpy as np
import pytest

from evoscope.abr.formats.annotation_grammar import parse_annotation
from evoscope.abr.formats.channel_choice import choose_channel
from evoscope.abr.formats.errors import FormatError
from evoscope.abr.formats.mne_format import READER
from evoscope.abr.formats.reader import peek

from .builders_binary import build_mne, edf_bytes, eeg_with_responses, response

STIMULI = [(0.1 + k * 0.025, 80.0) for k in range(112)]
EEG = eeg_with_responses(STIMULI)
CLICKS = [(time_s, "click 80 dB nHL") for time_s, _ in STIMULI]


def write(folder: Path, data: bytes, name: str = "ear.edf") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("text", "kind", "hertz", "level", "reference", "ear", "polarity"),
    [
        ("click 60 dB nHL", "click", None, 60.0, "nHL", "unknown", ""),
        ("tone 4000 Hz 60 dB SPL", "tone", 4000.0, 60.0, "SPL", "unknown", ""),
        ("4 kHz, 35dB peSPL right", "tone", 4000.0, 35.0, "peSPL", "right", ""),
        ("Comment/left condensation click 20 dB", "click", None, 20.0, "unknown", "left",
         "condensation"),
        ("60", "unknown", None, 60.0, "unknown", "unknown", ""),
        ("chirp -5 dB nHL", "chirp", None, -5.0, "nHL", "unknown", ""),
    ],
)  # fmt: skip
def test_annotations_say_what_was_played(
    text: str, kind: str, hertz: float | None, level: float, reference: str, ear: str, polarity: str
) -> None:
    parsed = parse_annotation(text)
    assert parsed is not None
    condition, word = parsed
    assert (condition.kind, condition.frequency_hz, condition.level_db) == (kind, hertz, level)
    assert (condition.reference, condition.ear, word) == (reference, ear, polarity)


@pytest.mark.parametrize(
    "text", ["Stimulus/S  1", "eyes closed", "electrode 60 dB drift", "tone 4000 Hz", "", "dB"]
)
def test_other_annotations_are_no_stimuli(text: str) -> None:
    assert parse_annotation(text) is None


@pytest.mark.parametrize(
    ("names", "index"),
    [
        (["EOG", "ABR"], 1), (["EEG A1", "EEG Cz-A2"], 1), (["Pz", "Vertex"], 1),
        (["x"], 0), (["M1", "Fpz"], 1), (["one", "two"], None), (["Decz", "EEG 1"], 1),
    ],
)  # fmt: skip
def test_the_channel_of_the_response_is_found_by_name(names: list[str], index: int | None) -> None:
    assert choose_channel(names) == index


def test_the_average_is_the_response_that_was_there(tmp_path: Path) -> None:
    (recording,) = READER.read(write(tmp_path, edf_bytes(EEG, CLICKS)))
    expected = response(113, 8000.0, recording.onset_sample, 80.0)
    after = (recording.time_ms >= 0) & (recording.time_ms < 11)
    assert np.std(recording.waveform[after] - expected[after]) < 0.06
    assert (recording.stimulus.kind, recording.stimulus.level_reference) == ("click", "nHL")
    assert (recording.sweeps, recording.subject.id) == (112, "P5")
    assert recording.halves is not None
    assert recording.epochs is not None
    assert recording.epochs.load(slice(0, 2)).shape == (2, recording.epochs.n_samples)


def test_each_level_is_a_recording(tmp_path: Path) -> None:
    recordings = READER.read(build_mne(tmp_path))
    assert sorted((r.level_db, r.sweeps) for r in recordings) == [(40.0, 28), (80.0, 28)]


def test_stated_polarities_are_balanced_over_the_halves(tmp_path: Path) -> None:
    words = ("rarefaction", "condensation")
    notes = [(time_s, f"{words[k % 2]} {text}") for k, (time_s, text) in enumerate(CLICKS)]
    (recording,) = READER.read(write(tmp_path, edf_bytes(EEG, notes)))
    assert recording.epochs is not None
    assert recording.epochs.inverted is not None
    assert recording.epochs.inverted.tolist() == [False, True] * 56


@pytest.mark.parametrize(("unit", "in_one_uv"), [("uV", 1.0), ("nV", 1000.0), ("mV", 0.001)])
def test_the_unit_of_the_file_is_honoured(tmp_path: Path, unit: str, in_one_uv: float) -> None:
    data = edf_bytes(EEG * in_one_uv, CLICKS, unit=unit, limit_uv=4.0 * in_one_uv)
    (recording,) = READER.read(write(tmp_path, data))
    assert 0.8 < np.ptp(recording.waveform) < 1.6


def test_a_unit_that_is_none_of_voltage_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="physical dimension"):
        READER.read(write(tmp_path, edf_bytes(EEG, CLICKS, unit="mmHg")))


def test_a_fif_file_keeps_its_clock_when_it_was_cropped(tmp_path: Path) -> None:
    mne = pytest.importorskip("mne")
    info = mne.create_info(["Cz"], 8000.0, "eeg", verbose="ERROR")
    raw = mne.io.RawArray(EEG[np.newaxis] * 1e-6, info, verbose="ERROR")
    raw.set_annotations(mne.Annotations([t for t, _ in CLICKS], 0.0, "tone 1 kHz 80 dB SPL"))
    path = tmp_path / "ear_raw.fif"
    raw.crop(0.5, 2.5).save(path, verbose="ERROR")
    (recording,) = READER.read(path)
    assert recording.stimulus.label == "1 kHz tone"
    peak_ms = recording.time_ms[np.argmax(recording.waveform)]
    assert peak_ms == pytest.approx(5.8, abs=0.2)


def write_brainvision(folder: Path, data_name: str = "ear.eeg") -> Path:
    (folder / "ear.eeg").write_bytes((EEG * 1000).astype("<i2").tobytes())
    markers = "\n".join(
        f"Mk{k}=Comment,click 80 dB nHL,{round(t * 8000) + 1},1,0"
        for k, (t, _) in enumerate(STIMULI, start=1)
    )
    (folder / "ear.vmrk").write_text(
        "Brain Vision Data Exchange Marker File, Version 1.0\n[Common Infos]\nCodepage=UTF-8\n"
        f"DataFile=ear.eeg\n[Marker Infos]\n{markers}\n"
    )
    path = folder / "ear.vhdr"
    path.write_text(
        "Brain Vision Data Exchange Header File Version 1.0\n[Common Infos]\nCodepage=UTF-8\n"
        f"DataFile={data_name}\nMarkerFile=ear.vmrk\nDataFormat=BINARY\n"
        "DataOrientation=MULTIPLEXED\nNumberOfChannels=1\nSamplingInterval=125\n"
        "[Binary Infos]\nBinaryFormat=INT_16\n[Channel Infos]\nCh1=Cz,,0.001,uV\n"
    )
    return path


def test_brainvision_reads_through_its_header(tmp_path: Path) -> None:
    path = write_brainvision(tmp_path)
    assert READER.sniff(peek(path))
    assert READER.companion(tmp_path / "ear.eeg")
    assert READER.companion(tmp_path / "ear.vmrk")
    (recording,) = READER.read(path)
    assert recording.sweeps == 112
    assert recording.time_ms[np.argmax(recording.waveform)] == pytest.approx(5.8, abs=0.2)


def test_brainvision_data_elsewhere_is_not_followed(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    (tmp_path / "ear.eeg").write_bytes(bytes(1000))
    with pytest.raises(FormatError, match="beside the header"):
        READER.read(write_brainvision(inner, "../ear.eeg"))


def test_without_mne_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mne", None)
    with pytest.raises(FormatError, match=r'pip install "evoscope\[eeg\]"'):
        READER.read(build_mne(tmp_path))


def test_annotations_that_name_no_level_are_listed(tmp_path: Path) -> None:
    notes = [(0.5, "eyes closed"), (0.9, "cough")]
    with pytest.raises(FormatError, match="Found 'cough', 'eyes closed'"):
        READER.read(write(tmp_path, edf_bytes(EEG, notes)))


def test_a_guessed_channel_is_said(tmp_path: Path) -> None:
    mne = pytest.importorskip("mne")
    info = mne.create_info(["one", "two"], 8000.0, "eeg", verbose="ERROR")
    raw = mne.io.RawArray(np.stack([EEG, -EEG]) * 1e-6, info, verbose="ERROR")
    raw.set_annotations(mne.Annotations([t for t, _ in CLICKS], 0.0, "80 dB"))
    raw.save(tmp_path / "ear_raw.fif", verbose="ERROR")
    (recording,) = READER.read(tmp_path / "ear_raw.fif")
    assert "the first, one, was taken" in recording.warnings[0]


def test_the_only_channel_is_no_guess(tmp_path: Path) -> None:
    (recording,) = READER.read(write(tmp_path, edf_bytes(EEG, CLICKS, label="left")))
    assert recording.warnings == ()


def test_mne_says_nothing_and_warns_of_nothing(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    # A physical range of zero makes MNE warn.
    data = edf_bytes(EEG, CLICKS).replace(b"-1      ", b"1       ", 1)
    path = write(tmp_path, data)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        READER.read(path)
    assert caught == []
    assert capfd.readouterr() == ("", "")
