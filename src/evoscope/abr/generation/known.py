"""Recordings to begin with: of a cohort, or measured ones as an analysis found them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from evoscope.abr.cohort import CLASSES, Cohort
from evoscope.abr.diffusion.checks import complaint
from evoscope.abr.encoding import SPECIES, grid_time_ms, on_grid
from evoscope.abr.findings import Findings
from evoscope.abr.findings.recording import Estimate, RecordingFindings, Trace, Wave
from evoscope.abr.formats.errors import FormatError
from evoscope.abr.generation.contract import COLUMNS, column
from evoscope.abr.generation.cvae.contract import TOLD_WAVES
from evoscope.abr.generation.rows import Ids
from evoscope.abr.generation.seen import Seen
from evoscope.abr.norms import to_nhl

Like: TypeAlias = str | Path | Findings | Sequence[Findings]
"""A cohort's file, or what an analysis found."""
_NUMBERS = {
    "age_years": "age_years",
    "level_db": "level_db",
    "rate_hz": "rate_hz",
    "frequency_hz": "frequency_hz",
    "threshold_db": "true_threshold_db",
}
WORDS = {"species": ("species", SPECIES), "loss_class": ("loss_type", CLASSES)}
_UNKNOWN_UV = 0.05
"""Noise of an average of which nobody knows it: what a thousand sweeps usually leave."""
_LATE_MS = 0.5
"""An analysis may end a little before the grid does; what is missing more would be made up."""


@dataclass(frozen=True, eq=False)
class Known:
    """Recordings, and what is known of each.

    Attributes:
        waveforms_uv: ``(n, n_samples)`` on the grid: as a generator has learned them.
        table: ``(n, len(COLUMNS))`` conditions; NaN = not known.
        latency_ms, amplitude_uv: ``(n, 3)`` of waves I, III and V as they were marked or found; NaN
            where not.
        noise_uv: ``(n,)`` residual noise; ``None`` where waveforms are as clean as was learned.
        ids: whose they are.
    """

    waveforms_uv: NDArray[np.float64]
    table: NDArray[np.float32]
    latency_ms: NDArray[np.float64]
    amplitude_uv: NDArray[np.float64]
    noise_uv: NDArray[np.float64] | None
    ids: Ids

    @classmethod
    def of_cohort(cls, cohort: Cohort, *, clean: bool, n_samples: int) -> Self:
        """Take all recordings of a cohort.

        Args:
            cohort: opened.
            clean: their truth; else their averages.
            n_samples: of the grid.

        Raises:
            FormatError: recordings on another grid, or without a truth that is wanted.
        """
        waveforms = cohort.waveforms(column="clean_waveform" if clean else "waveform")
        if waveforms.shape[1] != n_samples:
            reason = (
                f"Recordings should have the generator's {n_samples} samples. "
                f"Found {waveforms.shape[1]}."
            )
            raise FormatError(str(cohort.path), "", reason)
        names = [
            f"marked_{w}_{what}" for what in ("latency_ms", "amplitude_uv") for w in TOLD_WAVES
        ]
        frame = cohort.to_pandas(["patient_id", "series_id", "record", *names])
        marks = frame[names].to_numpy(dtype=np.float64, na_value=np.nan)
        return cls(
            waveforms.astype(np.float64),
            condition_table(cohort),
            marks[:, : len(TOLD_WAVES)],
            marks[:, len(TOLD_WAVES) :],
            None,
            Ids(*(frame[name].tolist() for name in ("patient_id", "series_id", "record"))),
        )

    @classmethod
    def of_findings(cls, findings: Sequence[Findings], *, n_samples: int, seen: Seen) -> Self:
        """Take every level of measured series, as recorded, with the noise that is known of them.

        Threshold and loss type are those that were found, where they can be; levels are brought to
        dB nHL.

        Args:
            findings: of series.
            n_samples: of the grid.
            seen: what a generator has learned from.

        Raises:
            ValueError: no recording, one that ends before the grid does, or conditions that were
                never there in training.
        """
        pairs = [(one, level) for one in findings for level in one.levels]
        if not pairs:
            raise complaint("findings", "of at least one recording", "none")
        waveforms = [_on_grid(level.trace, level, n_samples) for _, level in pairs]
        table = np.stack([_conditions(one, level, seen) for one, level in pairs])
        waves = [[level.wave(name) for name in TOLD_WAVES] for _, level in pairs]
        latency_ms, amplitude_uv = (
            np.array([[_value(wave, name) for wave in row] for row in waves])
            for name in ("latency_ms", "amplitude_uv")
        )
        patient = [one.info.subject or one.info.file for one, _ in pairs]
        series = [one.info.name for one, _ in pairs]
        record = [i for one in findings for i in range(len(one.levels))]
        noise_nv = [level.residual_noise_nv for _, level in pairs]
        noise_uv = np.array([_UNKNOWN_UV if nv is None else nv / 1000.0 for nv in noise_nv])
        ids = Ids(patient, series, record)
        return cls(np.stack(waveforms), table, latency_ms, amplitude_uv, noise_uv, ids)


def open_like(like: Like) -> Cohort | tuple[Findings, ...]:
    """Open a cohort where it is a path; else take the findings.

    Raises:
        FormatError: a path that is no cohort.
    """
    if isinstance(like, str | Path):
        return Cohort.open(like)
    return (like,) if isinstance(like, Findings) else tuple(like)


def named(like: Cohort | Sequence[Findings]) -> str:
    """Say in a cohort's provenance what was begun with, without a path."""
    if isinstance(like, Cohort):
        return like.path.name
    return ", ".join(dict.fromkeys(Path(one.info.file).name for one in like))


def condition_table(cohort: Cohort) -> NDArray[np.float32]:
    """Return the conditions of a cohort's recordings, ``(n, len(COLUMNS))``; NaN = not known."""
    names = [*_NUMBERS.values(), "stimulus", *(n for n, _ in WORDS.values())]
    frame = cohort.to_pandas(names)
    table = np.full((len(frame), len(COLUMNS)), np.nan, np.float32)
    for name, source in _NUMBERS.items():
        table[:, column(name)] = frame[source].to_numpy(np.float32)
    table[(frame["stimulus"] == "click").to_numpy(), column("frequency_hz")] = 0.0
    for name, (source, words) in WORDS.items():
        numbers = frame[source].map({word: i for i, word in enumerate(words)})
        table[:, column(name)] = numbers.to_numpy(np.float32)
    return table


def _value(wave: Wave | None, name: str) -> float:
    found: Estimate | None = None if wave is None or not wave.present else getattr(wave, name)
    return np.nan if found is None else found.value


def _on_grid(trace: Trace, level: RecordingFindings, n_samples: int) -> NDArray[np.float64]:
    values = np.asarray(trace.values_uv, dtype=np.float64)
    time_ms = trace.start_ms + trace.step_ms * np.arange(values.size, dtype=np.float64)
    wanted = float(grid_time_ms(n_samples)[-1])
    if time_ms[-1] < wanted - _LATE_MS:
        raise complaint(
            f"recording {level.record} of {level.path}",
            f"one that goes on to {wanted:.1f} ms after the stimulus",
            f"an end at {time_ms[-1]:.1f} ms",
        )
    return on_grid(values, time_ms, n_samples)


def _conditions(one: Findings, level: RecordingFindings, seen: Seen) -> NDArray[np.float32]:
    info, row = one.info, np.full(len(COLUMNS), np.nan, np.float32)
    human = info.species in ("human", "unknown")

    def nhl(level_db: float) -> float:
        if not human:
            return level_db
        return float(to_nhl(level_db, stimulus=info.stimulus, level_reference=info.level_reference))

    numbers = {
        "age_years": info.age_years,
        "level_db": nhl(level.level_db),
        "rate_hz": info.rate_hz,
    }
    for name, value in numbers.items():
        found = seen.ranges.get(name)
        if value is None or found is None:
            continue
        if not found.least <= value <= found.most:
            where = f"{name} of {info.name}"
            raise complaint(where, f"between {found.least:g} and {found.most:g}", f"{value:g}")
        row[column(name)] = value
    tone = 0.0 if info.stimulus in ("click", "chirp") else info.frequency_hz
    if tone is not None:
        if f"{tone:g}" not in seen.frequencies_hz:
            allowed = ", ".join(seen.frequencies_hz)
            where = f"the stimulus of {info.name}"
            raise complaint(where, f"one of {allowed} Hz (0 is a click)", f"{tone:g}")
        row[column("frequency_hz")] = tone
    if info.species in SPECIES:
        row[column("species")] = SPECIES.index(info.species)
    loss = one.loss_type.name
    # Where the response begins lies between levels; the lowest that was answered is above it.
    found_db = one.threshold.fitted_db
    value = one.threshold.value_db if found_db is None else found_db
    spreads = list(seen.thresholds.values())
    if loss in seen.classes:
        row[column("loss_class")] = CLASSES.index(loss)
        # A threshold that ears of this type never had would be told against it.
        spreads = [seen.thresholds[loss]] if loss in seen.thresholds else []
    if value is not None and any(s.least <= nhl(value) <= s.most for s in spreads):
        row[column("threshold_db")] = nhl(value)
    return row
