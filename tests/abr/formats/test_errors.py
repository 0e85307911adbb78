"""One frame for every refusal: which file, where, what should hold, what was found, what to do.

Who gets "could not read" throws the recording away; who is told the line repairs it.
"""

from __future__ import annotations

import gzip
import json
import re
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from evoscope.abr.formats import NotARecordingError, read, read_recordings
from evoscope.abr.formats.dispatch import readers
from evoscope.abr.formats.errors import FormatError
from evoscope.abr.formats.reader import read_bytes
from evoscope.abr.formats.text import load_text

from .builders_binary import BUILDERS as BINARY
from .builders_binary import edf_bytes, eeg_with_responses, psi_trials, write_psi, write_wfdb
from .builders_text import BUILDERS as TEXT
from .builders_text import biosig_ascii, epl_text, ihs_text

READERS = {reader.name: reader for reader in readers()}
BUILDERS = TEXT | BINARY
EEG = eeg_with_responses([(0.5, 80.0)])
Make = Callable[[Path], Path]


def edit(name: str, old: str, new: str, file: str = "") -> Make:
    """Make a sample, one passage of it (of one of its files) changed."""

    def make(folder: Path) -> Path:
        path = BUILDERS[name](folder)
        changed = path / file if file else path
        text = changed.read_bytes().decode("latin-1")
        assert old in text
        changed.write_bytes(text.replace(old, new, 1).encode("latin-1"))
        return path

    return make


def patch(name: str, at: int, data: bytes) -> Make:
    """Make a binary sample, some bytes of it changed."""

    def make(folder: Path) -> Path:
        path = BUILDERS[name](folder)
        whole = bytearray(path.read_bytes())
        whole[at : at + len(data)] = data
        path.write_bytes(whole)
        return path

    return make


def write(data: bytes | str, name: str = "a.txt") -> Make:
    """Make a file of these bytes."""

    def make(folder: Path) -> Path:
        path = folder / name
        path.write_bytes(data.encode("latin-1") if isinstance(data, str) else data)
        return path

    return make


def lines(text: str, upto: int) -> str:
    return "\n".join(text.splitlines()[:upto]) + "\n"


def zarray(**changes: Any) -> Make:
    """Make a psi folder whose array says something else of itself."""

    def make(folder: Path) -> Path:
        path = BUILDERS["psi"](folder)
        meta = path / "eeg.zarr" / ".zarray"
        meta.write_text(json.dumps(json.loads(meta.read_text()) | changes))
        return path

    return make


def averages(*edits: tuple[int, str]) -> Make:
    """Make a table of averages with other lines; a blank one ends it."""

    def make(folder: Path) -> Path:
        path = BUILDERS["psi-averages"](folder)
        rows = path.read_text().splitlines()
        for at, line in edits:
            rows[at:] = [line, *rows[at + 1 :]] if line else []
        path.write_text("\n".join(rows))
        return path

    return make


IHS, EPL = ihs_text([{"level": 60}]), epl_text(end="\n")
RESPONSE = eeg_with_responses([(0.05, 80.0)], 1)[:960]
DAMAGE: list[tuple[str, Make, str, str]] = [
    ("arf", write(b"\0" * 100), "header", "begin with 8810 bytes of header. Found 100 bytes"),
    ("arf", patch("arf", 2, b"\0\0"), "header", "1-200 groups and 1-2000 records. Found 0 and 3"),
    ("arf", patch("arf", 4, b"\xff\xff"), "header", "Found 1 and -1"),
    ("arf", patch("arf", 6, struct.pack("<i", 10)), "group 1", "inside the file. Found offset 10"),
    ("arf", patch("arf", 806, bytes(12)), "3 records",
     "Found none. Record 1 should begin inside the file. Found byte 0 of"),
    ("biosig_csv", edit("biosig_csv", "Rec No.", "Number"), "",
     "header with 'Rec No.' should be there. Found none."),
    ("biosig_csv", edit("biosig_csv", "Data(uv)", "Data(ell)"), "line 1", "Found 'Data(ell)...'"),
    ("biosig_text", write(biosig_ascii([("Click", [])])), "", "should have records. Found none"),
    ("csv", write("a,b\n1,2\n", "a.csv"), "", "Waveforms should be there. Found columns a, b."),
    ("csv", edit("csv", "# level_ref", "# units: ell\n# level_ref"), "",
     "The table: 'units' should be uV, nV, mV or V. Found 'ell'."),
    ("csv", edit("csv", "# sampling_rate_hz: 20000\n", ""), "line 4",
     "'sampling_rate_hz' should be positive. Found None."),
    ("epl", write(EPL.replace(": 10\t", ": -1\t")), "header", "be positive. Found '-1'"),
    ("epl", write(EPL.replace(":20;40;", ":20;loud;")), "line 4", "A level should be a number"),
    ("epl", write(re.sub(":LEVELS:.*", ":LEVELS:", EPL)), "header",
     "should list levels. Found none."),
    ("epl", write(EPL.replace(":NOTES-", "notes")), "line 3",
     "should begin with ':'. Found 'notes'."),
    ("epl", write(lines(EPL, 4)), "", "A ':DATA' line should begin the matrix. Found none."),
    ("epl", write(lines(EPL, 5)), "", "Rows should follow ':DATA'. Found none."),
    ("epl", write(lines(EPL, 9) + "0.1\n"), "line 10", "A row should have 4 values. Found 1."),
    ("epl", write(lines(EPL, 9) + "1 2 3 x\n"), "line 10", "A value should be a number. Found 'x'"),
    ("epl", write(lines(EPL, 5) + "1 2 3\n" * 9), "matrix", "one column per level (4). Found 3."),
    ("epl", write(lines(EPL, 5) + "0 0 0 0\n" * 9), "matrix", "Found only zeros."),
    ("ihs", write(IHS.replace("Data Pnt", "Other")), "header", "'Data Pnt:' should name the"),
    ("ihs", write(lines(IHS, 15)), "", "Data rows should follow the header. Found none."),
    ("ihs", write(lines(IHS, 20) + " 6,1\n"), "line 21", "A row should have 8 cells. Found 2."),
    ("ihs", write(IHS.replace("\n  20,", "\n  20,x")), "line 35, cell 2", "A cell should be a num"),
    ("ihs", write(IHS.replace("\n  20,", "\n  22,")), "column 'Data Pnt'", "Found a gap."),
    ("ihs", write(IHS.replace(":,1000", ":,many")), "record 1", "'sweeps' should be a number"),
    ("mne", write(b"0 no such file"), "header", "recording should be there. Found no such begin"),
    ("mne", write(edf_bytes(EEG, [(0.5, "cough")]), "a.edf"), "annotations",
     "such as 'click 60 dB nHL'. Found 'cough'."),
    ("mne", write(edf_bytes(EEG, [(0.5, "60 dB")], unit="mmHg"), "a.edf"), "channel EEG Cz-A2",
     "physical dimension should be V, mV, uV or nV. Found "),
    ("mne", write(edf_bytes(EEG, [(0.001, "60 dB")]), "a.edf"), "1 conditions",
     "inside the recording, without gaps and not flat. Found none. 60 dB was left out: no usable"),
    ("psi", write("", "a"), "", "should hold eeg.zarr and erp_metadata.csv. Found no such pair"),
    ("psi", edit("psi", '"fs": 20000.0', '"fs": 100', "eeg.zarr/.zattrs"), "attribute fs",
     "It should be a rate of 500 Hz to 10 MHz. Found 100"),
    ("psi", edit("psi", '"fs": 20000.0', '"fs": 1e8', "eeg.zarr/.zattrs"), "attribute fs",
     "500 Hz to 10 MHz. Found 100000000.0"),
    ("psi", edit("psi", '"gain_correction": 1', '"gain_correction": "x"', "eeg.zarr/.zattrs"),
     "attribute gain_correction", "It should be a finite number. Found 'x'."),
    ("psi", edit("psi", ",t0,", ",time,", "erp_metadata.csv"), "", "have a column t0 and one of "),
    ("psi", lambda folder: write_psi(folder, trials=[*psi_trials()[:0], (0.0, 8e3, 80.0, 1)]),
     "1 trials", "a trial inside the EEG, without NaN and not flat. Found none."),
    ("psi", edit("psi", "{", "[", "eeg.zarr/.zarray"), ".zarray", "JSONDecodeError"),
    ("psi", zarray(shape=[0]), ".zarray", "with attributes. Found shape [0], chunks [8192], float"),
    ("psi", zarray(shape=[9], chunks=[0]), ".zarray", "Found shape [9], chunks [0], float32."),
    ("psi", zarray(dtype="<c8"), ".zarray", "chunks [8192], complex64."),
    ("psi", zarray(filters=[{"id": "delta"}]), ".zarray", "array of numbers"),
    ("psi", zarray(shape=[60_000]), ".zarray", "hold the 60000 samples claimed (8 chunks). Found "),
    ("psi", zarray(compressor={"id": "blosc"}), "chunk ", "should unpack to 32768 bytes. Found "),
    ("psi", zarray(compressor={"id": "zlib", "level": 1}), "chunk ", "The chunk should decode."),
    ("psi-averages", averages((1, "loudness,1,2,3,4")), "header",
     "named time. Found frequency (4), loudness (4), epoch_n (4), epoch_reject_ratio (4)."),
    ("psi-averages", averages((1, "level,1,2,3")), "header", "Found frequency (4), level (3),"),
    ("psi-averages", averages((9, "1,2")), "line 10", "A row should have 5 cells. Found 2."),
    ("psi-averages", averages((6, "")), "line 5", "two rows of samples should follow. Found 1."),
    ("psi-averages", averages((9, "1,2,3,4,5")), "column time", "seconds that rise evenly."),
    ("psi-averages", averages((1, "level,,,,")), "4 columns",
     "At least one usable average should be there. Column 2 was left out: "),
    ("wfdb", edit("wfdb", "<SPL>", "<Loud>"), "comments",
     "such as '#<SPL>: 60'. Found loud, stim freq (khz), ear, total trials used, wnsfmp, cond"),
    ("wfdb", edit("wfdb", "0 ABR\n", "0 a\n"), "signal lines", "Cz, vertex or EEG. Found a, OAE."),
    ("wfdb", lambda folder: write_wfdb(folder, "S1", RESPONSE, data_file="b.dat"), "signal lines",
     "should lie beside its header. Found 'b.dat'."),
    ("wfdb", lambda folder: write_wfdb(folder, "S1", RESPONSE, data_file="a/b.dat"), "header",
     "one line for each signal should be there. Found HeaderSyntaxError: "),
    ("wfdb", edit("wfdb", "R1.dat 32 ", "R1.dat 508 "), "signal lines",
     "in format 8, 16, 24, 32, 61, 80, 160, 212, 310, 311, without skew. Found format '508'"),
    ("wfdb", edit("wfdb", " 960\n", " 999\n"), "N1_evoked_ave80_F1_R1.dat",
     "should hold the 7992 bytes its header claims. Found 7680."),
    ("wfdb", lambda folder: write_wfdb(folder, "S1", 0 * RESPONSE), "signal 0",
     "It should hold a response. Found the constant 0."),
    ("wfdb", edit("wfdb", "/nV", "/ell"), "signal 0",
     "a positive number per V, mV, uV or nV. Found 1e-09/ell."),
    ("wfdb", edit("wfdb", " 2 48000", " 3 48000"), "header", "one line for each signal should be"),
]  # fmt: skip


def assert_framed(error: FormatError, path: Path, place: str, reason: str) -> None:
    """Fail unless the refusal is one that a user can act on."""
    assert Path(error.path) == path or path in Path(error.path).parents
    assert error.place.startswith(place) if place.endswith(" ") else error.place == place
    assert reason in error.reason
    assert re.search(r"\bshould\b.*\bFound\b", error.reason, re.DOTALL)
    for said in (error.reason, *([error.hint] if error.hint else [])):
        # A sentence: it begins with a word or a quoted name, and is not shouted.
        assert re.match(r"(?:[A-Z][a-z]+|[A-Z]|[A-Z]{3},|'[^']+'|[a-z_.]+:?) ", said), said
        assert said != said.upper()
    where = f"{error.path}, {error.place}" if error.place else error.path
    assert str(error) == f"{where}: {error.reason} {error.hint}".rstrip()


@pytest.mark.parametrize(
    ("name", "make", "place", "reason"),
    DAMAGE,
    ids=[f"{name}: {reason[:30]}" for name, _, _, reason in DAMAGE],
)
def test_a_refusal_says_where_what_and_what_to_do(
    name: str, make: Make, place: str, reason: str, tmp_path: Path
) -> None:
    path = make(tmp_path)
    with pytest.raises(FormatError) as caught:
        READERS[name].read(path)
    assert_framed(caught.value, path, place, reason)
    if "only zeros" not in reason and "Data(ell)" not in reason:  # nothing to be done about those
        assert re.fullmatch(r"[A-Z_e].*\.", caught.value.hint, re.DOTALL)


SAMPLE = gzip.compress(IHS.encode(), mtime=0)


@pytest.mark.parametrize(
    ("load", "data", "place", "reason"),
    [
        (load_text, b" \r\n\t", "", "should hold data. Found an empty file."),
        (load_text, b"a\0b", "character 1", "no zero bytes. Found one."),
        (load_text, b"\xff\xfea\0b", "byte 4", "valid utf-16-le. Found a byte that is not."),
        (load_text, SAMPLE[:90], "byte 90", "should be complete. Found its end missing."),
        (load_text, SAMPLE[:20] + b"\xff" * 50, "", "should be intact. Found: Error -3 while"),
        (load_text, gzip.compress(bytes(2**22)), "", "unpack to at most 1048576 bytes. Found more"),
        (lambda path: read_bytes(path, 9999), SAMPLE[:90], "byte 90 of the gzip stream",
         "It should end, within 9999 bytes of content. Found no end."),
        (lambda path: read_bytes(path, 9999), SAMPLE[:20] + b"\xff" * 50, "",
         "The file should be readable. Found: Error -3 while"),
    ],
)  # fmt: skip
def test_what_is_no_text_or_no_gzip_is_said_before_any_reader(
    load: Callable[[Path], object], data: bytes, place: str, reason: str, tmp_path: Path
) -> None:
    path = write(data)(tmp_path)
    with pytest.raises(FormatError) as caught:
        load(path)
    assert_framed(caught.value, path, place, reason)
    assert caught.value.hint.endswith(".")


@pytest.mark.parametrize("load", [load_text, lambda path: read_bytes(path, 10), read_recordings])
def test_a_file_that_cannot_be_opened_says_why(
    load: Callable[[Path], object], tmp_path: Path
) -> None:
    path = tmp_path / ("x" * 300)  # longer than a name may be
    with pytest.raises(FormatError) as caught:
        load(path)
    assert_framed(caught.value, path, "", "The file should be readable. Found: ")
    assert "too long" in caught.value.reason


def test_a_folder_without_a_recording_says_what_its_first_files_are(tmp_path: Path) -> None:
    for name in "abcd":
        (tmp_path / f"{name}.pdf").write_bytes(b"%PDF")
    with pytest.raises(NotARecordingError) as caught:
        read(tmp_path)
    assert_framed(caught.value, tmp_path, "", "Found none among 4 files.")
    each = caught.value.hint.split("; ")
    assert [one.split(": ")[0] for one in each] == ["a.pdf", "b.pdf", "c.pdf"]
