"""WFDB records (``.hea`` with ``.dat``), as PhysioNet's evoked-response databases use them.

They are read by PhysioNet's own library (``pip install "evoscope[physionet]"``).

A header that holds an averaged response says so in a comment of ``<key>: value`` pairs::

    ##<SPL>: 100 <Stim Freq (kHz)>:1 <Ear>: r <Total Trials Used>:1511 ...

The level is required; a record without one is not an evoked average. No field states the stimulus
onset: it is assumed at the first sample and marked so (``onset_source="assumed"``). In PhysioNet's
earndb that is 5 ms early for one of its subjects.
"""

from __future__ import annotations

import re
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.formats.channel_choice import choose_channel
from evoscope.abr.formats.errors import FormatError, NotARecordingError
from evoscope.abr.formats.reader import Head, Reader, read_bytes
from evoscope.abr.recording import (
    Ear,
    LevelReference,
    Recording,
    Source,
    Species,
    Stimulus,
    Subject,
)

NAME = "wfdb"
_MAX_HEADER_BYTES = 1_000_000
_RECORD_LINE = re.compile(r"^[\w.\-]+(/\d+)? +\d+( +\d[\w.:/()+\-]*)*\s*$")
_SIGNAL_LINE = re.compile(r"^\S+ +\d+(x\d+)?(:\d+)?(\+\d+)?( |\s*$)")
_FIELD = re.compile(r"<([^<>]{1,60})>\s*:\s*([^<\r\n]*)")
_NUMBER = re.compile(r"[-+]?\d+(\.\d*)?([eE][-+]?\d+)?")
# Bytes a sample takes, by WFDB storage format; the lowest number means "no sample".
_BYTES = {
    "8": 1.0, "16": 2.0, "24": 3.0, "32": 4.0, "61": 2.0, "80": 1.0, "160": 2.0, "212": 1.5,
    "310": 4 / 3, "311": 4 / 3,
}  # fmt: skip
_BITS = {"212": 12, "310": 10, "311": 10}  # packed; the others use whole bytes
_UNIT_UV = {"v": 1e6, "mv": 1e3, "uv": 1.0, "µv": 1.0, "nv": 1e-3}
# WFDB's gain is ADC units per physical unit. Below one unit per millivolt an averaged response
# (under a microvolt) could not move the integer at all: such a gain is microvolts per ADC unit,
# written upside down. earndb's "1.93e-010/nV" on integers near 1e9 is the known case.
_LOWEST_GAIN_PER_UV = 1e-3
_EARS: dict[str, Ear] = {"r": "right", "l": "left", "b": "both"}
_LEVEL_KEYS: dict[str, LevelReference] = {
    "spl": "SPL", "pespl": "peSPL", "nhl": "nHL", "level": "unknown", "intensity": "unknown",
}  # fmt: skip


def sniff(head: Head) -> bool:
    """Whether the first lines are a WFDB header's record line and signal lines.

    The name must end in ``.hea``: the signal files are found from it, and nowhere else.
    """
    if head.path.suffix.lower() != ".hea" or head.is_folder or head.gzipped:
        return False
    lines = [line for line in head.text.splitlines() if line.strip() and line[0] != "#"]
    if not lines or not _RECORD_LINE.match(lines[0]):
        return False
    return len(lines) == 1 or bool(_SIGNAL_LINE.match(lines[1]))


def companion(path: Path) -> bool:
    """Whether a file is the signal part of a record whose header lies beside it."""
    return path.suffix.lower() == ".dat" and path.with_suffix(".hea").exists()


def read(path: Path) -> list[Recording]:
    """Read the evoked response of a WFDB record: one recording.

    Raises:
        NotARecordingError: the header states no stimulus level.
        FormatError: a damaged header, signal files that are missing, short or elsewhere, or no
            library to read them.
    """
    text = _header_text(path)
    fields = _comment_fields(text)
    level = _level(fields)
    if level is None:
        raise NotARecordingError(
            str(path),
            "comments",
            "An evoked average should state its level in a comment such as '#<SPL>: 60'. "
            f"Found {', '.join(fields) or 'no such field'}.",
            "A continuous record is no averaged response: average it by its stimuli first.",
        )
    header = _parse(path)
    names = [name or "" for name in header.sig_name]  # a signal may go unnamed
    channel = choose_channel(names)
    if channel is None:
        raise FormatError(
            str(path),
            "signal lines",
            f"One signal should be named ABR, Cz, vertex or EEG. Found {', '.join(names)}.",
            "Rename the response's channel in the header.",
        )
    _check_signal_files(path, header)
    microvolts, notes = _microvolts(path, header, channel)
    level_db, reference = level
    try:
        return [
            Recording(
                waveform=microvolts,
                sampling_rate_hz=float(header.fs),
                onset_sample=0.0,
                onset_source="assumed",
                stimulus=_stimulus(fields, level_db, reference),
                subject=Subject(
                    id=_subject_id(path.stem), ear=_ear(fields), species=_species(fields)
                ),
                source=Source(path=str(path), format=NAME),
                sweeps=_trials(fields),
                warnings=notes,
            )
        ]
    except ValueError as error:
        raise FormatError(str(path), "header", str(error), "Check the header's fields.") from error


def _header_text(path: Path) -> str:
    raw = read_bytes(path, _MAX_HEADER_BYTES + 1)
    if len(raw) > _MAX_HEADER_BYTES:
        raise FormatError(
            str(path),
            "header",
            f"A WFDB header should be a few lines. Found more than {_MAX_HEADER_BYTES} bytes.",
            "This is not a WFDB header.",
        )
    return raw.decode("latin-1")


def _comment_fields(text: str) -> dict[str, str]:
    comments = "\n".join(line for line in text.splitlines() if line.startswith("#"))
    return {key.strip().lower(): value.strip() for key, value in _FIELD.findall(comments)}


def _number(text: str) -> float | None:
    match = _NUMBER.match(text)
    return float(match.group()) if match else None


def _level(fields: dict[str, str]) -> tuple[float, LevelReference] | None:
    # earndb's own description calls its levels peak-equivalent; its headers say SPL, and what the
    # file states is what is passed on.
    for key, reference in _LEVEL_KEYS.items():
        value = _number(fields.get(key, ""))
        if value is not None:
            return value, reference
    return None


def _stimulus(fields: dict[str, str], level_db: float, reference: LevelReference) -> Stimulus:
    key = next((key for key in fields if "freq" in key), "")
    frequency = _number(fields.get(key, "")) or 0.0
    if "khz" in key:
        frequency *= 1000.0
    if frequency > 0:
        return Stimulus(
            kind="tone", frequency_hz=frequency, level_db=level_db, level_reference=reference
        )
    is_click = "click" in fields.get("stimulus", "").lower()
    return Stimulus(
        kind="click" if is_click else "unknown", level_db=level_db, level_reference=reference
    )


def _ear(fields: dict[str, str]) -> Ear:
    return _EARS.get(fields.get("ear", "")[:1].lower(), "unknown")


def _species(fields: dict[str, str]) -> Species:
    # <Condition> and <wnsfmp> are the fields of PhysioNet's studies of listeners.
    return "human" if "condition" in fields or "wnsfmp" in fields else "unknown"


def _trials(fields: dict[str, str]) -> int | None:
    trials = _number(next((v for k, v in fields.items() if "trials" in k), ""))
    return int(trials) if trials is not None and 1 <= trials < 2**31 else None


def _subject_id(stem: str) -> str:
    """Return who a file name speaks of, without its level, frequency and replicate.

    Example:
        >>> _subject_id("N1_evoked_ave100_F1_R1"), _subject_id("S12_60dB_R2")
        ('N1', 'S12')
    """
    name = stem.split("_evoked")[0]
    first, *rest = re.split(r"[_ ]", name)
    token = re.compile(r"(ave|lev|level)?\d+(\.\d+)?(db)?|f\d+(\.\d+)?(k|khz)?|r(ep)?\d+", re.I)
    return "_".join([first, *(part for part in rest if not token.fullmatch(part))]) or stem


def _library(path: Path) -> Any:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it uses what pandas 3 deprecates
            import wfdb
    except ImportError as error:
        raise FormatError(
            str(path),
            "",
            "WFDB records are read by PhysioNet's wfdb. Found it not installed.",
            'Install it: pip install "evoscope[physionet]".',
        ) from error
    return wfdb


def _parse(path: Path) -> Any:
    wfdb = _library(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            header = wfdb.rdheader(str(path.with_suffix("")))
        complete = 1 <= header.n_sig == len(header.file_name) == len(header.sig_name)
    # wfdb raises whatever its parsing trips over: no list of types would be complete.
    except Exception as error:
        raise _damaged(path, f"{type(error).__name__}: {error}") from error
    if not complete:
        raise _damaged(path, f"{header.n_sig} signals announced")
    return header


def _damaged(path: Path, found: str) -> FormatError:
    return FormatError(
        str(path),
        "header",
        f"The record line and one line for each signal should be there. Found {found}.",
        "Download the record again.",
    )


def _check_signal_files(path: Path, header: Any) -> None:
    """Refuse what would read elsewhere, or more than the files hold, before wfdb allocates."""
    needed: dict[str, float] = {}
    lines = zip(header.file_name, header.fmt, header.samps_per_frame, header.skew,
                header.byte_offset, strict=True)  # fmt: skip
    for name, fmt, per_frame, skew, offset in lines:
        if not re.fullmatch(r"[\w\-][\w.\- ]*", name or "") or not (path.parent / name).is_file():
            raise FormatError(
                str(path),
                "signal lines",
                f"A signal file should lie beside its header. Found {name!r}.",
                "Put the .dat file into the same folder; names with folders are not followed.",
            )
        if fmt not in _BYTES or skew or (per_frame or 1) < 1 or (offset or 0) < 0:
            raise FormatError(
                str(path),
                "signal lines",
                f"Signals should be stored in format {', '.join(_BYTES)}, without skew. "
                f"Found format {fmt!r}, skew {skew!r}.",
                "Convert the record with the WFDB tool xform.",
            )
        needed.setdefault(name, float(offset or 0))
        needed[name] += _BYTES[fmt] * (per_frame or 1) * (header.sig_len or 1)
    for name, size in needed.items():
        there = (path.parent / name).stat().st_size
        # Packed formats round up to whole groups of samples.
        if size > there + 4:
            raise FormatError(
                str(path),
                name,
                f"The signal file should hold the {size:.0f} bytes its header claims. "
                f"Found {there}.",
                "The file is cut: download it again.",
            )


def _microvolts(
    path: Path, header: Any, channel: int
) -> tuple[NDArray[np.float32], tuple[str, ...]]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            record = _library(path).rdrecord(
                str(path.with_suffix("")), channels=[channel], physical=False, return_res=32
            )
        digital = record.d_signal[:, 0]
        gain, unit = float(header.adc_gain[channel]), str(header.units[channel])
        baseline = float(header.baseline[channel] or 0)
    # As above: wfdb names no error type for a damaged signal file.
    except Exception as error:
        raise _damaged(path, f"{type(error).__name__}: {error}") from error
    fmt = header.fmt[channel]
    no_sample = -(2 ** (_BITS.get(fmt, int(8 * _BYTES[fmt])) - 1))
    if digital.size == 0 or (digital == no_sample).any():
        raise FormatError(
            str(path),
            f"signal {channel}",
            "Every sample should be there. Found a gap.",
            "Average the response again without the gap.",
        )
    if np.ptp(digital) == 0:
        raise FormatError(
            str(path),
            f"signal {channel}",
            f"It should hold a response. Found the constant {digital[0]}.",
            "Remove the record: nothing was recorded.",
        )
    scale = _UNIT_UV.get(unit.lower())
    if scale is None or not np.isfinite(gain) or gain <= 0:
        raise FormatError(
            str(path),
            f"signal {channel}",
            f"The gain should be a positive number per V, mV, uV or nV. Found {gain:g}/{unit}.",
            "Correct the signal line of the header.",
        )
    upside_down = gain / scale < _LOWEST_GAIN_PER_UV
    with np.errstate(over="ignore"):  # what is too large is refused below
        microvolts = (digital - baseline) * (gain if upside_down else scale / gain)
        microvolts = microvolts.astype(np.float32)
    if not np.isfinite(microvolts).all() or np.ptp(microvolts) == 0:
        raise FormatError(
            str(path),
            f"signal {channel}",
            f"The gain should leave something of a response. Found {gain:g}/{unit}, with which "
            f"{digital.max():g} is {microvolts.max():g} uV.",
            "Correct the signal line of the header.",
        )
    if not upside_down:
        return microvolts, ()
    note = (
        "The header's gain is upside down (no integer could follow a response): read as "
        "microvolts per integer."
    )
    return microvolts, (note,)


READER = Reader(NAME, sniff, read, companion)
