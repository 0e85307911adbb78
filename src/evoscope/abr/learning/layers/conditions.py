"""What is known about a recording before its waveform is read, and how a network is told."""

from __future__ import annotations

import math
from dataclasses import dataclass
from types import MappingProxyType
from typing import get_args

import torch
from jaxtyping import Bool, Float
from torch import Tensor, nn

from evoscope.abr.recording import Species

SPECIES: tuple[str, ...] = tuple(name for name in get_args(Species) if name != "unknown")
"""Species in the order in which the condition ``species`` numbers them."""


@dataclass(frozen=True)
class NumericCondition:
    """How a physical quantity becomes a number near 0 with a spread near 1.

    Attributes:
        centre, scale: (value - centre) / scale; of the natural logarithm where there is a floor.
        floor: smallest value whose logarithm is taken, in the quantity's unit; ``None``: no
            logarithm.
    """

    centre: float
    scale: float
    floor: float | None = None


NUMERIC: MappingProxyType[str, NumericCondition] = MappingProxyType(
    {
        "age_years": NumericCondition(centre=1.5, scale=2.0, floor=0.02),
        "level_db": NumericCondition(centre=50.0, scale=25.0),
        "rate_hz": NumericCondition(centre=3.3, scale=0.5, floor=1.0),
        "rms_uv": NumericCondition(centre=-2.0, scale=1.0, floor=1e-4),
        "residual_noise_nv": NumericCondition(centre=3.4, scale=1.0, floor=0.1),
        "frequency_hz": NumericCondition(centre=7.6, scale=1.0, floor=100.0),
    }
)
"""The numeric conditions. Fixed here, not fitted: every trained network reads the same units."""

EMBEDDED_CONDITIONS: tuple[str, ...] = (*NUMERIC, "species")
"""Columns that are embedded here, in order: the first of those that a recording is encoded to.
NaN = unknown; ``frequency_hz`` 0 = broadband (click, chirp); ``species`` = index into
:data:`SPECIES`."""

# A quantity far outside what was trained on (a wrong unit) counts as extreme, not as infinite.
_LIMIT = 4.0


class ConditionEmbedding(nn.Module):
    """Turn the diffusion time and the conditions into one vector per recording.

    Each is expanded in sinusoids, embedded, and summed with the others; one that is unknown (NaN)
    adds its own learned null vector instead. So every subset of conditions is a valid input, and
    guidance needs no second network.

    Args:
        width: width of the vector.
        with_time: whether there is a diffusion time; without, ``t`` is None.

    Example:
        >>> embed = ConditionEmbedding(16)
        >>> unknown = torch.full((2, len(EMBEDDED_CONDITIONS)), torch.nan)
        >>> embed(t=torch.tensor([0.1, torch.nan]), conditions=unknown).shape
        torch.Size([2, 16])
    """

    centre: Tensor
    scale: Tensor
    floor: Tensor
    is_log: Tensor
    is_frequency: Tensor

    def __init__(self, width: int, *, with_time: bool = True) -> None:
        super().__init__()
        # The time is finely resolved: a small t is a small noise, and matters as much as a large.
        self.time = NumberEmbedding(1, width, octaves=7) if with_time else None
        self.numeric = NumberEmbedding(len(NUMERIC), width, octaves=3)
        self.broadband = nn.Parameter(torch.randn(width))
        # The last row is the null.
        self.species = nn.Embedding(len(SPECIES) + 1, width)
        self.mix = nn.Sequential(nn.Linear(width, width), nn.SiLU(), nn.Linear(width, width))
        rules = NUMERIC.values()
        constants = {
            "centre": torch.tensor([rule.centre for rule in rules]),
            "scale": torch.tensor([rule.scale for rule in rules]),
            "floor": torch.tensor([rule.floor or 1.0 for rule in rules]),
            "is_log": torch.tensor([rule.floor is not None for rule in rules]),
            "is_frequency": torch.tensor([name == "frequency_hz" for name in NUMERIC]),
        }
        for name, values in constants.items():
            self.register_buffer(name, values, persistent=False)

    def forward(
        self, *, t: Float[Tensor, " n"] | None, conditions: Float[Tensor, "n conditions"]
    ) -> Float[Tensor, "n width"]:
        """Embed times in 0..1 and a table with the columns :data:`EMBEDDED_CONDITIONS`.

        Raises:
            ValueError: another number of columns, or a time too many or too few.
        """
        if conditions.shape[1] != len(EMBEDDED_CONDITIONS):
            raise ValueError(
                f"conditions should have the {len(EMBEDDED_CONDITIONS)} columns "
                f"{', '.join(EMBEDDED_CONDITIONS)}. Found {conditions.shape[1]} columns."
            )
        # NaN leaves first: runtimes disagree on what a minimum or a logarithm makes of it.
        known = ~conditions.isnan()
        values = torch.where(known, conditions, 0.0)
        numbers, species = values[:, :-1], values[:, -1]
        logarithm = torch.log(torch.maximum(numbers, self.floor))
        plain = torch.where(self.is_log, logarithm, numbers)
        scaled = ((plain - self.centre) / self.scale).clamp(-_LIMIT, _LIMIT)
        parts = self.numeric(scaled, known[:, :-1])
        broadband = known[:, :-1] & self.is_frequency & (numbers == 0.0)
        parts = torch.where(broadband.unsqueeze(-1), self.broadband, parts)
        row = torch.where(known[:, -1], species, float(len(SPECIES))).long()
        total = parts.sum(1) + self.species(row)
        if (t is None) != (self.time is None):
            raise ValueError("t should be given where the embedding has a time, and only there.")
        if t is not None and self.time is not None:
            stated = ~t.isnan()
            time = self.time(torch.where(stated, t, 0.0).unsqueeze(-1), stated.unsqueeze(-1))
            total = total + time.sum(1)
        mixed: Tensor = self.mix(total)
        return mixed


class NumberEmbedding(nn.Module):
    """Numbers near 0 as sinusoids and then vectors, each with a null of its own.

    Args:
        numbers: how many a row has.
        width: of a vector.
        octaves: of sinusoids; the first has a period of 8.

    Example:
        >>> NumberEmbedding(3, 16, octaves=2)(torch.zeros(5, 3), torch.ones(5, 3).bool()).shape
        torch.Size([5, 3, 16])
    """

    waves: Tensor

    def __init__(self, numbers: int, width: int, *, octaves: int) -> None:
        super().__init__()
        waves = 0.25 * math.pi * 2.0 ** torch.arange(octaves)
        self.register_buffer("waves", waves, persistent=False)
        features = 1 + 2 * octaves
        self.weight = nn.Parameter(torch.randn(numbers, features, width) * features**-0.5)
        self.null = nn.Parameter(torch.randn(numbers, width))

    def forward(
        self, x: Float[Tensor, "n numbers"], known: Bool[Tensor, "n numbers"]
    ) -> Float[Tensor, "n numbers width"]:
        """Embed numbers; where one is not known, its null stands in."""
        angle = x.unsqueeze(-1) * self.waves
        features = torch.cat([x.unsqueeze(-1), angle.sin(), angle.cos()], dim=-1)
        embedded = torch.einsum("nkf,kfw->nkw", features, self.weight)
        return torch.where(known.unsqueeze(-1), embedded, self.null)


def drop_conditions(
    conditions: Float[Tensor, "n conditions"],
    *,
    sample_share: float,
    cell_share: float = 0.0,
    generator: torch.Generator | None = None,
) -> Float[Tensor, "n conditions"]:
    """Make conditions unknown at random, during training.

    A sample that loses all of them teaches the unconditional answer that classifier-free guidance
    subtracts (Ho and Salimans 2021); a lost cell teaches the null of one condition, for recordings
    whose file does not state it. Dropped per sample, not per batch.

    Args:
        conditions: rows of :data:`EMBEDDED_CONDITIONS`.
        sample_share: share of samples that lose every condition, 0..1.
        cell_share: share of single values lost in the others, 0..1.
        generator: source of chance.

    Example:
        >>> drop_conditions(torch.zeros(2, 7), sample_share=1.0).isnan().all()
        tensor(True)
    """
    n, columns = conditions.shape
    chance = torch.rand(n, columns + 1, generator=generator, device=conditions.device)
    lost = (chance[:, :1] < sample_share) | (chance[:, 1:] < cell_share)
    return conditions.masked_fill(lost, math.nan)
