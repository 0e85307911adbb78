"""What is written for a device's own program has the rows that program writes, by name."""

from __future__ import annotations

import gzip
import os
import stat
from pathlib import Path

import pytest

from evoscope.abr.formats import write_epl, write_ihs
from evoscope.abr.formats.text import write_atomically
from evoscope.abr.recording import Ear, Stimulus, Subject

from .builders_text import recording


def test_smartep_rows_are_spelled_as_the_device_spells_them(tmp_path: Path) -> None:
    tone = Stimulus(kind="tone", frequency_hz=4000, level_db=72.5, rate_hz=21.1, masking_db=40)
    click = Stimulus(kind="click", level_db=60)
    records = [
        recording(stimulus=tone, subject=Subject(id="x", ear="left"), onset_sample=14.6),
        recording(stimulus=click, subject=Subject(id="x", ear="both"), halves=None, band_hz=None,
                  sweeps_rejected=None),
    ]  # fmt: skip
    lines = write_ihs(records, tmp_path / "a.TXT").read_bytes().decode("latin-1").split("\n")
    assert [line.split(",") for line in lines[:20]] == [
        [name, first, "", "", "", "", "", second, "", "", "", "", ""]
        for name, first, second in (
            ("Identifier:", "SYNTHETIC", "SYNTHETIC"), ("File Name:", "R72.5.1", "R60.2"),
            ("Ear:", "L", "B"), ("Channel:", "1", "1"), ("Buffer:", "0", "0"),
            ("Intensity:", "72.5", "60"), ("Stim. Rate:", " 21.10", " 0.00"),
            ("Stim. Mode:", "0", "0"), ("Sweeps:", "2000", "2000"), ("Artifacts:", "3", "0"),
            ("Smp. Period:", "50", "50"), ("Amp. Gain:", "100.00", "100.00"),
            ("Low Pass:", "3000.00", ""), ("High Pass:", "100.00", ""),
            ("Notch Filter:", "FALSE", "FALSE"), ("Stimulus:", "1", "1"),
            ("Stim. Freq.", "4000", "0"), ("Stim. Dur.:", "4", "4"), ("Masking:", "40", "0"),
            ("Zero Position:", "15.6", "21"),
        )
    ]  # fmt: skip
    columns = ["Average:", "Average(uV):", "Buffer1:", "Buffer1(uV):", "Buffer2:", "Buffer2(uV):"]
    assert lines[20].split(",") == ["Data Pnt:", *columns, *columns, ""]
    first = lines[21].split(",")
    assert (first[0], len(first), first[9:]) == ("   1", 14, ["", "", "", "", ""])
    # Counts are what the microvolts beside them say: 10 V over 32,767, gain 100,000, sweeps.
    for at, sweeps in ((1, 2000), (3, 1000), (5, 1000), (7, 2000)):
        microvolts = int(first[at]) * 10.0 * 1e6 / (sweeps * 32767 * 100_000)
        assert float(first[at + 1]) == pytest.approx(microvolts, abs=6e-5)
    assert int(first[1]) == int(first[3]) + int(first[5])
    assert lines[-1] == ""
    assert len(lines) == 21 + 240 + 1


@pytest.mark.parametrize(("ear", "letter"), [("right", "R"), ("left", "L"), ("unknown", "")])
def test_cfts_rows_are_spelled_as_the_program_spells_them(
    ear: Ear, letter: str, tmp_path: Path
) -> None:
    records = [
        recording(level, stimulus=Stimulus(kind="click", level_db=level), sweeps=None,
                  subject=Subject(id="x", ear=ear), onset_sample=0.4, sampling_rate_hz=1e5)
        for level in (62.5, 20)
    ]  # fmt: skip
    lines = write_epl(records, tmp_path / "ABR-9-2").read_bytes().decode("latin-1").split("\r\n")
    assert lines[:6] == [
        ":RUN-1\tLEVEL SWEEP\t",
        f":SW EAR: {letter}\tSW FREQ: CLICK\t# AVERAGES: 0\tREP RATE (/sec): 0\tDRIVER: synthetic\t"
        "SAMPLE (µsec): 10\t",
        ":NOTES-",
        ":CHAMBER-0",
        ":LEVELS:20;62.5;",
        ":DATA",
    ]
    cells = lines[6].split("\t")
    assert cells == [f"{records[1].waveform[0]: .6f}", f"{records[0].waveform[0]: .6f}"]
    assert lines[6 + 240 :] == ["", ""]  # an empty line ends the program's files


@pytest.mark.parametrize(
    ("onset", "fits"), [(-0.5, True), (-0.6, False), (239.4, True), (240.0, False)]
)
def test_a_sweep_begins_at_the_sound_wherever_it_lies_in_the_recording(
    onset: float, fits: bool, tmp_path: Path
) -> None:
    path = tmp_path / "ABR-9-2"
    if fits:
        write_epl([recording(onset_sample=onset)], path)
        assert len(path.read_bytes().split(b"\r\n")) == 6 + 240 - max(round(onset), 0) + 2
        return
    with pytest.raises(
        ValueError, match=r"onset should lie in the recording. Found sample -?\d+\."
    ):
        write_epl([recording(onset_sample=onset)], path)
    assert not path.exists()


def test_two_stimuli_or_sweep_counts_are_no_level_sweep(tmp_path: Path) -> None:
    other = recording(50, sweeps=1000)
    with pytest.raises(
        ValueError, match=r"^A CFTS .* Found 2 recordings, 2 levels, 1 clocks, 2 st"
    ):
        write_epl([recording(60), other], tmp_path / "x")


def test_recordings_without_sweeps_or_of_two_lengths_are_no_smartep_file(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"^An IHS file should .* Found \[100, 240\]\.$"):
        write_ihs([recording(60), recording(50, n=100)], tmp_path / "x")
    with pytest.raises(ValueError, match=r"^IHS counts are .* should state sweeps\.$"):
        write_ihs([recording(60), recording(50, sweeps=None)], tmp_path / "x")


@pytest.mark.parametrize("name", ["a.txt", "a.txt.GZ"])
def test_a_file_is_everyones_who_may_read_here_and_the_same_each_time(
    name: str, tmp_path: Path
) -> None:
    path = tmp_path / name
    umask = os.umask(0o022)
    try:
        assert write_atomically(path, "µ\n", "latin-1") == path
    finally:
        os.umask(umask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o644
    data = path.read_bytes()
    if name == "a.txt":
        assert data == b"\xb5\n"
    else:
        assert gzip.decompress(data) == b"\xb5\n"
        assert data[4:8] == bytes(4)  # no clock in it
    assert [one.name for one in tmp_path.iterdir()] == [name]
