"""SmartEP, CFTS and WFDB at their edges: an ear, a clock or a sound misread is another test."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from evoscope.abr.formats import (
    epl,
    ihs,
    wfdb_format,
)
from evoscope.abr.formats.reader import Reader, peek
from evoscope.abr.recording import Recording

from .builders_binary import (
    response,
    write_wfdb,
)
from .builders_text import epl_text, ihs_text

SIGNAL = response(960, 48_000.0, 0.0, 80.0)


def read(reader: Reader, folder: Path, data: str | bytes, name: str = "a.txt") -> list[Recording]:
    path = folder / name
    path.write_bytes(data.encode("latin-1") if isinstance(data, str) else data)
    return reader.read(path)


@pytest.mark.parametrize(
    ("said", "ear"),
    [("R", "right"), ("Left ear", "left"), (" l ", "left"), ("b", "both"), ("", "unknown"),
     ("?", "unknown")],
)  # fmt: skip
def test_an_ear_is_its_first_letter_or_unknown(said: str, ear: str, tmp_path: Path) -> None:
    (smartep,) = read(ihs.READER, tmp_path, ihs_text([{"level": 60, "ear": said}]))
    cfts = read(epl.READER, tmp_path, epl_text().replace("SW EAR: L", f"SW EAR: {said}"))
    comment = f"#<SPL>: 60 <Ear>: {said.strip()}"
    (wfdb,) = wfdb_format.READER.read(write_wfdb(tmp_path, "S1", SIGNAL, comment=comment))
    assert {one.subject.ear for one in (smartep, cfts[0], wfdb)} == {ear}


@pytest.mark.parametrize(("zero", "delay"), [(128 + 14, 0.7), (128 + 22, 1.1), (141, 0), (151, 0)])
def test_a_tube_is_what_explains_the_zero_position(zero: int, delay: float, tmp_path: Path) -> None:
    (one,) = read(ihs.READER, tmp_path, ihs_text([{"level": 60, "zero": zero}]))
    assert one.stimulus.tube_delay_ms == delay


def test_smartep_zeros_are_padding_from_eight_on(tmp_path: Path) -> None:
    seven, eight = read(
        ihs.READER, tmp_path, ihs_text([{"level": 60, "padding": 7}, {"level": 60, "padding": 8}])
    )
    assert (seven.n_samples, eight.n_samples) == (256, 248)


def test_smartep_subjects_lose_their_level_only_where_a_file_has_one(tmp_path: Path) -> None:
    one = read(ihs.READER, tmp_path, ihs_text([{"level": 60}] * 2), "P1-60db.TXT")
    many = read(ihs.READER, tmp_path, ihs_text([{"level": 60}, {"level": 50}]), "P1-60db.TXT")
    assert {r.subject.id for r in one} == {"P1"}
    assert {r.subject.id for r in many} == {"P1-60db"}
    assert [r.source.record for r in many] == [0, 1]


@pytest.mark.parametrize("row", ["Smp. Period", "Sweeps", "Zero Position", "Amp. Gain"])
def test_smartep_records_need_their_clock_and_scale(row: str, tmp_path: Path) -> None:
    text = re.sub(rf"({re.escape(row)}[^,]*),[^,]*", r"\1,", ihs_text([{"level": 60}] * 2), count=1)
    (one,) = read(ihs.READER, tmp_path, text)
    assert one.warnings == (
        f"record 1 was left out: '{row.lower()}' should be a number. Found ''.",
    )
    assert ihs.READER.sniff(peek(tmp_path / "a.txt"))


@pytest.mark.parametrize(
    ("low", "high", "band"),
    [("3000", "100", (100.0, 3000.0)), ("100", "100", None), ("3000", "0", None), ("", "1", None)],
)
def test_smartep_filters_are_a_band_or_nothing(
    low: str, high: str, band: tuple[float, float] | None, tmp_path: Path
) -> None:
    text = (
        ihs_text([{"level": 60}])
        .replace(":,3000.00", f":,{low}")
        .replace(":,100.00,", f":,{high},")
    )
    text = text.replace(f"Amp. Gain:,{high},", "Amp. Gain:,100.00,")
    assert read(ihs.READER, tmp_path, text)[0].band_hz == band


def test_a_sweep_may_have_blank_lines_and_one_number_of_its_run(tmp_path: Path) -> None:
    text = epl_text(end="\n").replace("\n ", "\n\n ", 3)
    found = read(epl.READER, tmp_path, text, "ABR-7-3")
    assert [r.level_db for r in found] == [20, 40, 60, 80]
    assert {r.n_samples for r in found} == {300}
    assert found[2].source.record == 2
    for name, subject in (("ABR-7-4", "ABR-7-4"), ("M.3-3.txt", "M.3"), ("-3", "-3")):
        assert read(epl.READER, tmp_path, text, name)[0].subject.id == subject


def test_a_sweep_that_is_no_tone_and_no_click_is_unknown(tmp_path: Path) -> None:
    text = epl_text(frequency="noise").replace("512", "0").replace("): 40", "): 0")
    one = read(epl.READER, tmp_path, text)[0]
    assert (one.stimulus.kind, one.sweeps, one.stimulus.rate_hz) == ("unknown", None, None)


@pytest.mark.parametrize(
    ("comment", "kind", "hertz", "level", "reference"),
    [
        ("#<SPL>: 100 <Stim Freq (kHz)>:0.5", "tone", 500.0, 100.0, "SPL"),
        ("#<nHL>: -5.5 <Frequency>: 2000", "tone", 2000.0, -5.5, "nHL"),
        ("#<Level>: 1e1 <Stimulus>: Click", "click", None, 10.0, "unknown"),
        ("#<Intensity>: +60 dB <Frequency>: 0", "unknown", None, 60.0, "unknown"),
        ("#<SPL>: x <peSPL>: 70", "unknown", None, 70.0, "peSPL"),
    ],
)
def test_a_header_states_its_sound(
    comment: str, kind: str, hertz: float | None, level: float, reference: str, tmp_path: Path
) -> None:
    (one,) = wfdb_format.READER.read(write_wfdb(tmp_path, "S1", SIGNAL, comment=comment))
    assert (one.stimulus.kind, one.stimulus.frequency_hz) == (kind, hertz)
    assert (one.level_db, one.stimulus.level_reference) == (level, reference)
    assert (one.sweeps, one.subject.species) == (None, "unknown")


@pytest.mark.parametrize(
    ("stem", "subject"),
    [("N1_evoked_ave100_F1_R1", "N1"), ("S12_60dB_R2", "S12"), ("S12_left_4kHz", "S12_left_4kHz"),
     ("S12_left_F4k_lev60_rep3", "S12_left"), ("60dB", "60dB"), ("_evoked_x", "_evoked_x")],
)  # fmt: skip
def test_a_record_is_named_after_its_subject(stem: str, subject: str) -> None:
    assert wfdb_format._subject_id(stem) == subject


@pytest.mark.parametrize(("said", "sweeps"), [("0", None), ("1", 1), ("2147483648", None)])
def test_trials_are_a_number_of_sweeps(said: str, sweeps: int | None, tmp_path: Path) -> None:
    comment = f"#<SPL>: 60 <Trials>: {said} <wnsfmp>: 3"
    (one,) = wfdb_format.READER.read(write_wfdb(tmp_path, "S1", SIGNAL, comment=comment))
    assert (one.sweeps, one.subject.species) == (sweeps, "human")
