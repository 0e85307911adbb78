"""TDT .arf: a scale, a level or a group read wrongly is a wrong threshold for a mouse."""

from __future__ import annotations

import csv
import struct
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from evoscope.abr.formats.arf import READER
from evoscope.abr.formats.errors import FormatError
from evoscope.abr.formats.reader import peek
from evoscope.abr.recording import series_key

from .builders_binary import arf_bytes, arf_records, build_arf, response


def write(folder: Path, data: bytes) -> Path:
    path = folder / "x.arf"
    path.write_bytes(data)
    return path


def test_volts_times_gain_are_the_microvolts_the_animal_had(tmp_path: Path) -> None:
    loudest = READER.read(build_arf(tmp_path))[0]
    np.testing.assert_allclose(loudest.waveform, response(244, 1e6 / 40.96, 0.0, 80.0), atol=1e-5)
    assert loudest.sampling_rate_hz == pytest.approx(24414.06, abs=0.01)


def test_what_the_file_says_of_a_record_is_kept(tmp_path: Path) -> None:
    records = READER.read(build_arf(tmp_path))
    assert [r.level_db for r in records] == [80.0, 60.0, 40.0]
    assert {(r.subject.id, r.subject.ear, r.subject.species) for r in records} == {
        ("M7", "left", "unknown")
    }
    assert {(r.stimulus.label, r.stimulus.level_reference) for r in records} == {
        ("8 kHz tone", "SPL")
    }
    assert {(r.sweeps, r.sweeps_rejected, r.onset_source) for r in records} == {(512, 3, "file")}


def test_the_older_biosigrp_is_told_apart_by_its_records(tmp_path: Path) -> None:
    rz = READER.read(build_arf(tmp_path))
    rp = READER.read(write(tmp_path, arf_bytes(arf_records(), time="I", points="h")))
    for new, old in zip(rz, rp, strict=True):
        np.testing.assert_array_equal(new.waveform, old.waveform)
        assert new.stimulus == old.stimulus
        assert (new.sweeps, new.subject) == (old.sweeps, old.subject)


def test_a_click_file_keeps_its_level_in_the_first_variable(tmp_path: Path) -> None:
    records = [{**r, "variables": (r["variables"][1], 0.1)} for r in arf_records()]
    data = arf_bytes(records, names=("Level", "Duration"), units=("dB", "ms"))
    clicks = READER.read(write(tmp_path, data))
    assert [(r.stimulus.kind, r.level_db) for r in clicks] == [
        ("click", 80.0), ("click", 60.0), ("click", 40.0)
    ]  # fmt: skip
    assert clicks[0].stimulus.frequency_hz is None
    assert clicks[0].stimulus.duration_ms == pytest.approx(0.1)


def test_frequency_in_khz_is_frequency_in_hz(tmp_path: Path) -> None:
    records = [{**r, "variables": (11.3137, r["variables"][1])} for r in arf_records()]
    tones = READER.read(write(tmp_path, arf_bytes(records, units=("kHz", "dB", "dB"))))
    assert tones[0].stimulus.frequency_hz == pytest.approx(11313.7)


def test_the_stimulus_may_come_after_the_recording_began(tmp_path: Path) -> None:
    records = [{**r, "delay_ms": 2.0} for r in arf_records()]
    recording = READER.read(write(tmp_path, arf_bytes(records)))[0]
    assert recording.time_ms[0] == pytest.approx(-2.0, abs=1e-3)


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"volts": np.zeros(244)}, "constant 0 uV"),
        ({"volts": np.full(244, np.nan)}, "nan uV"),
        ({"volts": np.full(244, 3e38)}, "inf uV"),
        ({"n_points": 60_000}, "60000 points"),
        ({"period_us": 0.0}, "Found 0"),
        ({"delay_ms": float("inf")}, "Found inf"),
        ({"variables": (8000.0, 900.0, 0.0)}, "900"),
    ],
)
def test_one_impossible_record_does_not_cost_the_others(
    tmp_path: Path, change: dict[str, object], found: str
) -> None:
    records = arf_records()
    records[1] |= change
    kept = READER.read(write(tmp_path, arf_bytes(records)))
    assert [r.level_db for r in kept] == [80.0, 40.0]
    for recording in kept:
        (warning,) = recording.warnings
        assert warning.startswith("Record 2 ")
        assert found in warning


def test_a_file_without_a_usable_record_says_why(tmp_path: Path) -> None:
    records = [{**r, "volts": np.zeros(244)} for r in arf_records()]
    with pytest.raises(FormatError, match=r"usable record .* constant 0 uV"):
        READER.read(write(tmp_path, arf_bytes(records)))


def test_a_file_without_levels_names_the_variables_it_has(tmp_path: Path) -> None:
    data = arf_bytes(arf_records(), names=("Freq", "Atten"))
    with pytest.raises(FormatError, match="Found Freq, Atten"):
        READER.read(write(tmp_path, data))


def test_records_that_share_bytes_are_refused_not_multiplied(tmp_path: Path) -> None:
    # 2,000 offsets to one large record would claim gigabytes from a small file.
    data = bytearray(arf_bytes(arf_records()))
    first = struct.unpack_from("<i", data, 806)[0]
    struct.pack_into("<h", data, 4, 2000)
    struct.pack_into("<2000i", data, 806, *[first] * 2000)
    kept = READER.read(write(tmp_path, bytes(data)))
    assert len(kept) == 1
    assert any("overlaps" in warning for warning in kept[0].warnings)


def test_two_channels_do_not_meet_as_replicates(tmp_path: Path) -> None:
    records = arf_records((80.0,)) + [{**r, "channel": 2} for r in arf_records((80.0,))]
    kept = READER.read(write(tmp_path, arf_bytes(records)))
    assert len({series_key(r) for r in kept}) == 2


def test_the_content_decides_not_the_name(tmp_path: Path) -> None:
    data = build_arf(tmp_path).read_bytes()
    renamed = tmp_path / "notes.txt"
    renamed.write_bytes(data)
    assert READER.sniff(peek(renamed))
    renamed.write_text("Mouse 7: sleepy.\n" * 1000)
    assert not READER.sniff(peek(renamed))


@pytest.mark.realdata
def test_every_real_mouse_reads_with_its_records(real_data: Path) -> None:
    counts = {}
    for path in sorted((real_data / "abr" / "mouse_tdt_samp8" / "arf").glob("*.arf")):
        assert READER.sniff(peek(path))
        recordings = READER.read(path)
        counts[path.stem.split("_", 2)[2]] = len(recordings)
        series = Counter(series_key(r) for r in recordings)
        # Five frequencies of one mouse are five series, its clicks are one.
        assert len(series) == (1 if "click" in path.stem else 5)
        loudest = [r for r in recordings if r.level_db == max(q.level_db for q in recordings)]
        assert 0.3 < np.median([np.ptp(r.waveform) for r in loudest]) < 10.0
    assert counts == {
        "1279_click": 12, "1279_tone": 73, "1281_click": 9, "1281_tone": 49, "1285_click": 4,
        "1285_tone": 57, "1287_click": 14, "1287_tone": 74, "1283_click": 13, "1283_tone": 75,
        "1289_click": 17, "1289_tone": 71, "1291_click": 5, "1291_tone": 51,
    }  # fmt: skip


@pytest.mark.realdata
def test_the_real_all_zero_record_is_left_out_and_named(real_data: Path) -> None:
    recordings = READER.read(
        real_data / "abr" / "mouse_tdt_samp8" / "arf" / "B1_baseline_1287_click.arf"
    )
    assert {r.warnings for r in recordings} == {
        ("Record 1 should hold a signal. Found the constant 0 uV; it was left out.",)
    }
    assert [r.level_db for r in recordings].count(90.0) == 1


@pytest.mark.realdata
def test_real_ears_of_one_file_stay_apart(real_data: Path) -> None:
    recordings = READER.read(real_data / "abr" / "rodent_tdt" / "stankovic_Example ABR.arf")
    assert len(recordings) == 261
    series = Counter((r.subject.id, r.subject.ear, r.stimulus.frequency_hz) for r in recordings)
    assert len(series) == 2 * 2 * 5
    assert sorted(set(series.values())) == [13, 14]


@pytest.mark.realdata
def test_the_scale_is_the_one_biosig_itself_exports(real_data: Path) -> None:
    """A sibling mouse, exported by BioSigRZ itself: without gain, 20 times."""
    with (real_data / "abr" / "rodent_tdt" / "B1_1282_tone baseline.csv").open() as file:
        rows = list(csv.reader(file))
    first = rows[0].index("Data(uv)...") + 1
    exported = [np.ptp([float(v) for v in row[first : first + 244]]) for row in rows[1:] if row]
    read = [
        np.ptp(r.waveform)
        for path in (real_data / "abr" / "mouse_tdt_samp8" / "arf").glob("*tone.arf")
        for r in READER.read(path)
    ]
    assert 1 / 3 < np.median(read) / np.median(exported) < 3
