"""Recordings of a cohort, diffused anew every time they are drawn."""

from __future__ import annotations

from functools import cached_property

import numpy as np
import torch
from jaxtyping import Float, Int
from torch import Tensor

from evoscope.abr.diffusion import noise_rate, signal_rate
from evoscope.abr.encoding import EncodedCohort
from evoscope.abr.generation.contract import CLOCK, column
from evoscope.abr.generation.coordinates import Coordinates
from evoscope.abr.learning.diffusion.conditions import condition_table
from evoscope.abr.learning.diffusion.noise_bank import NoiseBank
from evoscope.abr.learning.diffusion.noising import noisy
from evoscope.abr.learning.diffusion.parameters import parameter_table
from evoscope.abr.learning.diffusion.responses import Responses
from evoscope.abr.learning.diffusion.settings import Diffusing
from evoscope.abr.learning.diffusion.task import WEIGHT
from evoscope.abr.learning.layers import drop_conditions
from evoscope.multitask import Batch, Labels

_RESIDUAL = column("residual_noise_nv")
_UNTOLD = (column("loss_class"), column("threshold_db"))


class DiffusionSource:
    """A row is a recording: its response, noised, with what may be told of it.

    Args:
        cohort: encoded; its own noise serves as recorded noise.
        responses: of the cohort, chosen by `Responses.of`.
        coordinates: of the generator.
        settings: how it is diffused.
    """

    def __init__(
        self,
        cohort: EncodedCohort,
        responses: Responses,
        *,
        coordinates: Coordinates,
        settings: Diffusing,
    ) -> None:
        rows = responses.rows
        self._settings = settings
        self._response = torch.from_numpy(coordinates.enter(responses.uv)).float()
        self._floor = torch.from_numpy(responses.floor(cohort, coordinates)).float()
        whole = np.zeros((cohort.n_recordings, coordinates.n_samples))
        whole[rows] = responses.uv
        self._parameters = parameter_table(cohort, whole)[torch.from_numpy(rows)]
        self._conditions = torch.from_numpy(condition_table(cohort)[rows])
        self._bank = NoiseBank.of(cohort, coordinates)

    def __len__(self) -> int:
        return len(self._floor)

    @cached_property
    def labels(self) -> Labels:
        """Targets of every row at noise of its own; others are drawn for every batch."""
        return self.batch(torch.arange(len(self)), torch.Generator().manual_seed(0)).labels

    def batch(self, rows: Int[Tensor, " k"], generator: torch.Generator) -> Batch:
        """Diffuse these rows."""
        settings, n = self._settings, len(rows)
        recorded = torch.rand(n, generator=generator) < settings.recorded_noise * bool(self._bank)
        # One time in each n-th part of the clock, so that a batch holds every noise level.
        t = (torch.randperm(n, generator=generator) + torch.rand(n, generator=generator)) / n
        sigma, floor = CLOCK.sigma(t), self._floor[rows]
        noise = torch.randn(n, self._response.shape[1], generator=generator)
        conditions = drop_conditions(
            self._conditions[rows],
            sample_share=settings.all_dropped,
            cell_share=settings.one_dropped,
            generator=generator,
        )
        if bool(recorded.any()):
            unit, loud, told_nv = self._recorded(n, generator)
            noise = torch.where(recorded[:, None], unit, noise)
            sigma = torch.where(recorded, (loud.square() + floor.square()).sqrt(), sigma)
            untold = conditions.clone()
            untold[:, _UNTOLD] = torch.nan
            untold[:, _RESIDUAL] = told_nv
            conditions = torch.where(recorded[:, None], untold, conditions)
        made = noisy(self._response[rows], floor=floor, noise=noise, sigma=sigma, settings=settings)
        told, velocity = self._with_parameters(rows, made.sigma, recorded, generator)
        known = ~velocity.isnan()
        all_known = torch.ones(n, dtype=torch.bool)
        return Batch(
            {
                "x": made.x,
                "t": CLOCK.t(made.sigma),
                "conditions": conditions,
                "noisy_parameters": told,
            },
            Labels(
                {"signal": made.velocity, "parameters": velocity, WEIGHT: made.weight},
                {"signal": all_known, "parameters": known, WEIGHT: all_known},
            ),
        )

    def _recorded(self, n: int, generator: torch.Generator) -> tuple[Tensor, Tensor, Tensor]:
        """Noise of other recordings: at unit loudness as estimated, how loud, how loud it says."""
        which = torch.randint(len(self._bank), (n,), generator=generator)
        sign = 1.0 - 2.0 * torch.randint(2, (n, 1), generator=generator)
        reach = 2.0 * torch.rand(n, generator=generator) - 1.0
        louder = self._settings.louder**reach
        sigma = self._bank.sigma[which]
        unit = sign * self._bank.traces[which] / sigma[:, None]
        return unit, louder * sigma, louder * self._bank.residual_nv[which]

    def _with_parameters(
        self,
        rows: Int[Tensor, " k"],
        sigma: Float[Tensor, " k"],
        untold: Tensor,
        generator: torch.Generator,
    ) -> tuple[Tensor, Tensor]:
        """Noisy parameters and their velocity; where none are told, that of pure noise's time."""
        clean = self._parameters[rows]
        eps = torch.randn(clean.shape, generator=generator)
        s, n = signal_rate(sigma)[:, None], noise_rate(sigma)[:, None]
        told = torch.where(untold[:, None], torch.nan, s * clean + n * eps)
        velocity = torch.where(untold[:, None], -clean, s * eps - n * clean)
        return told, velocity
