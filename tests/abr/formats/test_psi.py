"""psi folders: trials at the wrong time, or halves of one polarity each, ruin a threshold."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from scipy.signal import butter, sosfiltfilt

from evoscope.abr.formats import continuous_eeg, psi_averages
from evoscope.abr.formats.continuous_eeg import fair_halves
from evoscope.abr.formats.errors import FormatError
from evoscope.abr.formats.psi import READER
from evoscope.abr.formats.reader import peek

from .builders_binary import build_psi, build_psi_averages, psi_trials, response, write_psi


def edit(path: Path, **changes: object) -> None:
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def test_the_average_is_the_response_that_was_there(tmp_path: Path) -> None:
    quiet, loud = READER.read(write_psi(tmp_path, trials=psi_trials(200)))
    assert (quiet.level_db, loud.level_db) == (20.0, 80.0)
    expected = response(281, 20_000.0, loud.onset_sample, 80.0)
    after = loud.time_ms > 0
    # 0.5 uV of EEG over 200 trials leaves 0.035 uV.
    assert np.std(loud.waveform[after] - expected[after]) < 0.06
    peak_ms = loud.time_ms[np.argmax(loud.waveform)]
    assert peak_ms == pytest.approx(5.8, abs=0.15)


def test_the_metadata_is_kept(tmp_path: Path) -> None:
    for recording in READER.read(build_psi(tmp_path)):
        assert recording.stimulus.label == "8 kHz tone"
        assert recording.stimulus.level_reference == "SPL"
        assert (recording.stimulus.rate_hz, recording.stimulus.polarity) == (81.0, "alternating")
        assert (recording.subject.id, recording.subject.species) == ("mouse9", "unknown")
        assert (recording.sweeps, recording.source.path) == (20, str(tmp_path / "mouse9 abr_io"))


def test_each_half_holds_both_polarities_so_the_microphonic_is_no_noise(tmp_path: Path) -> None:
    (loud,) = READER.read(
        write_psi(tmp_path, trials=psi_trials(400, levels=(80.0,)), microphonic_uv=20.0)
    )
    assert loud.halves is not None
    first_ms = (loud.time_ms >= 0) & (loud.time_ms < 1)
    half_difference = (loud.halves[0] - loud.halves[1])[first_ms] / 2
    assert np.abs(half_difference).max() < 0.2
    np.testing.assert_allclose(loud.halves.mean(axis=0), loud.waveform, atol=1e-6)


def test_trials_are_lazy_in_played_order_and_have_margins_to_filter_in(tmp_path: Path) -> None:
    loud = READER.read(build_psi(tmp_path))[1]
    epochs = loud.epochs
    assert epochs is not None
    assert epochs.load(slice(3, 7)).shape == (4, epochs.n_samples)
    assert epochs.inverted is not None
    assert epochs.inverted.tolist() == [False, True] * 10
    margin = round(epochs.onset_sample - loud.onset_sample)
    assert margin >= 0.005 * epochs.sampling_rate_hz
    assert epochs.n_samples == loud.n_samples + 2 * margin
    mean = epochs.load().mean(axis=0)[margin:-margin]
    np.testing.assert_allclose(mean, loud.waveform, atol=1e-5)


def test_corrections_in_the_attributes_are_applied(tmp_path: Path) -> None:
    plain = READER.read(build_psi(tmp_path / "a"))[1]
    settings = {"gain_correction": 2.0, "latency_correction": 0.001}
    moved = READER.read(write_psi(tmp_path / "b", attributes=settings))[1]
    assert np.ptp(moved.waveform) == pytest.approx(2 * np.ptp(plain.waveform), rel=0.2)
    late = plain.time_ms[np.argmax(plain.waveform)] - moved.time_ms[np.argmax(moved.waveform)]
    assert late == pytest.approx(1.0, abs=0.06)


def test_a_path_inside_the_folder_reads_the_folder(tmp_path: Path) -> None:
    folder = build_psi(tmp_path)
    for path in (folder, folder / "erp_metadata.csv", folder / "eeg.zarr"):
        assert READER.sniff(peek(path))
        assert len(READER.read(path)) == 2
    assert not READER.companion(folder)
    for part in ("erp_metadata.csv", "eeg.zarr", "eeg.zarr/0", "x ABR average waveforms.csv"):
        assert READER.companion(folder / part)
    assert not READER.companion(folder / "notes.txt")
    assert not READER.sniff(peek(tmp_path))


def test_trials_at_the_ends_and_with_nan_are_left_out_and_counted(tmp_path: Path) -> None:
    trials = psi_trials(20, levels=(80.0,))
    trials[0] = (0.001, *trials[0][1:])
    folder = write_psi(tmp_path, trials=trials)
    chunk = folder / "eeg.zarr" / "0"
    volts = np.fromfile(chunk, dtype="<f4")
    volts[round(trials[10][0] * 20_000) + 30] = np.nan
    volts.tofile(chunk)
    (recording,) = READER.read(folder)
    # The NaN lies in the trial before, too.
    assert recording.sweeps == 20 - 1 - 2
    assert recording.warnings == (
        "3 of 20 trials reach outside the recording or hold NaN: left out.",
    )


def test_an_eeg_too_long_for_memory_reads_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = build_psi(tmp_path)
    in_memory = READER.read(folder)
    monkeypatch.setattr(continuous_eeg, "_MOST_IN_MEMORY_BYTES", 1000)
    for first, second in zip(in_memory, READER.read(folder), strict=True):
        np.testing.assert_array_equal(first.waveform, second.waveform)
        assert isinstance(second.epochs.loader.eeg.microvolts, np.memmap)


def test_clicks_have_no_frequency(tmp_path: Path) -> None:
    folder = build_psi(tmp_path)
    table = folder / "erp_metadata.csv"
    text = table.read_text().replace("target_tone_", "target_click_")
    table.write_text(text.replace("target_click_frequency", "note"))
    assert {r.stimulus.label for r in READER.read(folder)} == {"click"}


def test_a_length_that_the_chunks_do_not_hold_is_refused(tmp_path: Path) -> None:
    folder = build_psi(tmp_path)
    edit(folder / "eeg.zarr" / ".zarray", shape=[500_000_000])
    with pytest.raises(FormatError, match="500000000 samples claimed"):
        READER.read(folder)


def test_missing_chunks_are_no_silence(tmp_path: Path) -> None:
    folder = build_psi(tmp_path)
    (folder / "eeg.zarr" / "1").unlink()
    with pytest.raises(FormatError, match="chunks"):
        READER.read(folder)


@pytest.mark.parametrize("rate", [None, "fast", 0.0, -1.0, float("nan"), 1e300, True])
def test_a_sampling_rate_that_cannot_be_is_named(tmp_path: Path, rate: object) -> None:
    folder = build_psi(tmp_path)
    edit(folder / "eeg.zarr" / ".zattrs", fs=rate)
    with pytest.raises(FormatError, match="attribute fs"):
        READER.read(folder)


def test_a_trial_list_without_levels_names_its_columns(tmp_path: Path) -> None:
    folder = build_psi(tmp_path)
    (folder / "erp_metadata.csv").write_text("t0,frequency\n1.0,8000\n")
    with pytest.raises(FormatError, match="Found t0, frequency"):
        READER.read(folder)


def test_a_quoted_note_and_a_row_that_ends_early_do_not_shift_the_columns(tmp_path: Path) -> None:
    folder = build_psi(tmp_path)
    table = folder / "erp_metadata.csv"
    before = READER.read(folder)
    head, *rows = table.read_text().splitlines()
    noted = [f'"a, b",{row}' for row in rows]
    table.write_text("\n".join([f"note,{head}", *noted, '"cut, here",1.0']))
    for first, second in zip(before, READER.read(folder), strict=True):
        np.testing.assert_array_equal(first.waveform, second.waveform)
        assert second.warnings == ("1 trials state no time, level or frequency.",)


@pytest.mark.parametrize(
    ("end", "says"), [("1,2,3,4,5,6,7,8", "8 cells under 7 names"), ('1,"never ended', "Error")]
)
def test_rows_that_cannot_be_under_the_header_are_refused(
    tmp_path: Path, end: str, says: str
) -> None:
    folder = build_psi(tmp_path)
    table = folder / "erp_metadata.csv"
    table.write_text(f"{table.read_text()}\n{end}")
    with pytest.raises(FormatError, match=says):
        READER.read(folder)


def test_processed_averages_are_volts_after_a_stacked_header(tmp_path: Path) -> None:
    path = build_psi_averages(tmp_path)
    assert psi_averages.READER.sniff(peek(path))
    recordings = psi_averages.READER.read(path)
    assert [(r.stimulus.frequency_hz, r.level_db) for r in recordings] == [
        (4000.0, 20.0), (4000.0, 80.0), (8000.0, 20.0), (8000.0, 80.0)
    ]  # fmt: skip
    loud = recordings[1]
    np.testing.assert_allclose(loud.waveform, response(125, 12_500.0, 12.0, 80.0), atol=1e-6)
    assert (loud.sampling_rate_hz, loud.sweeps, loud.subject.id) == (12_500.0, 512, "mouse9")
    assert loud.time_ms[0] == pytest.approx(-0.96)


def test_a_short_header_of_averages_reads_as_well(tmp_path: Path) -> None:
    path = build_psi_averages(tmp_path)
    lines = [line for line in path.read_text().splitlines() if not line.startswith("epoch")]
    path.write_text("\n".join(lines))
    assert [r.sweeps for r in psi_averages.READER.read(path)] == [None] * 4


def test_a_bad_column_of_averages_does_not_cost_the_others(tmp_path: Path) -> None:
    path = build_psi_averages(tmp_path)
    lines = path.read_text().splitlines()
    cells = lines[40].split(",")
    lines[40] = ",".join([cells[0], "nan", *cells[2:]])
    path.write_text("\n".join(lines))
    recordings = psi_averages.READER.read(path)
    assert len(recordings) == 3
    assert "Column 2 was left out" in recordings[0].warnings[0]


@pytest.mark.realdata
def test_the_real_mouse_reads_whole(real_data: Path) -> None:
    recordings = READER.read(real_data / "abr" / "mouse_psi" / "Example_2 abr_io")
    conditions = {(r.stimulus.frequency_hz, r.level_db) for r in recordings}
    assert len(conditions) == len(recordings) == 8 * 15
    assert {level for _, level in conditions} == {float(level) for level in range(15, 90, 5)}
    # The last of the 61,442 trials ends after the EEG does.
    assert sum(r.sweeps or 0 for r in recordings) == 61_441
    for recording in recordings:
        assert recording.epochs is not None
        assert 15.0 < np.std(recording.epochs.load(slice(0, 50))) < 60.0
    loudest = [r for r in recordings if r.level_db == 85.0]
    assert all(2.0 < np.ptp(r.waveform) < 10.0 for r in loudest)
    # The response at the loudest level, with the EEG's slow activity filtered away.
    for recording in loudest:
        epochs = recording.epochs
        assert epochs is not None
        assert epochs.inverted is not None
        band = butter(2, (300, 3000), "bandpass", fs=epochs.sampling_rate_hz, output="sos")
        in_a, trials = fair_halves(epochs.inverted), epochs.load()
        time_ms = (
            (np.arange(epochs.n_samples) - epochs.onset_sample) / epochs.sampling_rate_hz * 1e3
        )
        early = (time_ms > 1.0) & (time_ms < 6.0)
        first, second = (sosfiltfilt(band, trials[p].mean(axis=0))[early] for p in (in_a, ~in_a))
        assert np.corrcoef(first, second)[0, 1] > 0.8
        assert 1.0 < np.ptp(first + second) / 2 < 8.0


@pytest.mark.realdata
def test_the_real_mouse_reads_in_little_memory(real_data: Path) -> None:
    folder = real_data / "abr" / "mouse_psi" / "Example_2 abr_io"
    # The peak of this process alone: what getrusage says of children holds those of other tests.
    code = (
        "import sys; from pathlib import Path; from evoscope.abr.formats.psi import READER; "
        "READER.read(Path(sys.argv[1])); print(Path('/proc/self/status').read_text())"
    )
    told = subprocess.run(
        [sys.executable, "-c", code, str(folder)], check=True, capture_output=True, text=True
    ).stdout
    most_kib = next(int(line.split()[1]) for line in told.splitlines() if line.startswith("VmHWM"))
    assert most_kib < 700 * 1024
