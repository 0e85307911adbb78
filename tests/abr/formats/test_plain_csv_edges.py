"""Plain CSVs at their edges: units, halves and clocks that a spreadsheet nearly got right."""

from __future__ import annotations

from pathlib import Path

import pytest

from evoscope.abr.formats import (
    plain_csv,
)
from evoscope.abr.formats.errors import FormatError
from evoscope.abr.formats.reader import HEAD_BYTES, Reader, peek
from evoscope.abr.recording import Recording

from .builders_text import plain_rows

N = ",".join(map(str, range(20)))
ROW = ",".join(["0.1"] * 20)


def read(reader: Reader, folder: Path, data: str | bytes, name: str = "a.txt") -> list[Recording]:
    path = folder / name
    path.write_bytes(data.encode("latin-1") if isinstance(data, str) else data)
    return reader.read(path)


def test_a_plain_csv_is_not_a_folder_nor_binary(tmp_path: Path) -> None:
    for text, known in ((plain_rows(), True), (plain_rows() + "\0", False), ("a\n", False)):
        (tmp_path / "a.csv").write_text(text)
        head = peek(tmp_path / "a.csv")
        assert len(head.data) < HEAD_BYTES
        assert plain_csv.READER.sniff(head) == known
    assert not plain_csv.READER.sniff(peek(tmp_path))


def test_the_table_of_abra_has_rows_of_ten_milliseconds(tmp_path: Path) -> None:
    text = f"Freq(Hz),Level(dB),{N}\n4000,60,{ROW.replace('0.1', '0.2', 1)}\n"
    (one,) = read(plain_csv.READER, tmp_path, text)
    assert (one.sampling_rate_hz, one.onset_source) == (2000.0, "assumed")
    assert one.warnings == (
        "The table states no sampling rate: rows of 10 ms are assumed, as in ABRA.",
    )


def test_columns_shorter_than_their_clock_and_without_a_level_are_told_apart(
    tmp_path: Path,
) -> None:
    rows = [f"{i * 0.05:.2f},{i % 3},{i % 5}" + (",9" if i < 16 else "") for i in range(20)]
    text = "time_ms,60 dB,4 kHz 50 dB SPL again,remark\n" + "\n".join(rows)
    first, second = read(plain_csv.READER, tmp_path, text)
    assert first.warnings == (
        "Columns without a level in their name, or of spreads, were ignored: remark.",
    )
    assert (second.stimulus.label, second.stimulus.level_reference) == ("4 kHz tone", "SPL")
    assert [r.source.record for r in (first, second)] == [0, 1]
    ragged = "time_ms,60 dB,50 dB,remark\n" + "\n".join(rows[:16] + [r[:6] for r in rows[16:]])
    lengths = [r.n_samples for r in read(plain_csv.READER, tmp_path, ragged)]
    assert lengths == [20, 16]


def test_values_in_volts_without_a_unit_are_suspected(tmp_path: Path) -> None:
    for largest, suspected in ((0.0019, True), (0.002, False)):
        row = ROW.replace("0.1", str(largest))
        row = row.replace(str(largest), "0", 1)
        for top, said in (("", suspected), ("# units: uV\n", False)):
            text = f"{top}# sampling_rate_hz: 20000\nlevel_db,{N}\n60,{row}\n"
            (one,) = read(plain_csv.READER, tmp_path, text)
            assert any("may be in volts" in w for w in one.warnings) == said


@pytest.mark.parametrize(("unit", "scale"), [("nV", 1e-3), (" MV ", 1e3), ("V", 1e6), ("µV", 1.0)])
def test_a_unit_scales_to_microvolts(unit: str, scale: float, tmp_path: Path) -> None:
    text = f"# units: {unit}\n# sampling_rate_hz: 20000\nlevel_db,{N}\n60,0,{ROW[4:]}\n"
    (one,) = read(plain_csv.READER, tmp_path, text.encode(), "a.csv")
    assert float(one.waveform[1]) == pytest.approx(0.1 * scale)


@pytest.mark.parametrize("word", ["AVG", "mean", "Average"])
def test_an_average_goes_by_three_names_and_comes_once(word: str, tmp_path: Path) -> None:
    rows = [f"60,1,{half},{value},{ROW[4:]}" for half, value in (("a", 1), ("b", 3), (word, 5))]
    text = f"# sampling_rate_hz: 20000\nlevel_db,record,half,{N}\n" + "\n".join(rows)
    (one,) = read(plain_csv.READER, tmp_path, text)
    assert one.halves is not None
    assert (one.waveform[0], one.halves[:, 0].tolist()) == (5, [1, 3])
    with pytest.raises(FormatError, match=r"record 1 should have each half once\. Found 'b' again"):
        read(plain_csv.READER, tmp_path, f"{text}\n{rows[1]}")
