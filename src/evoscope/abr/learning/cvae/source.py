"""Recordings of a cohort as an autoencoder sees them."""

from __future__ import annotations

from functools import cached_property
from typing import Literal

import numpy as np
import torch
from jaxtyping import Int
from numpy.typing import NDArray
from torch import Tensor

from evoscope.abr.encoding import SAMPLING_RATE_HZ, UNKNOWN, EncodedCohort
from evoscope.abr.encoding import column as encoded_column
from evoscope.abr.generation.cvae.contract import PLACES
from evoscope.abr.learning.cvae.scales import Scales
from evoscope.abr.learning.cvae.settings import Seeing
from evoscope.abr.learning.cvae.task import PRESENT, RESPONSE
from evoscope.abr.learning.diffusion.conditions import condition_table
from evoscope.abr.learning.layers import drop_conditions
from evoscope.multitask import Batch, Labels

_MS = SAMPLING_RATE_HZ / 1000.0


class CVAESource:
    """A row is a recording: its waveform, what is known of its waves, and its conditions.

    What goes in is what should come out, with noise, and with features hidden. A recording that is
    moved in time takes its latencies along.

    Args:
        cohort: encoded.
        settings: what recordings are, and how they are varied.
        varied: off, nothing is drawn: for validation.

    Raises:
        ValueError: no recording of the kind asked for that covers the whole grid.

    Attributes:
        rows: ``(n,)`` recording of each row.
        signals: ``(n, samples)`` microvolts.
        conditions: ``(n, columns)`` of a generator.
        features: ``(n, 6)`` latencies and amplitudes of waves I, III, V; NaN where not known.
    """

    def __init__(self, cohort: EncodedCohort, settings: Seeing, *, varied: bool) -> None:
        self._settings, self._varied = settings, varied
        kind = settings.target
        self.rows = _rows(cohort, kind)
        signals = cohort.clean if kind == "clean" else cohort.waveforms
        places = list(PLACES)
        columns = [cohort.latency_ms[:, places], cohort.amplitude_uv[:, places]]
        self.signals = torch.from_numpy(signals[self.rows])
        self.conditions = torch.from_numpy(condition_table(cohort)[self.rows])
        self.features = torch.from_numpy(np.concatenate(columns, axis=1)[self.rows])
        there = cohort.present[:, places][self.rows]
        self._present = torch.from_numpy(np.where(there == UNKNOWN, np.nan, there)).float()

    def __len__(self) -> int:
        return len(self.rows)

    def scales(self) -> Scales:
        """Units of a network that learns from these recordings."""
        return Scales.of(self.signals.numpy(), self.features.numpy())

    @cached_property
    def labels(self) -> Labels:
        """Targets of every row, as they are."""
        return self._labels(self.signals, self.features, self._present)

    def batch(self, rows: Int[Tensor, " k"], generator: torch.Generator) -> Batch:
        """Take these rows, varied."""
        signal, features, told = self.signals[rows], self.features[rows], self.conditions[rows]
        given, shown = signal, features
        if self._varied:
            settings, k = self._settings, len(rows)
            most = round(settings.shift_ms * _MS)
            by = torch.randint(-most, most + 1, (k,), generator=generator)
            signal, features = _moved(signal, features, by)
            loud = settings.noise_uv * torch.rand(k, 1, generator=generator)
            given = signal + loud * torch.randn(signal.shape, generator=generator)
            chance = torch.rand(features.shape, generator=generator)
            share = 2.0 * settings.hidden * torch.rand(k, 1, generator=generator)
            shown = features.masked_fill(chance < share, torch.nan)
            told = drop_conditions(
                told,
                sample_share=settings.all_dropped,
                cell_share=settings.one_dropped,
                generator=generator,
            )
        return Batch(
            {
                "signal": given,
                "conditions": told,
                "latency_ms": shown[:, :3],
                "amplitude_uv": shown[:, 3:],
            },
            self._labels(signal, features, self._present[rows]),
        )

    def _labels(self, signal: Tensor, features: Tensor, present: Tensor) -> Labels:
        targets = {
            "signal": signal,
            "latency_ms": features[:, :3],
            "amplitude_uv": features[:, 3:],
            PRESENT: present,
            RESPONSE: signal.ne(0.0).any(1, keepdim=True).float(),
        }
        masks = {name: ~target.isnan() for name, target in targets.items()}
        return Labels(targets, {**masks, "signal": torch.ones(len(signal), dtype=torch.bool)})


def noise_nv(cohort: EncodedCohort, settings: Seeing) -> float | None:
    """Mean residual noise in what is learned from, nanovolts; 0 where that is the truth.

    Recordings whose noise is not known do not count; where it is known of none, ``None``.
    """
    if settings.target == "clean":
        return 0.0
    known = cohort.conditions[_rows(cohort, "measured"), encoded_column("residual_noise_nv")]
    known = known[np.isfinite(known)]
    return float(known.mean()) if known.size else None


def _rows(cohort: EncodedCohort, kind: Literal["clean", "measured"]) -> NDArray[np.int64]:
    """Recordings that cover the whole grid: what one lacks is not silence."""
    there = cohort.covered.all(axis=1)
    if kind == "clean":
        there = there & np.isfinite(cohort.clean).all(axis=1)
    rows = np.flatnonzero(there)
    if len(rows):
        return rows
    what = "clean responses" if kind == "clean" else "averages"
    hint = "" if kind == "measured" else " A cohort without truth is learned with target: measured."
    raise ValueError(
        f"a cohort should hold {what} that cover the whole time axis. Found none among "
        f"{cohort.n_recordings} recordings.{hint}"
    )


def _moved(signal: Tensor, features: Tensor, by: Int[Tensor, " k"]) -> tuple[Tensor, Tensor]:
    """Move by whole samples, later where positive; what enters at an end is held."""
    place = torch.arange(signal.shape[1]) - by[:, None]
    moved = signal.gather(1, place.clamp(0, signal.shape[1] - 1))
    later = (by / _MS)[:, None]
    return moved, torch.cat([features[:, :3] + later, features[:, 3:]], dim=1)
