"""Plain CSVs as spreadsheets, loggers and scripts write them: what they say is what is read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from evoscope.abr.formats import NotARecordingError, read_recordings
from evoscope.abr.formats.errors import FormatError
from evoscope.abr.recording import Recording

from .builders_text import response

N = 200
LEFT, RIGHT = (response(N, 20_000, 20, level) for level in (80.0, 60.0))


def read(tmp_path: Path, text: str, name: str = "x.csv") -> list[Recording]:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return read_recordings(path)


def two_columns(
    header: str, *below: str, unit_ms: float = 1.0, scale: float = 1.0, end: str = ""
) -> str:
    """A time axis and two waveforms, under the header and what stands below it."""
    rows = [
        f"{(i - 20) * 0.05 / unit_ms:.6g},{LEFT[i] * scale:.9g},{RIGHT[i] * scale:.9g}"
        for i in range(N)
    ]
    return "\n".join([header, *below, *rows]) + "\n" + end


def row_per_level(columns: dict[str, str], names: list[str], *more: str) -> str:
    samples = ",".join(f"{v:.6f}" for v in LEFT)
    header = ",".join([*columns, *names])
    top = "# sampling_rate_hz: 20000\n"
    return top + "\n".join([header, ",".join([*columns.values(), samples]), *more]) + "\n"


def assert_are_the_two(found: list[Recording]) -> None:
    for recording, wave in zip(found, (LEFT, RIGHT), strict=True):
        np.testing.assert_allclose(recording.waveform, wave, rtol=1e-5, atol=1e-8)
        assert recording.sampling_rate_hz == pytest.approx(20_000, rel=1e-4)
        assert recording.onset_sample == pytest.approx(20, abs=1e-2)
        assert recording.onset_source == "file"


@pytest.mark.parametrize(
    ("header", "units", "unit_ms", "scale"),
    [
        ("Time,Left 80 dB,Right 60 dB", "ms,uV,uV", 1.0, 1.0),
        ("Time,Left 80 dB,Right 60 dB", "(s),(nV),(nV)", 1000.0, 1e3),
        ("Time,Left 80 dB,Right 60 dB", "[µs],[V],[V]", 1e-3, 1e-6),
        ("Time (ms),Left 80 dB,Right 60 dB", "ms,mV,mV", 1.0, 1e-3),
        ("Zeit,links 80 dB,rechts 60 dB", "ms,µV,µV", 1.0, 1.0),
    ],
)
def test_a_row_of_units_counts_and_is_no_sample(
    header: str, units: str, unit_ms: float, scale: float, tmp_path: Path
) -> None:
    found = read(tmp_path, two_columns(header, units, "", unit_ms=unit_ms, scale=scale))
    assert_are_the_two(found)
    assert [r.level_db for r in found] == [80, 60]
    assert [r.subject.ear for r in found] == ["left", "right"]
    assert found[0].warnings == ()


def test_two_ears_share_the_level_in_the_name_of_their_file(tmp_path: Path) -> None:
    text = two_columns("Time,Left,Right", "ms,uV,uV")
    found = read(tmp_path, text, "P3_4kHz_80dBnHL.csv")
    assert_are_the_two(found)
    assert [r.subject.ear for r in found] == ["left", "right"]
    assert {(r.level_db, r.stimulus.level_reference) for r in found} == {(80, "nHL")}
    assert {r.stimulus.frequency_hz for r in found} == {4000}
    stated = read(tmp_path, "# level_db: 80\n" + text)
    assert [(r.subject.ear, r.level_db) for r in stated] == [("left", 80), ("right", 80)]


@pytest.mark.parametrize("header", ["Time,Ch1,Ch2", "Time,Left,Left", "Time,Left,Trigger"])
def test_columns_of_one_level_that_may_be_anything_are_refused(header: str, tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"column should be known\. Found .* Name the ears"):
        read(tmp_path, two_columns(header, "ms,uV,uV"), "P3_80dB.csv")


def test_a_time_axis_without_a_level_is_no_skipped_file(tmp_path: Path) -> None:
    with pytest.raises(
        FormatError, match=r"state its level\. Found columns Left, Right\. Write"
    ) as e:
        read(tmp_path, two_columns("Time,Left,Right", "ms,uV,uV"))
    assert not isinstance(e.value, NotARecordingError)  # those are skipped in a folder


@pytest.mark.parametrize(
    ("header", "units", "said"),
    [
        ("Time (ms),80 dB,60 dB", "s,uV,uV", r"one unit\. Found 's' below the header 'time_ms'"),
        ("Time,80 dB (nV),60 dB (nV)", "ms,uV,uV", r"one unit\. Found 'uv' below the header"),
        ("Time,80 dB,60 dB", "ms,counts,counts", r"be uV, nV, mV or V\. Found 'counts'"),
        ("Time,80 dB,60 dB", "ms,uV,nV", r"same throughout\. Found nv, uv"),
        ("Time,Left,Right", ",80 dB,80 dB", "state its level"),
        ("Time,80 dB,60 dB", "Run,1,2", r"Found 'Run' below the header\. Write one row of names"),
    ],
)
def test_a_row_below_the_header_that_contradicts_it_is_refused(
    header: str, units: str, said: str, tmp_path: Path
) -> None:
    with pytest.raises(FormatError, match=said):
        read(tmp_path, two_columns(header, units))


@pytest.mark.parametrize(
    ("end", "named"),
    [
        ("Mean,0.1,0.2\nSD,0.01,0.02\n", "Mean, SD"),
        ("\nAverage,,\n,0.5,0.5\n", "Average"),
        ("Notes: electrode, left mastoid, quiet, asleep\n", "Notes: electrode"),
    ],
)
def test_what_sums_up_below_a_time_axis_is_no_sample(end: str, named: str, tmp_path: Path) -> None:
    found = read(tmp_path, two_columns("time_ms,80 dB,60 dB", end=end))
    assert_are_the_two(found)
    assert found[0].warnings == (f"Rows below the time axis were ignored: {named}.",)


def test_a_second_table_below_the_first_is_refused(tmp_path: Path) -> None:
    table = two_columns("time_ms,80 dB,60 dB")
    with pytest.raises(FormatError, match=r"line 203: .* Found 'time_ms' above\. Write a file for"):
        read(tmp_path, table + table)


def test_rows_that_sum_up_subjects_are_no_subject(tmp_path: Path) -> None:
    stated = {"subject": "P1", "level_db": "80"}
    footer = ["Mean,80," + ",".join(["0.5"] * N), "SD,80," + ",".join(["0.1"] * N)]
    (found,) = read(tmp_path, row_per_level(stated, [*map(str, range(N))], *footer))
    assert found.subject.id == "P1"
    assert found.warnings == tuple(
        f"Line {line} was left out: it sums up others." for line in (4, 5)
    )


def test_a_grand_average_alone_is_a_recording(tmp_path: Path) -> None:
    stated = {"subject": "Grand average", "level_db": "80"}
    (found,) = read(tmp_path, row_per_level(stated, [*map(str, range(N))]))
    assert found.subject.id == "Grand average"


def test_a_column_of_spreads_is_no_replicate(tmp_path: Path) -> None:
    (found,) = read(tmp_path, two_columns("time_ms,80 dB mean,80 dB SD"))
    np.testing.assert_allclose(found.waveform, LEFT, rtol=1e-5, atol=1e-8)
    assert "ignored: 80 dB SD" in found.warnings[0]


@pytest.mark.parametrize(
    "header",
    ["time_ms 80dB 60dB", "time_ms  80 dB  60 dB", "time (ms) 80 dB 60 dB",
     "  time_ms   80 dB nHL 60 dB nHL"],
)  # fmt: skip
@pytest.mark.parametrize("mark", [".", ","])
def test_spaces_may_part_columns(header: str, mark: str, tmp_path: Path) -> None:
    body = two_columns("").replace(",", "   ").replace(".", mark)
    found = read(tmp_path, header + body, "x.txt")
    assert_are_the_two(found)
    assert [r.level_db for r in found] == [80, 60]


def test_spaces_between_units_and_rows_of_samples(tmp_path: Path) -> None:
    text = two_columns("Time 80dB 60dB", "s nV nV", unit_ms=1000, scale=1e3)
    assert_are_the_two(read(tmp_path, text.replace(",", " ")))
    names = [f"s{i}" for i in range(N)]
    text = row_per_level({"level": "80", "ear": "R"}, names).replace(",", "  ")
    (found,) = read(tmp_path, text)
    assert (found.level_db, found.subject.ear, found.sampling_rate_hz) == (80, "right", 20_000)


def test_spaces_that_hide_a_blank_cell_are_refused(tmp_path: Path) -> None:
    text = two_columns("time_ms 80dB 60dB").replace(",", "  ")
    line = text.splitlines()[50]
    with pytest.raises(FormatError, match=r"line 51: .*as the header, 3\. Found 2"):
        read(tmp_path, text.replace(line, line.rpartition("  ")[0]))
    with pytest.raises(FormatError, match=r"one name\. Found 5 names, parted by spaces, over 3"):
        read(tmp_path, text.replace("80dB 60dB", "left 80dB right 60dB"))


@pytest.mark.parametrize(
    "header",
    ["Zeit (ms),links 80 dB,rechts 60 dB", "Temps (ms),gauche 80 dB,droite 60 dB",
     "Tiempo (ms),izquierdo 80 dB,derecho 60 dB", "Zeit [Millisekunden],OG 80 dB,OD 60 dB",
     "Temps (millisecondes),80 dB oreille gauche,60 dB oreille droite",
     "Tiempo en ms,Oído izquierdo 80 dB,Oído derecho 60 dB"],
)  # fmt: skip
def test_a_time_axis_in_german_french_and_spanish(header: str, tmp_path: Path) -> None:
    found = read(tmp_path, two_columns(header))
    assert_are_the_two(found)
    assert [(r.subject.ear, r.level_db) for r in found] == [("left", 80), ("right", 60)]


@pytest.mark.parametrize(
    "stated",
    [
        {"Proband": "P1", "Ohr": "rechts", "Pegel (dB nHL)": "70", "Frequenz (kHz)": "4",
         "Polarität": "Sog", "Spezies": "Maus", "Alter (Wochen)": "8", "Geschlecht": "w"},
        {"Sujet": "P1", "Oreille": "droite", "Niveau (dB nHL)": "70", "Fréquence (Hz)": "4000",
         "Polarité": "raréfaction", "Espèce": "souris", "Âge (semaines)": "8", "Sexe": "femme"},
        {"Sujeto": "P1", "Oído": "derecho", "Nivel (dB nHL)": "70", "Frecuencia (kHz)": "4",
         "Polaridad": "rarefacción", "Especie": "ratón", "Edad (semanas)": "8", "Sexo": "mujer"},
    ],
    ids=["German", "French", "Spanish"],
)  # fmt: skip
def test_columns_in_german_french_and_spanish(stated: dict[str, str], tmp_path: Path) -> None:
    (found,) = read(tmp_path, row_per_level(stated, [*map(str, range(N))]))
    assert found.warnings == ()
    who = found.subject
    assert (who.id, who.ear, who.species, who.sex) == ("P1", "right", "mouse", "female")
    assert (who.age_weeks, found.stimulus.frequency_hz) == (8, 4000)
    assert (found.level_db, found.stimulus.level_reference) == (70, "nHL")
    assert found.stimulus.polarity == "rarefaction"


@pytest.mark.parametrize("name", ["s{}", "S_{}", "sample {}", "Sample{}", "V{}", "X{}", "Var{}"])
@pytest.mark.parametrize("first", [0, 1])
def test_samples_may_have_counted_names(name: str, first: int, tmp_path: Path) -> None:
    names = [name.format(i + first) for i in range(N)]
    (found,) = read(tmp_path, row_per_level({"Level": "80"}, names))
    np.testing.assert_allclose(found.waveform, LEFT, atol=1e-6)
    assert (found.level_db, found.sampling_rate_hz) == (80, 20_000)
    assert (found.onset_sample, found.onset_source) == (0, "assumed")


@pytest.mark.parametrize(
    "names",
    [
        [f"ch{i}" for i in range(N)],
        [f"s{2 * i}" for i in range(N)],
        [f"s{i + 5}" for i in range(N)],
    ],
    ids=["channels", "every other one", "from the sixth"],
)
def test_counted_names_that_may_be_no_samples_are_not_read(
    names: list[str], tmp_path: Path
) -> None:
    with pytest.raises(NotARecordingError):
        read(tmp_path, row_per_level({"Level": "80"}, names))


def test_counted_names_are_not_taken_for_the_table_of_abra(tmp_path: Path) -> None:
    text = row_per_level({"Freq(Hz)": "8000", "Level(dB)": "80"}, [f"s{i}" for i in range(N)])
    with pytest.raises(FormatError, match="sampling_rate_hz' should be positive"):
        read(tmp_path, text.partition("\n")[2])


def test_samples_without_a_level_are_no_skipped_file(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"row should state its level\. Found columns ear\. Add"):
        read(tmp_path, row_per_level({"ear": "L"}, [*map(str, range(N))]))


def test_numbers_without_a_header_are_no_skipped_file(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"header row should name .* Found numbers: -1, .* above"):
        read(tmp_path, two_columns("").lstrip())
    with pytest.raises(NotARecordingError):  # numbers without an axis may be anything
        read(tmp_path, "\n".join(f"{(i * 7) % 5},{i}" for i in range(40)), "a.csv")


def test_levels_without_a_time_axis_are_no_skipped_file(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"time axis should stand beside .* called time_ms"):
        read(tmp_path, two_columns("Sample,80 dB,60 dB"))


@pytest.mark.parametrize(
    ("column", "years", "weeks"),
    [("age_months", 0.25, 13.045), ("Age (months)", 0.25, 13.045), ("Alter (Monate)", 0.25, 13.045),
     ("age_days", 0.0082, 0.429)],
)  # fmt: skip
def test_an_age_in_months_or_days_is_one_in_weeks(
    column: str, years: float, weeks: float, tmp_path: Path
) -> None:
    (found,) = read(tmp_path, row_per_level({"level": "80", column: "3"}, [*map(str, range(N))]))
    assert (found.subject.age_years, found.subject.age_weeks) == pytest.approx((years, weeks))
    assert found.warnings == ()


@pytest.mark.parametrize(
    "stated",
    [{"age_years": "2", "age_months": "3"}, {"age_years": "1", "age_months": "3"},
     {"age_years": "3 months"}, {"age_months": "8 weeks"}, {"duration_ms": "5 cycles"},
     {"rate_hz": "27 ms"}],
)  # fmt: skip
def test_a_unit_of_something_else_is_refused(stated: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="should be"):
        read(tmp_path, row_per_level({"level": "80"} | stated, [*map(str, range(N))]))


def test_an_age_that_is_stated_twice_alike_is_taken(tmp_path: Path) -> None:
    stated = {"level": "80", "age_years": "2", "age_months": "27"}
    (found,) = read(tmp_path, row_per_level(stated, [*map(str, range(N))]))
    assert (found.subject.age_years, found.subject.age_weeks) == pytest.approx((2, 117.402))


def test_rows_that_differ_in_a_column_that_is_not_read_are_doubted(tmp_path: Path) -> None:
    stated = {"level_db": "80", "ear": "L", "session": "before"}
    other = "80,L,after," + ",".join(["0.1", "0.2"] * (N // 2))
    found = read(tmp_path, row_per_level(stated, [*map(str, range(N))], other))
    assert "Lines 3 and 4 are read as two averages of one ear" in found[0].warnings[1]
    assert "'session', which is not read ('before', 'after')" in found[0].warnings[1]
    again = other.replace("after", "before")
    assert len(read(tmp_path, row_per_level(stated, [*map(str, range(N))], again))[0].warnings) == 1


@pytest.mark.parametrize("column", ["animal", "Mouse ID", "participant"])
def test_animals_of_one_table_are_not_averages_of_one(column: str, tmp_path: Path) -> None:
    other = "80,m13," + ",".join(["0.1", "0.2"] * (N // 2))
    stated = {"level_db": "80", column: "m12"}
    found = read(tmp_path, row_per_level(stated, [*map(str, range(N))], other))
    assert [r.subject.id for r in found] == ["m12", "m13"]


@pytest.mark.parametrize(("value", "said"), [("0", "zero"), ("0.25", "the same, 0.25 uV")])
@pytest.mark.parametrize("top", ["", "# units: uV\n"])
def test_a_flat_recording_is_called_flat_and_no_unit_is_suspected(
    value: str, said: str, top: str, tmp_path: Path
) -> None:
    rows = [f"{i * 0.05:.2f},{value}" for i in range(N)]
    (found,) = read(tmp_path, top + "\n".join(["time_ms,80 dB", *rows]) + "\n")
    assert found.warnings == (
        f"All samples are {said}: nothing was recorded, or the export is empty. Export it again, "
        "or leave this recording out.",
    )


def test_a_flat_recording_beside_others_does_not_hide_their_unit(tmp_path: Path) -> None:
    flat = "70," + ",".join(["0"] * N)
    text = row_per_level({"level_db": "80"}, [*map(str, range(N))], flat)
    whole, empty = read(tmp_path, text)
    assert whole.warnings == ()
    assert empty.warnings[0].startswith("All samples are zero")


@pytest.mark.parametrize("level", ["-0", "-0.0", "\N{MINUS SIGN}0"])
def test_a_level_of_minus_zero_is_shown_as_zero(level: str, tmp_path: Path) -> None:
    found = read(tmp_path, two_columns(f"time_ms,{level} dB,10 dB"))
    assert f"{found[0].level_db:g}" == "0"
