"""Writing recordings as a SmartEP text export."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.formats.ihs import AD_VOLTS, WRITTEN_HERE, microvolts_per_count
from evoscope.abr.formats.text import write_atomically
from evoscope.abr.recording import Recording

GAIN_K = 100.0
_COLUMNS = ("Average", "Average(uV)", "Buffer1", "Buffer1(uV)", "Buffer2", "Buffer2(uV)")
_EARS = {"right": "R", "left": "L", "both": "B", "unknown": ""}


def write_ihs(recordings: Iterable[Recording], path: Path | str) -> Path:
    """Write recordings of one length as a SmartEP text export.

    Amplitudes are rounded to the device's counts (3 nV / sweeps at 100k gain); buffers stay empty
    where a recording has no half-averages. The format holds no species, transducer or level
    reference, and no subject: that is the file's name.

    Args:
        recordings: recordings or a series, all with sweeps and with one number of samples.
        path: the file; ``.gz`` is gzipped. Written whole or not at all.

    Raises:
        ValueError: no recordings, no sweeps, or different lengths.
    """
    records = list(recordings)
    if len({r.n_samples for r in records}) != 1:
        raise ValueError(
            "An IHS file should hold recordings of one length. "
            f"Found {sorted({r.n_samples for r in records})}."
        )
    if any(r.sweeps is None for r in records):
        raise ValueError("IHS counts are sums over sweeps: every recording should state sweeps.")
    rows: dict[str, list[str]] = {
        "Identifier:": [WRITTEN_HERE] * len(records),
        "File Name:": [f"R{r.level_db:g}.{i + 1}" for i, r in enumerate(records)],
        "Ear:": [_EARS[r.subject.ear] for r in records],
        "Channel:": ["1"] * len(records),
        "Buffer:": ["0"] * len(records),
        "Intensity:": [f"{r.level_db:g}" for r in records],
        "Stim. Rate:": [f" {r.stimulus.rate_hz or 0:.2f}" for r in records],
        "Stim. Mode:": ["0"] * len(records),
        "Sweeps:": [str(r.sweeps) for r in records],
        "Artifacts:": [str(r.sweeps_rejected or 0) for r in records],
        "Smp. Period:": [f"{1e6 / r.sampling_rate_hz:.9g}" for r in records],
        "Amp. Gain:": [f"{GAIN_K:.2f}"] * len(records),
        "Low Pass:": [f"{r.band_hz[1]:.2f}" if r.band_hz else "" for r in records],
        "High Pass:": [f"{r.band_hz[0]:.2f}" if r.band_hz else "" for r in records],
        "Notch Filter:": ["FALSE"] * len(records),
        "Stimulus:": ["1"] * len(records),
        "Stim. Freq.": [f"{r.stimulus.frequency_hz or 0:g}" for r in records],
        "Stim. Dur.:": ["4"] * len(records),
        "Masking:": [f"{r.stimulus.masking_db or 0:g}" for r in records],
        # Data points count from 1.
        "Zero Position:": [f"{r.onset_sample + 1:.9g}" for r in records],
    }
    lines = [
        ",".join([name, *(cell for value in values for cell in (value, *[""] * 5))])
        for name, values in rows.items()
    ]
    lines.append(",".join(["Data Pnt:", *[f"{c}:" for _ in records for c in _COLUMNS]]) + ",")
    blocks = [_block(r) for r in records]
    lines += [
        ",".join([f"{point + 1:4d}", *(cell for block in blocks for cell in block[point]), ""])
        for point in range(records[0].n_samples)
    ]
    return write_atomically(path, "\n".join(lines) + "\n", "latin-1")


def _block(recording: Recording) -> list[list[str]]:
    """Return the six cells of each data point."""
    scale = microvolts_per_count(float(recording.sweeps or 1), GAIN_K, AD_VOLTS[0])
    if recording.halves is None:
        counts = _counts(recording.waveform, scale)
        return [[f"{c:8d}", f"{c * scale:10.4f}", "", "", "", ""] for c in counts.tolist()]
    a, b = (_counts(half, 2.0 * scale) for half in recording.halves)
    return [
        [
            cell
            for count, size in ((x + y, scale), (x, 2 * scale), (y, 2 * scale))
            for cell in (f"{count:8d}", f"{count * size:10.4f}")
        ]
        for x, y in zip(a.tolist(), b.tolist(), strict=True)
    ]


def _counts(values: NDArray[np.float32], scale: float) -> NDArray[np.int64]:
    return np.rint(values.astype(np.float64) / scale).astype(np.int64)
