"""Prepared series -> the arrays a network reads; training and analysis both go through here."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.averaging import PRESETS, Preset, SubAverages, bandpass, pool
from evoscope.abr.classical.prepare import Prepared, on_axis
from evoscope.abr.encoding.conditions import column, level_offset_db, stated_conditions
from evoscope.abr.encoding.encoded import Encoded
from evoscope.abr.encoding.grid import covered_by, on_grid, samples_to_cover
from evoscope.abr.encoding.noise import half_difference, measured_nv, modelled_nv
from evoscope.abr.encoding.pooling import MOST_RECORDINGS, groups_of, shares_of
from evoscope.abr.recording import Recording, Series

ENCODER_VERSION = 2
"""Counts up when the same series encodes to other numbers: a network knows what it was fed."""

# What a device lets through before it averages; single trials come without any filter.
RAW_HUMAN = Preset("device", 30.0, 3000.0, "raw trials: the band that clinical devices record")


def network_preset(series: Series, *, human: bool) -> Preset:
    """Return the filter before a network: the recording's own band.

    The classical presets take 30-100 Hz off, and with it a part of every amplitude: a network
    weighs slow noise by itself, and its truth is the unfiltered response. So averages are only
    smoothed above 3 kHz, and single trials get the band of a device.
    """
    if all(r.epochs is None for r in series):
        return PRESETS["smooth"]
    return RAW_HUMAN if human else PRESETS["animal"]


def encode(prepared: Prepared, *, most: int = MOST_RECORDINGS) -> Encoded:
    """Put a prepared series on the network's grid, with its noise and its conditions.

    Args:
        prepared: best made with `network_preset`; any filter is encoded as it is.
        most: recordings; more are pooled by level and polarity, or else by level.

    Example:
        >>> from evoscope.abr.classical.prepare import prepare
        >>> from evoscope.abr.simulation import simulate_series
        >>> series, _ = simulate_series(true_threshold_db=20, levels_db=(20, 40, 60), seed=1)
        >>> encoded = encode(prepare(series, human=True))
        >>> encoded.waveforms.shape, encoded.conditions[:, 1].tolist()
        ((3, 224), [20.0, 40.0, 60.0])
    """
    series, time_ms = prepared.series, prepared.time_ms
    n_samples = samples_to_cover(float(time_ms[-1]))
    covered = covered_by(time_ms, n_samples)
    members = groups_of(series, most=most)
    modelled = modelled_nv(prepared)
    rows = []
    for group in members:
        recordings = tuple(series.recordings[i] for i in group)
        shares = shares_of(recordings)
        parts = pool([prepared.recordings[i] for i in group], shares)
        here = SubAverages(on_grid(parts.values, time_ms, n_samples), parts.weights, parts.source)
        # Independent noise averages down: weights squared times variances.
        part = np.array(shares) / sum(shares)
        model_nv = float(np.sqrt(np.sum((part * modelled[list(group)]) ** 2)))
        mean = here.mean()
        rows.append((mean, half_difference(here), _conditions(recordings, here, covered, model_nv)))
    waveforms, noise, conditions = (np.array(x, dtype=np.float32) for x in zip(*rows, strict=True))
    return Encoded(
        waveforms,
        noise,
        np.tile(covered, (len(members), 1)),
        conditions[:, :-1],
        conditions[:, -1],
        members,
        level_offset_db(series.recordings[0]),
        _notes(len(series), len(members), most),
    )


def encode_as(
    values: NDArray[np.floating], recording: Recording, prepared: Prepared, n_samples: int
) -> NDArray[np.float64]:
    """Take ``(k, n)`` other waveforms of a recording the way its own went: filter, axis, grid.

    A clean response has to go through what its noisy recording went through, or a network is
    taught to undo a filter.
    """
    filtered = bandpass(values, sampling_rate_hz=recording.sampling_rate_hz, preset=prepared.preset)
    weights = np.full(len(filtered), 1.0 / len(filtered))
    moved = on_axis(SubAverages(filtered, weights, "none"), recording.time_ms, prepared.time_ms)
    return on_grid(moved.values, prepared.time_ms, n_samples)


def _conditions(
    recordings: Sequence[Recording],
    parts: SubAverages,
    covered: NDArray[np.bool_],
    model_nv: float,
) -> NDArray[np.float32]:
    """Conditions of one row, and in a last column its modelled noise."""
    row = stated_conditions(recordings)
    row[column("rms_uv")] = np.sqrt(np.mean(parts.mean()[covered] ** 2))
    noise_nv, kind = measured_nv(parts, covered), 0.0
    if np.isnan(noise_nv):
        noise_nv, kind = model_nv, 1.0
    if not np.isnan(noise_nv):
        row[column("residual_noise_nv")], row[column("noise_kind")] = noise_nv, kind
    return np.append(row, np.float32(model_nv))


def _notes(recordings: int, rows: int, most: int) -> tuple[str, ...]:
    if rows == recordings:
        return ()
    return (
        f"{recordings} recordings were pooled into {rows}, weighted by sweeps: the network reads "
        f"at most {most} and never merges levels.",
    )
