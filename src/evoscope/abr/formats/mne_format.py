"""EDF, BDF, BrainVision and FIF, read by MNE-Python (``pip install "evoscope[eeg]"``).

The file is a continuous EEG whose annotations say what was played, one annotation a stimulus::

    click 60 dB nHL
    tone 4000 Hz 60 dB SPL right
    condensation click 60 dB nHL
    60

A level is required (``dB``, or a bare number); sound, frequency (Hz, kHz), level reference (nHL,
SPL, peSPL), ear and polarity are optional, in any order. Each condition becomes one recording:
the plain average from -2 to 12 ms and the trials behind it, neither filtered nor rejected. The
response's channel is the one named ABR, Cz, vertex, Fz or EEG, else the first EEG channel.
"""

from __future__ import annotations

import re
import warnings
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.formats.annotation_grammar import Condition, parse_annotation
from evoscope.abr.formats.channel_choice import choose_channel
from evoscope.abr.formats.continuous_eeg import ContinuousEeg, new_signal
from evoscope.abr.formats.errors import FormatError
from evoscope.abr.formats.reader import HEAD_BYTES, Head, Reader, read_bytes
from evoscope.abr.formats.trials_to_recording import average_trials
from evoscope.abr.recording import Recording, Source, Subject

NAME = "mne"
_FIF_START = bytes.fromhex("00000064 0000001f 00000014")
_VHDR_START = re.compile(rb"^(\xef\xbb\xbf)?\s*Brain ?Vision Data Exchange Header File", re.I)
_VHDR_FILE = re.compile(rb"^(?:Data|Marker)File\s*=\s*(.*?)\s*$", re.I | re.M)
_BLOCK_SAMPLES = 1 << 20
_MAX_CONDITIONS = 2000


def sniff(head: Head) -> bool:
    """Whether the first bytes are those of an EDF, BDF, BrainVision or FIF file."""
    return _mne_reader(head.data) is not None


def companion(path: Path) -> bool:
    """Whether a file is the data or the markers of a BrainVision header beside it."""
    return path.suffix.lower() in (".eeg", ".vmrk") and path.with_suffix(".vhdr").exists()


def read(path: Path) -> list[Recording]:
    """Read every condition that the annotations name.

    Raises:
        FormatError: MNE is not installed or cannot read the file, or no annotation is a stimulus.
    """
    raw = _open(path)
    trials = _trials(path, raw)
    channel, note = _channel(path, raw)
    scale = _to_microvolts(path, raw, channel)
    eeg = ContinuousEeg(
        n_samples=int(raw.n_times),
        sampling_rate_hz=float(raw.info["sfreq"]),
        fetch=partial(_signal, path, raw, channel, scale),
    )
    subject_id = _subject_id(path, raw)
    recordings: list[Recording] = []
    skipped: list[str] = [note] if note else []
    for index, (condition, stimuli) in enumerate(trials.items()):
        words = np.array([word for _, word in stimuli])
        # The sign of neither polarity is known; what matters is that there are two.
        inverted = words == "condensation" if (words != "").all() else None
        try:
            recording = average_trials(
                eeg=eeg,
                onsets_s=np.array([onset_s for onset_s, _ in stimuli]),
                inverted=inverted,
                stimulus=condition.stimulus(),
                subject=Subject(id=subject_id, ear=condition.ear),
                source=Source(path=str(path), format=NAME, record=index),
            )
        except ValueError as error:
            if isinstance(error, FormatError):
                raise
            skipped.append(f"{condition.level_db:g} dB was left out: {error}")
            continue
        if recording is None:
            skipped.append(f"{condition.level_db:g} dB was left out: no usable trial.")
        else:
            recordings.append(recording)
    if not recordings:
        raise FormatError(
            str(path),
            f"{len(trials)} conditions",
            "At least one trial should lie inside the recording, without gaps and not flat. "
            f"Found none. {' '.join(skipped[:3])}",
            "The annotations may belong to another recording.",
        )
    for text in skipped[:5]:
        recordings = [recording.with_warning(text) for recording in recordings]
    return recordings


def _mne_reader(data: bytes) -> str | None:
    """Return the name of MNE's function for a file that begins so."""
    if data.startswith(b"0       ") and data[184:192].strip().isdigit():
        return "read_raw_edf"
    if data.startswith(b"\xffBIOSEMI"):
        return "read_raw_bdf"
    if _VHDR_START.match(data):
        return "read_raw_brainvision"
    return "read_raw_fif" if data.startswith(_FIF_START) else None


def _open(path: Path) -> Any:
    start = read_bytes(path, HEAD_BYTES)
    function = _mne_reader(start)
    if function is None:
        raise _unreadable(path, "no such beginning")
    try:
        import mne
    except ImportError as error:
        raise FormatError(
            str(path),
            "",
            "EDF, BDF, BrainVision and FIF files are read by MNE-Python. Found it not installed.",
            'Install it: pip install "evoscope[eeg]".',
        ) from error
    if function == "read_raw_brainvision":
        _check_names(path, start)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            raw = getattr(mne.io, function)(path, preload=False, verbose="CRITICAL")
    # MNE raises whatever its parsing trips over: no list of types would be complete.
    except Exception as error:
        raise _unreadable(path, f"{type(error).__name__}: {error}") from error
    _check_size(path, raw)
    return raw


def _check_names(path: Path, header: bytes) -> None:
    for raw_name in _VHDR_FILE.findall(header):
        name = raw_name.decode("utf-8", "replace")
        if (
            "/" in name
            or "\\" in name
            or name.startswith(".")
            or not (path.parent / name).is_file()
        ):
            raise FormatError(
                str(path),
                "DataFile, MarkerFile",
                f"Data and markers should lie beside the header. Found {name!r}.",
                "Put the .eeg and .vmrk files into the same folder.",
            )


def _check_size(path: Path, raw: Any) -> None:
    """Refuse a header that claims more samples than its files can hold, before they are read."""
    files = [Path(name) for name in raw.filenames if name is not None]
    outside = [file for file in files if file.resolve().parent != path.resolve().parent]
    size = sum(file.stat().st_size for file in files if file not in outside)
    # No format takes less than two bytes a sample.
    if outside or not 1 <= raw.n_times <= size / 2:
        raise _unreadable(path, f"{raw.n_times} samples claimed in {size} bytes")


def _unreadable(path: Path, found: str) -> FormatError:
    return FormatError(
        str(path),
        "header",
        f"A complete EDF, BDF, BrainVision or FIF recording should be there. Found {found}.",
        "Export the file again; keep the extension its format has.",
    )


def _trials(path: Path, raw: Any) -> dict[Condition, list[tuple[float, str]]]:
    """Return each condition's ``(onset in s, polarity word)`` in the order played."""
    parsed = {text: parse_annotation(text) for text in map(str, set(raw.annotations.description))}
    trials: dict[Condition, list[tuple[float, str]]] = {}
    # MNE counts from the start of acquisition, which a cropped file no longer holds.
    onsets_s = np.asarray(raw.annotations.onset, dtype=np.float64) - float(raw.first_time)
    for index in np.argsort(onsets_s, kind="stable"):
        found = parsed[str(raw.annotations.description[index])]
        if found is not None and np.isfinite(onsets_s[index]):
            condition, word = found
            trials.setdefault(condition, []).append((float(onsets_s[index]), word))
    if not 1 <= len(trials) <= _MAX_CONDITIONS:
        names = ", ".join(repr(text) for text in sorted(parsed)[:10]) or "no annotation"
        raise FormatError(
            str(path),
            "annotations",
            "Annotations should state the level of each stimulus, such as 'click 60 dB nHL'. "
            f"Found {names}.",
            "Name the markers so (mne.Annotations.rename), or export averages as CSV.",
        )
    return trials


def _channel(path: Path, raw: Any) -> tuple[str, str]:
    """Return the response's channel, and a warning when no name tells which it is."""
    types = raw.get_channel_types()
    names = [name for name, kind in zip(raw.ch_names, types, strict=True) if kind == "eeg"]
    if not names:
        raise FormatError(
            str(path),
            "channels",
            f"At least one EEG channel should be there. Found {', '.join(raw.ch_names[:10])}.",
            "Export the recording with its EEG channels.",
        )
    chosen = choose_channel(names)
    if chosen is not None:
        return names[chosen], ""
    return names[0], f"No channel is named ABR, Cz or vertex: the first, {names[0]}, was taken."


def _to_microvolts(path: Path, raw: Any, channel: str) -> float:
    """Return the factor from what MNE hands over, volts as far as it knows the unit."""
    if path.suffix.lower() not in (".edf", ".bdf"):
        return 1e6
    # MNE takes an EDF unit that is none of uV, mV and V for volts: a billion times too much here.
    unit = str((getattr(raw, "_orig_units", None) or {}).get(channel, "n/a"))
    if unit.lower() == "nv":
        return 1e-3
    if unit not in ("V", "mV", "uV", "µV"):
        raise FormatError(
            str(path),
            f"channel {channel}",
            f"Its physical dimension should be V, mV, uV or nV. Found {unit!r}.",
            "Correct the unit in the EDF header and export again.",
        )
    return 1e6


def _signal(path: Path, raw: Any, channel: str, scale: float) -> NDArray[np.float32]:
    signal = new_signal(int(raw.n_times))
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            for start in range(0, signal.size, _BLOCK_SAMPLES):
                stop = min(start + _BLOCK_SAMPLES, signal.size)
                block = raw.get_data(picks=[channel], start=start, stop=stop, verbose="CRITICAL")
                signal[start:stop] = block[0] * scale
    # As in _open.
    except Exception as error:
        raise _unreadable(path, f"{type(error).__name__}: {error}") from error
    return signal


def _subject_id(path: Path, raw: Any) -> str:
    info = raw.info.get("subject_info") or {}
    written = str(info.get("his_id") or "").strip()
    # EDF+ writes X for what is not told.
    return path.stem if written in ("", "X") else written


READER = Reader(NAME, sniff, read, companion)
