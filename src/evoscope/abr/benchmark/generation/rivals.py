"""Rivals of a generator: what anyone can do with a cohort, and no network."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from evoscope.abr.benchmark.generation.sample import Sample, View, sample_of
from evoscope.abr.simulation.make import simulate

Draw = Callable[[Sample, int], Sample]
"""Draws one recording under the conditions of every row, from a seed."""
COMPONENTS = 20
_FLOOR = 1e-4
_WAVE_V = ("present", "latency_ms", "amplitude_uv")
# Worth of one unit of each condition in the search for a neighbour: 10 dB, a doubling of age.
_WORTH = {
    "age_years": 1.0,
    "level_db": 0.1,
    "rate_hz": 0.05,
    "frequency_hz": 0.01,
    "species": 100.0,
    "loss_class": 10.0,
    "threshold_db": 0.1,
}
Floats = NDArray[np.float64]
Rows = NDArray[np.intp]


def rivals_of(train: Sample, simulated: Sample | None) -> Mapping[str, Draw]:
    """Return the rivals by name; ``simulated`` is of other patients of the simulator."""
    found: dict[str, Draw] = {
        "conditional-mean": lambda wanted, _seed: _mean(train, wanted),
        "gaussian": lambda wanted, seed: _gaussian(train, wanted, seed),
        "nearest-real": lambda wanted, _seed: _neighbour(train, wanted),
        "oversampling": lambda wanted, seed: matched(train, wanted, seed),
    }
    if simulated is not None:
        found["simulator"] = lambda wanted, seed: matched(simulated, wanted, seed)
    return found


def matched(source: Sample, wanted: Sample, seed: int) -> Sample:
    """Draw a recording of the same cell of conditions by lot; none where the cell is empty.

    With this a finished cohort of synthetic recordings is judged, too.
    """
    rng = np.random.default_rng(seed)
    rows = np.full(len(wanted), -1, dtype=np.intp)
    for mine, theirs in _cells(source, wanted):
        if len(theirs):
            rows[mine] = rng.choice(theirs, len(mine))
    return _taken(source, wanted, rows)


def simulated_sample(*, profile: str, patients: int, seed: int, view: View) -> Sample:
    """Make patients of the simulator that nobody has learned from."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "clinic.parquet"
        cohort = simulate(path, profile=profile, patients=patients, seed=seed)
        return sample_of(cohort, view=view, most=cohort.n_rows, seed=seed)


def _cells(source: Sample, wanted: Sample) -> list[tuple[Rows, Rows]]:
    own, asked = source.cell, wanted.cell
    return [
        (np.flatnonzero(asked == number), np.flatnonzero(own == number))
        for number in np.unique(asked[asked >= 0])
    ]


def _taken(source: Sample, wanted: Sample, rows: Rows) -> Sample:
    """Put recordings of ``source`` under the conditions of ``wanted``; -1 is none."""
    there = rows >= 0
    found = source.at(np.maximum(rows, 0))

    def known(values: Floats) -> Floats:
        return np.where(there, values, np.nan)

    return replace(
        wanted,
        waveform=np.where(there[:, None], found.waveform, np.nan),
        present=known(found.present),
        latency_ms=known(found.latency_ms),
        amplitude_uv=known(found.amplitude_uv),
    )


def _neighbour(train: Sample, wanted: Sample) -> Sample:
    """Nearest recording in the space of conditions."""
    rows = cKDTree(_place(train)).query(_place(wanted))[1]
    return _taken(train, wanted, np.asarray(rows, dtype=np.intp))


def _place(sample: Sample) -> Floats:
    columns = []
    for name, worth in _WORTH.items():
        values = sample.of(name)
        if name == "age_years":
            values = np.log2(values + 0.25)
        columns.append(worth * np.nan_to_num(values, nan=-50.0))
    return np.stack(columns, axis=1)


def _mean(train: Sample, wanted: Sample) -> Sample:
    found = _nothing(train, wanted)
    for mine, theirs in _cells(train, wanted):
        if not len(theirs):
            continue
        found.waveform[mine] = train.waveform[theirs].mean(axis=0)
        share = np.nanmean(train.present[theirs]) if np.isfinite(train.present[theirs]).any() else 0
        found.present[mine] = float(share > 0.5)
        for name in _WAVE_V[1:]:
            values = getattr(train, name)[theirs]
            known = values[np.isfinite(values)]
            if known.size and share > 0.5:
                getattr(found, name)[mine] = known.mean()
    return found


def _gaussian(train: Sample, wanted: Sample, seed: int) -> Sample:
    """Draw from one Gaussian per cell, over principal components and wave V together."""
    rng = np.random.default_rng(seed)
    middle = train.waveform.mean(axis=0)
    axes = np.linalg.svd(train.waveform[:4000] - middle, full_matrices=False)[2][:COMPONENTS]
    components = (train.waveform - middle) @ axes.T
    found = _nothing(train, wanted)
    for mine, theirs in _cells(train, wanted):
        if len(theirs) < 3:
            continue
        values = [components[theirs]]
        for name in _WAVE_V[1:]:
            column = getattr(train, name)[theirs]
            known = column[np.isfinite(column)]
            filled = np.where(np.isfinite(column), column, known.mean() if known.size else 0.0)
            values.append(filled[:, None])
        joint = np.concatenate(values, axis=1)
        floor = _FLOOR * np.diag(np.maximum(joint.var(axis=0), 1e-12))
        spread = np.cov(joint, rowvar=False) + floor
        drawn = rng.multivariate_normal(joint.mean(axis=0), spread, len(mine), method="eigh")
        found.waveform[mine] = middle + drawn[:, :-2] @ axes
        known_v = train.present[theirs][np.isfinite(train.present[theirs])]
        has = rng.random(len(mine)) < (known_v.mean() if known_v.size else 0.0)
        found.present[mine] = has
        found.latency_ms[mine] = np.where(has, drawn[:, -2], np.nan)
        found.amplitude_uv[mine] = np.where(has, np.maximum(drawn[:, -1], 0.0), np.nan)
    return found


def _nothing(train: Sample, wanted: Sample) -> Sample:
    n, n_samples = len(wanted), train.waveform.shape[1]
    return replace(
        wanted,
        waveform=np.full((n, n_samples), np.nan),
        present=np.full(n, np.nan),
        latency_ms=np.full(n, np.nan),
        amplitude_uv=np.full(n, np.nan),
    )
