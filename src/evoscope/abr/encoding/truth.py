"""What is so, and what was marked, of the recordings and the series of one patient."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from evoscope.abr.cohort import CLASSES
from evoscope.abr.encoding.encoded_cohort import STATUSES, UNKNOWN
from evoscope.abr.findings import WAVES

Table = dict[str, NDArray[np.float64]]
"""Columns as float64, NaN for null."""

PER_RECORDING: tuple[str, ...] = (
    "response_present",
    *(
        f"{prefix}_{wave}_{what}"
        for prefix in ("wave", "marked")
        for wave in WAVES
        for what in ("present", "latency_ms", "amplitude_uv")
    ),
)
PER_SERIES: tuple[str, ...] = ("true_threshold_db", "marked_threshold_db", "weight")
TRUTH_COLUMNS: tuple[str, ...] = (*PER_RECORDING, *PER_SERIES, "loss_type", "clean_waveform")


def as_numbers(batch: pa.RecordBatch) -> Table:
    """Read the truth of a batch; the class as its number."""
    table: Table = {}
    for name in (*PER_RECORDING, *PER_SERIES):
        values = batch.column(name).cast(pa.float64())
        table[name] = np.asarray(values.to_numpy(zero_copy_only=False), dtype=np.float64)
    numbers = {name: float(i) for i, name in enumerate(CLASSES)}
    table["loss_type"] = np.array(
        [numbers.get(name, np.nan) for name in batch.column("loss_type").to_pylist()]
    )
    return table


def waves_of(
    table: Table, prefix: str, group: NDArray[np.intp]
) -> tuple[NDArray[np.int8], NDArray[np.float32], NDArray[np.float32]]:
    """Presence, latency and amplitude of waves I-V of recordings pooled into one, ``(5,)`` each.

    Of several, a wave is present where most have it; its latency and amplitude are their mean.
    """
    there, latency, amplitude = (
        np.array([mean_known(table[f"{prefix}_{wave}_{what}"][group]) for wave in WAVES])
        for what in ("present", "latency_ms", "amplitude_uv")
    )
    present = flags(there)
    keep = present == 1
    return (
        present,
        np.where(keep, latency, np.nan).astype(np.float32),
        np.where(keep, amplitude, np.nan).astype(np.float32),
    )


def flags(share: NDArray[np.float64]) -> NDArray[np.int8]:
    """Turn shares into 1 (at least half), 0, or -1 for NaN.

    Example:
        >>> flags(np.array([0.5, 0.0, np.nan])).tolist()
        [1, 0, -1]
    """
    return np.where(np.isnan(share), UNKNOWN, np.nan_to_num(share) >= 0.5).astype(np.int8)


def mean_known(values: NDArray[np.float64]) -> float:
    """Mean of what is known; NaN where nothing is.

    Example:
        >>> mean_known(np.array([1.0, np.nan, 3.0]))
        2.0
    """
    known = values[~np.isnan(values)]
    return float(known.mean()) if known.size else float("nan")


def status_of(response: NDArray[np.int8]) -> int:
    """Index into `STATUSES`, from whether each recording holds a response; -1 where not known.

    Example:
        >>> STATUSES[status_of(np.array([0, 1, 1], dtype=np.int8))]
        'estimated'
    """
    if (response == UNKNOWN).any():
        return UNKNOWN
    if not response.any():
        return STATUSES.index("no_response")
    return STATUSES.index("below_range" if response.all() else "estimated")
