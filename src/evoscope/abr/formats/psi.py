"""psiexperiment / CFTS raw folders (``... abr_io``): a continuous EEG and the time of each trial.

``eeg.zarr`` holds volts and, as attributes, ``fs``, ``gain_correction`` (a factor) and
``latency_correction`` (seconds by which responses appear late: time zero moves with it);
``erp_metadata.csv`` one row a trial: ``t0`` in seconds, frequency, level and polarity (+1, -1).

Each frequency and level becomes one recording: the plain average over its trials from -2 to
12 ms, and the trials themselves with 5 ms more on each side. Nothing is filtered or rejected.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.formats.continuous_eeg import ContinuousEeg
from evoscope.abr.formats.errors import FormatError
from evoscope.abr.formats.psi_trials import Trials, read_trials
from evoscope.abr.formats.reader import Head, Reader
from evoscope.abr.formats.trials_to_recording import average_trials
from evoscope.abr.formats.zarr_signal import load_signal, open_signal
from evoscope.abr.recording import Polarity, Recording, Source, Stimulus, Subject

NAME = "psi"
EEG, METADATA = "eeg.zarr", "erp_metadata.csv"
_AVERAGES = "ABR average waveforms.csv"
_MAX_CONDITIONS = 2000


def folder_of(path: Path) -> Path | None:
    """Return the psi folder that a path is or lies in, if any."""
    for folder in (path, path.parent, path.parent.parent):
        if (folder / METADATA).is_file() and (folder / EEG).is_dir():
            return folder
    return None


def sniff(head: Head) -> bool:
    """Whether the path is a psi folder, its EEG or its trial list."""
    folder = folder_of(head.path)
    return folder is not None and head.path in (folder, folder / EEG, folder / METADATA)


def companion(path: Path) -> bool:
    """Whether a path is a part of a psi folder, or an average made of it."""
    folder = folder_of(path)
    if folder is None or path == folder:
        return False
    return (
        path.name.endswith(_AVERAGES)
        or (folder / EEG) in (path, *path.parents)
        or (path == folder / METADATA)
    )


def read(path: Path) -> list[Recording]:
    """Read a psi folder: one recording with single trials for each frequency and level.

    Raises:
        FormatError: a damaged array or trial list, or no usable trial.
    """
    folder = folder_of(path)
    if folder is None:
        raise FormatError(
            str(path),
            "",
            f"A psi folder should hold {EEG} and {METADATA}. Found no such pair.",
            "Pass the folder whose name ends in abr_io.",
        )
    trials = read_trials(folder / METADATA)
    array, attributes = open_signal(folder / EEG)
    rate_hz = _attribute(folder, attributes, "fs", None)
    if not 500.0 <= rate_hz <= 10e6:
        raise _bad_attribute(folder, "fs", "a rate of 500 Hz to 10 MHz", rate_hz)
    gain = _attribute(folder, attributes, "gain_correction", 1.0)
    delay_s = _attribute(folder, attributes, "latency_correction", 0.0)
    fetch: Callable[[], NDArray[np.float32]] = partial(load_signal, folder / EEG, array, 1e6 * gain)
    eeg = ContinuousEeg(int(array.shape[0]), rate_hz, fetch)
    recordings = _recordings(folder, trials, eeg, delay_s)
    if not recordings:
        raise FormatError(
            str(folder),
            f"{trials.t0_s.size} trials",
            "At least one condition should have a trial inside the EEG, without NaN and not flat. "
            "Found none.",
            f"{METADATA} and {EEG} may belong to different recordings.",
        )
    return recordings


def _recordings(
    folder: Path, trials: Trials, eeg: ContinuousEeg, delay_s: float
) -> list[Recording]:
    subject = Subject(id=folder.name.removesuffix("abr_io").strip(" _-") or folder.name)
    frequency = (
        np.zeros_like(trials.level_db) if trials.frequency_hz is None else trials.frequency_hz
    )
    usable = np.isfinite(trials.t0_s) & np.isfinite(trials.level_db) & np.isfinite(frequency)
    conditions = np.stack([frequency, trials.level_db], axis=1)
    distinct, which = np.unique(conditions[usable], axis=0, return_inverse=True)
    if len(distinct) > _MAX_CONDITIONS:
        raise FormatError(
            str(folder),
            METADATA,
            f"At most {_MAX_CONDITIONS} conditions should occur. Found {len(distinct)}.",
            "The columns may be shifted: compare the header with the rows.",
        )
    onsets_s = trials.t0_s + delay_s
    usable_rows = np.flatnonzero(usable)
    recordings: list[Recording] = []
    skipped: list[str] = []
    for index, (hertz, level) in enumerate(distinct):
        rows = usable_rows[which.ravel() == index]
        rows = rows[np.argsort(onsets_s[rows], kind="stable")]
        polarity = None if trials.polarity is None else trials.polarity[rows]
        try:
            recording = average_trials(
                eeg=eeg,
                onsets_s=onsets_s[rows],
                inverted=None if polarity is None else polarity < 0,
                stimulus=_stimulus(float(hertz), float(level), polarity, trials.rate_hz, rows),
                subject=subject,
                source=Source(path=str(folder), format=NAME, record=index),
            )
        except ValueError as error:
            if isinstance(error, FormatError):
                raise
            skipped.append(f"{hertz:g} Hz, {level:g} dB was left out: {error}")
            continue
        if recording is None:
            skipped.append(f"{hertz:g} Hz, {level:g} dB was left out: no usable trial.")
        else:
            recordings.append(recording)
    if usable.sum() < usable.size:
        skipped.append(f"{usable.size - usable.sum()} trials state no time, level or frequency.")
    for text in skipped[:5]:
        recordings = [recording.with_warning(text) for recording in recordings]
    return recordings


def _stimulus(
    frequency_hz: float,
    level_db: float,
    polarity: NDArray[np.float64] | None,
    rates_hz: NDArray[np.float64] | None,
    rows: NDArray[np.intp],
) -> Stimulus:
    rate = float(rates_hz[rows[0]]) if rates_hz is not None else math.nan
    return Stimulus(
        kind="tone" if frequency_hz > 0 else "click",
        frequency_hz=frequency_hz if frequency_hz > 0 else None,
        level_db=level_db,
        level_reference="SPL",  # psiexperiment plays levels through its calibration, in dB SPL
        rate_hz=rate if rate > 0 else None,
        polarity=_polarity(polarity),
    )


def _polarity(polarity: NDArray[np.float64] | None) -> Polarity:
    # +1 and -1 are signs of the voltage: which one condenses depends on the speaker.
    both = polarity is not None and (polarity > 0).any() and (polarity < 0).any()
    return "alternating" if both else "unknown"


def _attribute(folder: Path, attributes: dict[str, Any], name: str, default: float | None) -> float:
    value = attributes.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise _bad_attribute(folder, name, "a finite number", value)
    return float(value)


def _bad_attribute(folder: Path, name: str, should: str, found: object) -> FormatError:
    return FormatError(
        str(folder / EEG),
        f"attribute {name}",
        f"It should be {should}. Found {found!r}.",
        "Correct .zattrs, or copy the folder again.",
    )


READER = Reader(NAME, sniff, read, companion)
