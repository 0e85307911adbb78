"""Recordings of some series under each other, with all that is known of them, as tensors."""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from jaxtyping import Bool, Float, Int, Int8
from torch import Tensor

from evoscope.abr.encoding import EncodedCohort, column
from evoscope.multitask.batch import rows_of

_RMS, _RESIDUAL = column("rms_uv"), column("residual_noise_nv")


@dataclass(frozen=True, eq=False)
class Recordings:
    """Recordings ``n`` of series ``s``, those of a series next to each other.

    Attributes:
        waveforms, noise, covered, conditions, modelled_nv, clean, present, latency_ms,
            amplitude_uv, response: of every recording; see `EncodedCohort`.
        noise_uv: residual noise in the waveform, whatever the conditions say of it; NaN = unknown.
        series: which series a recording is of, 0, 0, ..., 1, ...
        threshold_db, loss_class: of every series.
    """

    waveforms: Float[Tensor, "n samples"]
    noise: Float[Tensor, "n samples"]
    covered: Bool[Tensor, "n samples"]
    conditions: Float[Tensor, "n conditions"]
    modelled_nv: Float[Tensor, " n"]
    clean: Float[Tensor, "n samples"]
    present: Int8[Tensor, "n 5"]
    latency_ms: Float[Tensor, "n 5"]
    amplitude_uv: Float[Tensor, "n 5"]
    response: Int8[Tensor, " n"]
    noise_uv: Float[Tensor, " n"]
    series: Int[Tensor, " n"]
    threshold_db: Float[Tensor, " s"]
    loss_class: Int[Tensor, " s"]

    @property
    def n_series(self) -> int:
        """Number of series."""
        return len(self.threshold_db)

    def of_series(self, flags: Bool[Tensor, " n"]) -> Bool[Tensor, " s"]:
        """Series of which any recording is flagged."""
        return torch.bincount(self.series[flags], minlength=self.n_series) > 0

    @property
    def has_halves(self) -> Bool[Tensor, " n"]:
        """Recordings whose noise is there as a trace."""
        return (self.noise != 0).any(1)

    def level_of(self, traces: Float[Tensor, "n samples"]) -> Float[Tensor, " n"]:
        """Root mean square over what is covered, microvolts."""
        power = torch.where(self.covered, traces, 0.0).square().sum(1)
        return (power / self.covered.sum(1).clamp_min(1)).sqrt()

    def sounding(
        self,
        *,
        waveforms: Float[Tensor, "n samples"],
        noise: Float[Tensor, "n samples"],
        clean: Float[Tensor, "n samples"],
        covered: Bool[Tensor, "n samples"],
    ) -> Recordings:
        """Return them with other traces; their levels follow.

        The residual noise, measured or modelled, goes as the rms of the noise trace does.
        """
        new = replace(
            self,
            waveforms=torch.where(covered, waveforms, 0.0),
            noise=torch.where(covered, noise, 0.0),
            clean=torch.where(covered, clean, 0.0),
            covered=covered,
        )
        before, after = self.level_of(self.noise), new.level_of(new.noise)
        ratio = torch.where((before > 0) & (after > 0), after / before.clamp_min(1e-12), 1.0)
        conditions = self.conditions.clone()
        conditions[:, _RMS] = new.level_of(new.waveforms)
        conditions[:, _RESIDUAL] *= ratio
        return replace(
            new,
            conditions=conditions,
            modelled_nv=self.modelled_nv * ratio,
            noise_uv=self.noise_uv * ratio,
        )


class Store:
    """An encoded cohort as tensors that share its memory.

    Args:
        cohort: what to read.
        marked: take as truth what a clinician marked, for cohorts that have nothing better.
    """

    def __init__(self, cohort: EncodedCohort, *, marked: bool) -> None:
        kind = "marked_" if marked else ""
        threshold = cohort.marked_threshold_db if marked else cohort.threshold_db
        sizes = torch.from_numpy(cohort.sizes)
        conditions = torch.from_numpy(cohort.conditions)
        self.sizes = sizes
        self.all = Recordings(
            waveforms=torch.from_numpy(cohort.waveforms),
            noise=torch.from_numpy(cohort.noise),
            covered=torch.from_numpy(cohort.covered),
            conditions=conditions,
            modelled_nv=torch.from_numpy(cohort.modelled_noise_nv),
            clean=torch.from_numpy(cohort.clean),
            present=torch.from_numpy(getattr(cohort, f"{kind}present")),
            latency_ms=torch.from_numpy(getattr(cohort, f"{kind}latency_ms")),
            amplitude_uv=torch.from_numpy(getattr(cohort, f"{kind}amplitude_uv")),
            response=torch.from_numpy(cohort.response),
            noise_uv=conditions[:, _RESIDUAL] / 1000.0,
            series=torch.arange(len(sizes)).repeat_interleave(sizes),
            threshold_db=torch.from_numpy(threshold),
            loss_class=torch.from_numpy(cohort.loss_class).long(),
        )
        self.with_halves = torch.nonzero(self.all.has_halves)[:, 0]

    def __len__(self) -> int:
        return len(self.sizes)

    def rows(self, series: Int[Tensor, " s"]) -> Int[Tensor, " n"]:
        """Row numbers of the recordings of some series."""
        return rows_of(self.sizes, series)

    def take(
        self, rows: Int[Tensor, " n"], *, series: Int[Tensor, " s"], of: Int[Tensor, " n"]
    ) -> Recordings:
        """Take recordings.

        Args:
            rows: their row numbers.
            series: the series they are of, in the order wanted.
            of: for every recording the place of its series in ``series``.
        """
        whole = self.all
        return Recordings(
            waveforms=whole.waveforms[rows],
            noise=whole.noise[rows],
            covered=whole.covered[rows],
            conditions=whole.conditions[rows],
            modelled_nv=whole.modelled_nv[rows],
            clean=whole.clean[rows],
            present=whole.present[rows],
            latency_ms=whole.latency_ms[rows],
            amplitude_uv=whole.amplitude_uv[rows],
            response=whole.response[rows],
            noise_uv=whole.noise_uv[rows],
            series=of,
            threshold_db=whole.threshold_db[series],
            loss_class=whole.loss_class[series],
        )
