"""Writing a level series as EPL CFTS text."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from evoscope.abr.formats.text import write_atomically
from evoscope.abr.recording import Recording

_EARS = {"right": "R", "left": "L", "both": "B", "unknown": ""}


def write_epl(recordings: Iterable[Recording], path: Path | str, *, run: int = 1) -> Path:
    """Write one recording per level as a CFTS level sweep.

    The format has no time zero: samples before stimulus onset are left out, and an onset between
    samples is rounded to the nearest one. It holds no half-averages.

    Args:
        recordings: recordings or a series: one stimulus, one rate, one length, one per level.
        path: the file, by custom ``ABR-<animal>-<run>``; ``.gz`` is gzipped. Written whole or
            not at all.
        run: the run number in the header.

    Raises:
        ValueError: recordings that do not share stimulus and clock, or a level twice.
    """
    records = sorted(recordings, key=lambda r: r.level_db)
    clocks = {(r.sampling_rate_hz, r.onset_sample, r.n_samples) for r in records}
    stimuli = {(r.stimulus.frequency_hz, r.stimulus.rate_hz, r.sweeps) for r in records}
    levels = {r.level_db for r in records}
    if len(clocks) != 1 or len(stimuli) != 1 or len(levels) != len(records):
        raise ValueError(
            "A CFTS file should hold one recording per level with one clock, stimulus and number "
            f"of sweeps. Found {len(records)} recordings, {len(levels)} levels, {len(clocks)} "
            f"clocks, {len(stimuli)} stimuli."
        )
    first = records[0]
    start = round(first.onset_sample)
    if not 0 <= start < first.n_samples:
        raise ValueError(f"Stimulus onset should lie in the recording. Found sample {start}.")
    frequency = first.stimulus.frequency_hz
    shown = f"{frequency / 1000:.6g}" if frequency else "CLICK"
    header = [
        f":RUN-{run}\tLEVEL SWEEP\t",
        f":SW EAR: {_EARS[first.subject.ear]}\tSW FREQ: {shown}\t# AVERAGES: {first.sweeps or 0}\t"
        f"REP RATE (/sec): {first.stimulus.rate_hz or 0:g}\tDRIVER: synthetic\t"
        f"SAMPLE (µsec): {1e6 / first.sampling_rate_hz:.9g}\t",
        ":NOTES-",
        ":CHAMBER-0",
        f":LEVELS:{''.join(f'{r.level_db:g};' for r in records)}",
        ":DATA",
    ]
    matrix = np.stack([r.waveform[start:] for r in records], axis=1).tolist()
    rows = ["\t".join(f"{value: .6f}" for value in row) for row in matrix]
    return write_atomically(path, "\r\n".join([*header, *rows, "", ""]), "latin-1")
