"""What a file is when it is not a recording, and what to do about it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

from evoscope.abr.formats.csv_table import parse_table
from evoscope.abr.formats.reader import Head
from evoscope.abr.formats.text import head_text, stem_of


class Hint(NamedTuple):
    """What the file is, and what the user can do."""

    what: str
    todo: str
    telling: bool = True  # False: a list of skipped files need not repeat what to do


_EXPORT = "Export the waveforms from the device as text, or write a plain CSV."
_MAGIC: tuple[tuple[bytes, Hint], ...] = (
    (b"%PDF", Hint("A PDF report: pictures of waveforms, not waveforms.", _EXPORT)),
    (b"\x89PNG", Hint("A picture.", _EXPORT)),
    (b"\xff\xd8\xff", Hint("A picture.", _EXPORT)),
    (b"GIF8", Hint("A picture.", _EXPORT)),
    (b"PAR1", Hint("A Parquet table: cohorts are not read as recordings.", "Open it as a cohort.")),
    (b"7z\xbc\xaf", Hint("An archive.", "Unpack it.")),
    (b"Rar!", Hint("An archive.", "Unpack it.")),
    (b"\xd0\xcf\x11\xe0", Hint("An old Office file (.xls, .doc).", "Export the sheet as CSV.")),
)


def explain(head: Head) -> Hint:
    """Say what a file is that no reader claims.

    Example:
        >>> explain(Head(Path("r.pdf"), b"%PDF-1.7")).what
        'A PDF report: pictures of waveforms, not waveforms.'
    """
    if head.is_folder:
        return Hint("A folder without recordings.", "")
    if not head.data:
        return Hint("An empty file.", "Export it again.")
    return _by_companion(head.path) or _by_magic(head) or _by_text(head)


def _by_companion(path: Path) -> Hint | None:
    suffix = path.suffix.lower()
    beside = path.with_suffix(".arf")
    if suffix == ".mat" and beside.exists():
        return Hint("The .mat copy of a BioSig file.", f"Read {beside.name} beside it.")
    beside = path.with_suffix(".hea")
    if suffix == ".dat" and beside.exists():
        return Hint("The samples of a WFDB record.", f"Read {beside.name} beside it.")
    return None


def _by_magic(head: Head) -> Hint | None:
    data = head.data
    if data[:4] == b"PK\x03\x04":
        if head.path.suffix.lower() in (".xlsx", ".xlsm", ".ods"):
            return Hint("A spreadsheet.", "Export the sheet as CSV.")
        if head.path.suffix.lower() == ".docx":
            return Hint("A text document.", _EXPORT)
        return Hint("A zip archive.", "Unpack it.")
    if data[257:262] == b"ustar":
        return Hint("A tar archive.", "Unpack it.")
    if data[:10] == b"MATLAB 5.0" or (data[1:4] == b"HDF" and head.path.suffix == ".mat"):
        return Hint("A MATLAB file: its variables have no agreed names.", "Write a plain CSV.")
    if data[1:4] == b"HDF":
        return Hint("An HDF5 file: its contents have no agreed names.", "Write a plain CSV.")
    return next((hint for magic, hint in _MAGIC if data.startswith(magic)), None)


def _by_text(head: Head) -> Hint:
    text = head_text(head)
    if text.count("\0") or sum(c < " " and c not in "\r\n\t\f" for c in text[:2000]) > 20:
        return Hint("A binary file of an unknown kind.", _EXPORT)
    if re.match(r"\s*Threshold \(dB", text):
        return Hint(
            "A saved analysis (peaks somebody marked), not a recording.",
            f"Read the recording{_recording_beside(head.path)} instead.",
        )
    if text.lstrip()[:1] in ("{", "<"):
        return Hint("A JSON, XML or HTML document.", "")
    if head.path.suffix.lower() in (".csv", ".tsv"):
        return _table(text)
    return Hint("Notes or another text without waveforms in a known format.", _EXPORT, False)


def _recording_beside(path: Path) -> str:
    # CAP-139-5-16.0kHz-analyzed.txt was made from CAP-139-5.
    stem = stem_of(path)
    names = sorted((p.name for p in path.parent.iterdir() if p.is_file()), key=len, reverse=True)
    return next((f" {n} beside it" for n in names if n != path.name and stem.startswith(n)), "")


def _table(text: str) -> Hint:
    try:
        columns = ", ".join(parse_table(text).header[:5])[:100]
    except ValueError:
        columns = "none"
    return Hint(
        f"A table without waveforms (columns: {columns}).",
        "A plain CSV needs a level column and numbered sample columns, or a time_ms column and "
        "one column per level.",
        telling=False,
    )
