"""SmartEP text: microvolts, halves, time zero and padding, right for each record."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from evoscope.abr.formats import group, ihs, read_recordings, write_ihs
from evoscope.abr.formats.errors import FormatError
from evoscope.abr.recording import Recording, Stimulus, Subject

from .builders_text import ihs_text, recording, response


def read(tmp_path: Path, records: list[dict[str, Any]], **layout: Any) -> list[Recording]:
    path = tmp_path / "P1-60db.TXT"
    path.write_text(ihs_text(records, **layout))
    return read_recordings(path)


def test_counts_become_microvolts_and_halves_average_to_the_average(tmp_path: Path) -> None:
    (rec,) = read(tmp_path, [{"level": 60}])
    expected = response(256, 20_000, 21, 60)
    np.testing.assert_allclose(rec.waveform, expected, atol=1e-5)
    assert rec.halves is not None
    np.testing.assert_allclose(rec.halves.mean(axis=0), rec.waveform, atol=1e-6)
    np.testing.assert_allclose(rec.halves[0] - rec.halves[1], 0.02, atol=1e-4)


def test_a_five_volt_device_is_recognised_by_its_own_microvolts(tmp_path: Path) -> None:
    (rec,) = read(tmp_path, [{"level": 60}], ad_volts=5.0)
    np.testing.assert_allclose(rec.waveform, response(256, 20_000, 21, 60), atol=1e-5)
    assert rec.warnings == ()


def test_time_zero_is_the_data_point_named_zero_position(tmp_path: Path) -> None:
    # Data points count from 1: point 21 is index 20.
    (rec,) = read(tmp_path, [{"level": 60, "zero": 21}])
    assert rec.onset_sample == 20
    assert rec.time_ms[20] == 0


def test_records_of_one_file_keep_their_own_clock(tmp_path: Path) -> None:
    slow, fast = read(
        tmp_path, [{"level": 60}, {"level": 60, "period_us": 25, "zero": 41, "freq": 4000}]
    )
    assert (slow.sampling_rate_hz, fast.sampling_rate_hz) == (20_000, 40_000)
    assert (slow.time_ms[0], fast.time_ms[0]) == (-1.0, -1.0)
    assert (slow.stimulus.kind, fast.stimulus.label) == ("click", "4 kHz tone")


def test_zero_padding_is_not_signal(tmp_path: Path) -> None:
    padded, whole = read(tmp_path, [{"level": 60, "padding": 15}, {"level": 60}])
    assert padded.n_samples == 256 - 15
    assert padded.time_ms[0] == pytest.approx(whole.time_ms[15])
    np.testing.assert_array_equal(padded.waveform, whole.waveform[15:])


def test_an_empty_record_is_kept_and_says_so(tmp_path: Path) -> None:
    flat, good = read(tmp_path, [{"level": 60, "padding": 256}, {"level": 60}])
    assert flat.warnings == ("All samples are zero.",)
    assert flat.n_samples == 256
    assert good.warnings == ()


def test_the_header_is_understood(tmp_path: Path) -> None:
    (rec,) = read(tmp_path, [{"level": 60, "ear": "L"}], comment=True)
    assert rec.subject == Subject(id="P1", ear="left", species="human")
    assert rec.stimulus == Stimulus(kind="click", level_db=60, rate_hz=37.1)
    assert (rec.sweeps, rec.sweeps_rejected, rec.band_hz) == (1000, 7, (100, 3000))


def test_the_tube_delay_shows_in_the_zero_position(tmp_path: Path) -> None:
    # Half the buffer plus 0.9 ms: 128 + 18 at 50 us.
    (rec,) = read(tmp_path, [{"level": 60, "zero": 146}])
    assert rec.stimulus.tube_delay_ms == 0.9
    assert not rec.stimulus.tube_delay_included


@pytest.mark.parametrize(
    "columns", [["Average(uV)"], ["Average(uV)", "Buffer1(uV)", "Buffer2(uV)"]]
)
def test_microvolts_alone_are_enough(columns: list[str], tmp_path: Path) -> None:
    a, b = read(tmp_path, [{"level": 60}, {"level": 40}], columns=columns)
    np.testing.assert_allclose(a.waveform, response(256, 20_000, 21, 60), atol=6e-5)
    assert (b.level_db, b.halves is None) == (40.0, len(columns) == 1)


def test_counts_alone_are_read_and_the_assumed_range_is_named(tmp_path: Path) -> None:
    (rec,) = read(tmp_path, [{"level": 60}], columns=["Average", "Buffer1", "Buffer2"])
    np.testing.assert_allclose(rec.waveform, response(256, 20_000, 21, 60), atol=1e-5)
    assert "10 V is assumed" in rec.warnings[0]


def test_counts_that_contradict_the_microvolts_are_not_used(tmp_path: Path) -> None:
    path = tmp_path / "x.TXT"
    path.write_text(ihs_text([{"level": 60}]).replace("Sweeps:,1000", "Sweeps:,300"))
    (rec,) = read_recordings(path)
    np.testing.assert_allclose(rec.waveform, response(256, 20_000, 21, 60), atol=6e-5)
    assert "do not fit" in rec.warnings[0]


def test_a_bad_record_does_not_take_the_others_with_it(tmp_path: Path) -> None:
    path = tmp_path / "x.TXT"
    path.write_text(
        ihs_text([{"level": 60}, {"level": 50}]).replace("Intensity:,60", "Intensity:,loud")
    )
    (rec,) = read_recordings(path)
    assert rec.level_db == 50
    assert rec.warnings[0].startswith("record 1 was left out: 'intensity' should be a number")


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("  20,", "  20,x", "line 35, cell 2"),
        ("  20,", "  22,", "column 'Data Pnt'"),
        ("Data Pnt:", "Something:", "header"),
    ],
)
def test_a_damaged_file_names_the_place(old: str, new: str, place: str, tmp_path: Path) -> None:
    path = tmp_path / "x.TXT"
    path.write_text(
        ihs_text([{"level": 60}]).replace(
            f"\n{old}" if old[0] == " " else old, f"\n{new}" if old[0] == " " else new
        )
    )
    with pytest.raises(FormatError) as caught:
        read_recordings(path)
    assert caught.value.place == place


def test_a_file_cut_between_rows_is_read_with_a_warning(tmp_path: Path) -> None:
    path = tmp_path / "x.TXT"
    path.write_text("\n".join(ihs_text([{"level": 60}]).split("\n")[:200]) + "\n")
    (rec,) = read_recordings(path)
    assert "may have been cut short" in rec.warnings[0]


def test_what_is_written_reads_back_within_a_count(tmp_path: Path) -> None:
    left = Subject(id="left ear", ear="left", species="human")
    records = [
        recording(20, subject=left),
        recording(60, subject=left, halves=None, onset_sample=14.6),
    ]
    back = read_recordings(write_ihs(records, tmp_path / "left ear.TXT.gz"))
    for before, after in zip(records, back, strict=True):
        # One count of 2,000 sweeps at 100k is 1.5e-6 uV.
        np.testing.assert_allclose(after.waveform, before.waveform, atol=2e-6)
        assert after.onset_sample == pytest.approx(before.onset_sample)
        assert after.stimulus == before.stimulus
        assert after.subject == before.subject
        assert (after.sweeps, after.sweeps_rejected) == (before.sweeps, before.sweeps_rejected)
        assert after.band_hz == before.band_hz
        assert after.warnings == ()  # 240 points are no sign of a file cut short: nobody cut it
    assert back[0].halves is not None
    np.testing.assert_allclose(back[0].halves, records[0].halves, atol=4e-6)
    assert back[1].halves is None


@pytest.mark.parametrize(
    "records", [[], [recording(60, sweeps=None)], [recording(60), recording(50, n=100)]]
)
def test_what_the_format_cannot_hold_is_refused_and_leaves_no_file(
    records: list[Recording], tmp_path: Path
) -> None:
    with pytest.raises(ValueError, match="should"):
        write_ihs(records, tmp_path / "x.TXT")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.realdata
def test_real_human_clicks(real_data: Path) -> None:
    folder = real_data / "abr" / "human_click_ihs" / "txt"
    recordings = [r for path in sorted(folder.iterdir()) for r in read_recordings(path)]
    series = group(recordings)
    assert [(s.key.subject, s.key.ear, len(s), len(s.levels_db)) for s in series] == [
        ("P3_TEMP-03", "right", 117, 13),
        ("P6_TEMP-06", "right", 118, 13),
    ]
    assert {r.sampling_rate_hz for r in recordings} == {20_000, 40_000}
    for r in recordings:
        assert r.warnings == ()
        assert r.halves is not None
        np.testing.assert_allclose(r.halves.mean(axis=0), r.waveform, atol=1e-6)
        window = (r.time_ms >= 0) & (r.time_ms <= 12)
        assert 0.05 < np.ptp(r.waveform[window]) < 1.2
        assert not np.any((r.waveform[:-8] == 0) & (r.waveform[8:] == 0) & (r.waveform[4:-4] == 0))
        assert r.time_ms[-1] > 11.8
        assert r.stimulus.tube_delay_ms == 0.9
    # The two clocks of the mixed file agree: wave V of the ear lies at one latency.
    mixed = [r for r in recordings if "P6_TEMP-06-55db" in r.source.path]
    latency = {
        rate: np.mean(
            [
                t[np.argmax(w[(t > 5.5) & (t < 7.5)]) + np.flatnonzero(t > 5.5)[0]]
                for t, w in ((r.time_ms, r.waveform) for r in mixed if r.sampling_rate_hz == rate)
            ]
        )
        for rate in (20_000, 40_000)
    }
    assert abs(latency[20_000] - latency[40_000]) < 0.08


def test_whole_tables_are_read_as_rows_are() -> None:
    # The fast way must give the same bits, or step aside: a reader's numbers depend on neither.
    rng = np.random.default_rng(0)
    names = ["data pnt", *(f"c{i}" for i in range(6)), ""]
    lines = [
        ",".join([str(i), *(f"{v:.7g}" for v in rng.standard_normal(6) * 10.0**i), ""])
        for i in range(-5, 30)
    ]
    whole = ihs._at_once(lines, names)
    rows = ihs._row_by_row(list(enumerate(lines)), names, Path("a.txt"))
    assert whole is not None
    np.testing.assert_array_equal(whole, rows)


@pytest.mark.parametrize(
    "odd", ["1,2,,4", "1,2,3", "1,2,3,4,5", "1,x,3,4", "1,2,3,"], ids=lambda line: line
)
def test_a_table_with_an_odd_row_is_read_row_by_row(odd: str) -> None:
    names = ["data pnt", "a", "b", "c"]
    assert ihs._at_once(["0,1,2,3", odd], names) is None


def test_a_count_of_minus_zero_is_zero_however_its_row_is_read(tmp_path: Path) -> None:
    # Else a copy whose rows are read the other way is another measurement.
    text = ihs_text([{"level": 60}])
    line = text.splitlines()[40]
    first, count, rest = line.split(",", 2)
    path = tmp_path / "a.TXT"
    bits = set()
    for zero in ("       0", "      -0", "    -0.0", "      0_0"):  # the last: read row by row
        path.write_text(text.replace(line, f"{first},{zero},{rest}"))
        (one,) = read_recordings(path)
        bits.add(one.waveform.tobytes())
    assert len(bits) == 1, count
