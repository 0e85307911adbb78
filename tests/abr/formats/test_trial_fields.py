"""psi and EEG files at their edges: trials of no condition are counted, and none is invented."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from evoscope.abr.formats import (
    mne_format,
    psi,
    psi_averages,
)
from evoscope.abr.formats.annotation_grammar import parse_annotation
from evoscope.abr.formats.errors import FormatError
from evoscope.abr.formats.reader import Reader, peek
from evoscope.abr.recording import Recording

from .builders_binary import (
    build_psi,
    build_psi_averages,
    edf_bytes,
    eeg_with_responses,
    psi_trials,
    write_psi,
)


def read(reader: Reader, folder: Path, data: str | bytes, name: str = "a.txt") -> list[Recording]:
    path = folder / name
    path.write_bytes(data.encode("latin-1") if isinstance(data, str) else data)
    return reader.read(path)


def test_trials_without_a_level_or_a_time_are_counted(tmp_path: Path) -> None:
    folder = build_psi(tmp_path)
    table = folder / "erp_metadata.csv"
    rows = table.read_text().splitlines()
    rows[2] = rows[2].replace(",80,", ",,")
    rows[4] = "3,x,8000,80,1,interleaved_ramp,81"
    table.write_text("\n".join(rows))
    found = psi.READER.read(folder)
    assert {r.warnings for r in found} == {("2 trials state no time, level or frequency.",)}
    assert sum(r.sweeps or 0 for r in found) == 38
    assert [r.source.record for r in found] == [0, 1]


def test_more_conditions_than_any_study_has_are_shifted_columns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = build_psi(tmp_path)
    monkeypatch.setattr(psi, "_MAX_CONDITIONS", 2)
    assert len(psi.READER.read(folder)) == 2
    monkeypatch.setattr(psi, "_MAX_CONDITIONS", 1)
    with pytest.raises(FormatError) as caught:
        psi.READER.read(folder)
    assert (caught.value.path, caught.value.place) == (str(folder), "erp_metadata.csv")
    assert caught.value.reason == "At most 1 conditions should occur. Found 2."
    assert caught.value.hint == "The columns may be shifted: compare the header with the rows."


def test_one_trial_is_an_average_without_halves(tmp_path: Path) -> None:
    trials = [*psi_trials(1, levels=(80.0,)), (0.4, 8000.0, 60.0, 1), (0.5, 8000.0, 60.0, 1)]
    two, one = psi.READER.read(write_psi(tmp_path, trials=trials))
    assert one.epochs is not None
    assert (one.halves, one.sweeps) == (None, 1)
    assert two.halves is not None
    trial = one.epochs.load()[0]
    margin = round(one.epochs.onset_sample - one.onset_sample)
    np.testing.assert_array_equal(one.waveform, trial[margin:-margin])


def test_one_polarity_and_no_rate_are_not_invented(tmp_path: Path) -> None:
    trials = [(t, f, level, 1) for t, f, level, _ in psi_trials(levels=(80.0,))]
    folder = write_psi(tmp_path, trials=trials)
    table = folder / "erp_metadata.csv"
    table.write_text(table.read_text().replace(",rate", ",pace"))
    (one,) = psi.READER.read(folder)
    assert (one.stimulus.polarity, one.stimulus.rate_hz, one.stimulus.kind) == (
        "unknown", None, "tone",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("edit", "kind", "sweeps"),
    [(("4000.0", "0.0"), "click", 512), (("512", "0"), "tone", None), (("512", "1"), "tone", 1)],
)
def test_an_average_of_no_frequency_is_a_click(
    edit: tuple[str, str], kind: str, sweeps: int | None, tmp_path: Path
) -> None:
    path = build_psi_averages(tmp_path)
    path.write_text(path.read_text().replace(*edit, 1))
    one = psi_averages.READER.read(path)[0]
    assert (one.stimulus.kind, one.sweeps) == (kind, sweeps)
    assert (one.stimulus.frequency_hz is None) == (kind == "click")
    assert one.source.format == "psi-averages"


def test_averages_are_evenly_timed_to_a_percent(tmp_path: Path) -> None:
    for late, even in ((1.005, True), (1.03, False)):
        path = build_psi_averages(tmp_path)
        rows = path.read_text().splitlines()
        time_s, _, rest = rows[20].partition(",")
        rows[20] = f"{float(time_s) + (late - 1) / 12_500!r},{rest}"
        path.write_text("\n".join(rows))
        if even:
            assert psi_averages.READER.read(path)[0].sampling_rate_hz == 12_500
        else:
            with pytest.raises(FormatError, match="rise evenly"):
                psi_averages.READER.read(path)


def test_averages_are_named_after_file_or_folder(tmp_path: Path) -> None:
    folder = tmp_path / "m3 abr_io"
    folder.mkdir()
    path = build_psi_averages(tmp_path)
    for name, subject in (("ABR average waveforms.csv", "m3"), ("x.csv", "m3"),
                          ("m4 abr_io ABR average waveforms.csv", "m4")):  # fmt: skip
        moved = path.rename(folder / name)
        assert psi_averages.READER.read(moved)[0].subject.id == subject
        path = moved


def test_flat_averages_are_left_out_and_named_up_to_five(tmp_path: Path) -> None:
    path = build_psi_averages(tmp_path)
    rows = path.read_text().splitlines()
    head = [f"{row.split(',')[0]},{','.join([row.split(',')[1] or ''] * 8)}" for row in rows[:5]]
    body = [f"{row.split(',')[0]},{row.split(',')[1]},0,0,0,0,0,0,0" for row in rows[5:]]
    path.write_text("\n".join([*head, *body]))
    (one,) = psi_averages.READER.read(path)
    assert one.warnings == tuple(
        f"Column {i} was left out: It should hold a signal. Found the constant 0 uV."
        for i in range(3, 8)
    )


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("chirp 2 kHz 60 dB", ("chirp", 2000.0, 60.0, "unknown", "unknown", "")),
        ("CLICK, 60DB NHL; RIGHT", ("click", None, 60.0, "nHL", "right", "")),
        ("click 500 hz +5.5db pespl", ("click", None, 5.5, "peSPL", "unknown", "")),
        ("trigger / 60 dB rarefaction", ("unknown", None, 60.0, "unknown", "unknown",
                                         "rarefaction")),
        (" -5.5 ", ("unknown", None, -5.5, "unknown", "unknown", "")),
        ("60 dB" + " " * 195, ("unknown", None, 60.0, "unknown", "unknown", "")),
        ("60 dB," + "," * 194, ("unknown", None, 60.0, "unknown", "unknown", "")),
        ("60 dB," + "," * 195, None),
        ("60 dB 5", None),
    ],
)  # fmt: skip
def test_an_annotation_is_a_stimulus_or_it_is_not(
    said: str, expected: tuple[object, ...] | None
) -> None:
    parsed = parse_annotation(said)
    if expected is None or parsed is None:
        assert parsed is expected
        return
    condition, word = parsed
    assert (condition.kind, condition.frequency_hz, condition.level_db, condition.reference,
            condition.ear, word) == expected  # fmt: skip
    stimulus = condition.stimulus()
    assert (stimulus.kind, stimulus.frequency_hz, stimulus.level_db) == expected[:3]


EEG = eeg_with_responses([(0.1 + k * 0.05, 80.0) for k in range(56)])


def test_a_condition_that_cannot_be_is_left_out_and_named(tmp_path: Path) -> None:
    notes = [(0.1 + k * 0.05, "click 80 dB") for k in range(56)]
    notes += [(0.5, "click 900 dB"), (0.001, "click 20 dB left")]
    (one,) = read(mne_format.READER, tmp_path, edf_bytes(EEG, notes, patient="X X X X"), "m1.edf")
    assert one.subject.id == "m1"
    assert sorted(w[:30] for w in one.warnings) == [
        "20 dB was left out: no usable ", "900 dB was left out: level_db ",
    ]  # fmt: skip
    assert (one.sweeps, one.source.format) == (56, "mne")


def test_an_eeg_without_an_eeg_channel_names_what_it_has(tmp_path: Path) -> None:
    mne = pytest.importorskip("mne")
    info = mne.create_info(["a", "b"], 8000.0, "misc", verbose="ERROR")
    raw = mne.io.RawArray(np.stack([EEG, EEG]), info, verbose="ERROR")
    raw.set_annotations(mne.Annotations([0.5], 0.0, "80 dB"))
    raw.save(tmp_path / "ear_raw.fif", verbose="ERROR")
    with pytest.raises(FormatError) as caught:
        mne_format.READER.read(tmp_path / "ear_raw.fif")
    assert (caught.value.path, caught.value.place) == (str(tmp_path / "ear_raw.fif"), "channels")
    assert caught.value.reason == "At least one EEG channel should be there. Found a, b."
    assert caught.value.hint == "Export the recording with its EEG channels."


@pytest.mark.parametrize(
    ("data", "known"),
    [(b"\xffBIOSEMI", True), (b"BrainVision data exchange header file", True),
     (b"\xef\xbb\xbf Brain Vision Data Exchange Header File 2", True),
     (bytes.fromhex("000000640000001f00000014"), True), (b"0       " + b"x" * 250, False),
     (b"0       " + b"x" * 176 + b" 768    x", True), (b"Brain Vision", False)],
)  # fmt: skip
def test_an_eeg_file_is_known_by_its_beginning(data: bytes, known: bool, tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(data)
    assert mne_format.READER.sniff(peek(tmp_path / "a")) == known
