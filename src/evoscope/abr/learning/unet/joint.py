"""Joint generation: the parameters of a recording, denoised beside its signal."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from jaxtyping import Float
from torch import Tensor, nn

from evoscope.abr.cohort.classes import CLASSES


@dataclass(frozen=True)
class JointParameter:
    """One number that is generated with the signal.

    Attributes:
        name: as in a cohort's columns.
        centre, scale: (value - centre) / scale is what diffuses. A label of 0 or 1 becomes -1 or 1
            and is read back by its sign ("analog bits", Chen, Zhang and Hinton 2023).
    """

    name: str
    centre: float
    scale: float


def _wave(wave: str, latency_ms: float, amplitude_uv: float) -> tuple[JointParameter, ...]:
    return (
        JointParameter(f"wave_{wave}_present", centre=0.5, scale=0.5),
        JointParameter(f"wave_{wave}_latency_ms", centre=latency_ms, scale=1.0),
        JointParameter(f"wave_{wave}_amplitude_uv", centre=amplitude_uv, scale=amplitude_uv),
    )


PARAMETERS: tuple[JointParameter, ...] = (
    *(JointParameter(f"class_{name}", centre=0.5, scale=0.5) for name in CLASSES),
    JointParameter("log_age_years", centre=1.5, scale=2.0),
    JointParameter("level_db", centre=50.0, scale=25.0),
    JointParameter("threshold_db", centre=40.0, scale=25.0),
    # The size of the response is generated, not normalised away.
    JointParameter("log_rms_uv", centre=-2.0, scale=1.0),
    *_wave("I", 2.0, 0.15),
    *_wave("II", 3.0, 0.1),
    *_wave("III", 4.2, 0.2),
    *_wave("IV", 5.4, 0.15),
    *_wave("V", 6.5, 0.35),
)
"""The generated parameters, in the order of the vector's columns."""


def standardize(values: Float[Tensor, "n parameters"]) -> Float[Tensor, "n parameters"]:
    """Return what diffuses: numbers near 0 with a spread near 1; NaN stays NaN.

    Example:
        >>> row = torch.tensor([[p.centre + p.scale for p in PARAMETERS]])
        >>> bool((standardize(row) - 1.0).abs().max() < 1e-5)
        True
    """
    centre, scale = _rules(values)
    return (values - centre) / scale


def restore(standardized: Float[Tensor, "n parameters"]) -> Float[Tensor, "n parameters"]:
    """Return the parameters in their own units: the inverse of :func:`standardize`.

    Example:
        >>> restore(torch.zeros(1, len(PARAMETERS)))[0, -2:].tolist()  # wave V: ms, microvolts
        [6.5, 0.3499999940395355]
    """
    centre, scale = _rules(standardized)
    return standardized * scale + centre


def _rules(like: Tensor) -> tuple[Tensor, Tensor]:
    centre = like.new_tensor([parameter.centre for parameter in PARAMETERS])
    return centre, like.new_tensor([parameter.scale for parameter in PARAMETERS])


class JointEmbedding(nn.Module):
    """Tell the network the noisy parameters: an addition to the conditions.

    A parameter that a recording does not have (the latency of an absent wave) is NaN and adds a
    learned null instead.

    Example:
        >>> noisy = torch.randn(2, len(PARAMETERS))
        >>> JointEmbedding(16)(noisy).shape
        torch.Size([2, 16])
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.null = nn.Parameter(torch.zeros(len(PARAMETERS)))
        self.network = nn.Sequential(
            nn.Linear(len(PARAMETERS), width), nn.SiLU(), nn.Linear(width, width)
        )

    def forward(self, parameters: Float[Tensor, "n parameters"]) -> Float[Tensor, "n width"]:
        """Embed noisy, standardised parameters."""
        known = torch.where(parameters.isnan(), self.null, parameters)
        embedded: Tensor = self.network(known)
        return embedded


class JointHead(nn.Module):
    """Read the network's answer for the parameters from its coarsest and finest features.

    Args:
        width: width of both features together, each pooled over time.
        condition_width: width of the condition vector, which carries the noisy parameters.

    Example:
        >>> JointHead(24, condition_width=16)(torch.randn(2, 24), torch.randn(2, 16)).shape
        torch.Size([2, 24])
    """

    def __init__(self, width: int, *, condition_width: int) -> None:
        super().__init__()
        self.network = nn.Sequential(
            nn.Linear(width + condition_width, width), nn.SiLU(), nn.Linear(width, len(PARAMETERS))
        )

    def forward(
        self,
        features: Float[Tensor, "n width"],
        condition: Float[Tensor, "n condition_width"],
    ) -> Float[Tensor, "n parameters"]:
        """Return one number per parameter, in the signal's parametrisation (v, noise or clean)."""
        answer: Tensor = self.network(torch.cat([features, condition], dim=-1))
        return answer
