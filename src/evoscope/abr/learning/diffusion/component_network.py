"""A network on the principal components of responses: the waveform as one vector."""

from __future__ import annotations

import torch
import torch.nn.functional as F  # noqa: N812  # the name everyone knows it by
from jaxtyping import Float
from torch import Tensor, nn

from evoscope.abr.generation.contract import CLOCK
from evoscope.abr.learning.diffusion.conditions import EarConditions
from evoscope.abr.learning.diffusion.networks import ComponentSettings, GeneratorNetwork
from evoscope.abr.learning.diffusion.prior import LinearStart, Prior
from evoscope.abr.learning.diffusion.reader import LEAST_SPREAD, reading_velocity
from evoscope.abr.learning.unet import PARAMETERS


class Block(nn.Module):
    """A residual layer pair whose input and hidden units the condition scales.

    It starts as the identity, so that the network starts as the linear estimate.
    """

    def __init__(self, width: int, *, hidden: int, condition_width: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width, elementwise_affine=False)
        self.up = nn.Linear(width, hidden)
        self.down = nn.Linear(hidden, width)
        self.film = nn.Linear(condition_width, 2 * width + hidden)
        self.sizes = (width, width, hidden)
        for layer in (self.down, self.film):
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)

    def forward(
        self, x: Float[Tensor, "n width"], condition: Float[Tensor, "n condition_width"]
    ) -> Float[Tensor, "n width"]:
        """Return the vectors with what the block adds."""
        scale, shift, gate = self.film(condition).split(self.sizes, dim=1)
        hidden = F.silu(self.up(self.norm(x) * (1.0 + scale) + shift)) * (1.0 + gate)
        added: Tensor = self.down(hidden)
        return x + added


class ComponentNetwork(GeneratorNetwork):
    """A `GeneratorNetwork` without convolutions: residual blocks on components and parameters.

    Responses are smooth and locked to the stimulus: some 50 fixed directions hold all of them to
    below a nanovolt. In these each recording is a vector with one meaning per entry, which dense
    layers read at a small part of what convolutions over 200 samples cost. Directions that are
    not among the components keep their linear estimate.

    Args:
        settings: widths.
        prior: of the responses: its directions are the components.

    Raises:
        ValueError: more components than the prior has directions.

    Example:
        >>> import numpy as np
        >>> from evoscope.abr.generation.contract import COLUMNS
        >>> prior = Prior.fit(np.random.default_rng(0).standard_normal((80, 32)))
        >>> network = ComponentNetwork(ComponentSettings(components=8, width=16, blocks=1), prior)
        >>> out = network(x=torch.randn(2, 32), t=torch.rand(2),
        ...               conditions=torch.full((2, len(COLUMNS)), torch.nan),
        ...               noisy_parameters=torch.randn(2, len(PARAMETERS)))
        >>> {name: tuple(values.shape) for name, values in out.items()}
        {'signal.v': (2, 32), 'parameters.v': (2, 24)}
    """

    def __init__(self, settings: ComponentSettings, prior: Prior) -> None:
        super().__init__()
        count, beside, width = settings.components, len(PARAMETERS), settings.width
        self.rest = len(prior.power) - count
        if self.rest < 0:
            raise ValueError(
                f"components should be at most the {len(prior.power)} samples of a response."
                f" Found {count}."
            )
        self.linear = LinearStart(prior)
        self.condition = EarConditions(settings.condition_width)
        self.enter = nn.Linear(count + 2 * beside, width)
        self.blocks = nn.ModuleList(
            Block(width, hidden=settings.hidden, condition_width=settings.condition_width)
            for _ in range(settings.blocks)
        )
        self.leave = nn.Linear(width, count + 2 * beside)
        nn.init.normal_(self.leave.weight, std=0.1 * width**-0.5)
        nn.init.zeros_(self.leave.bias)
        self.sizes = (count, beside, beside)

    def forward(
        self,
        x: Float[Tensor, "n samples"],
        t: Float[Tensor, " n"],
        conditions: Float[Tensor, "n conditions"],
        noisy_parameters: Float[Tensor, "n parameters"],
    ) -> dict[str, Tensor]:
        """Answer ``signal.v`` and ``parameters.v``."""
        sigma = CLOCK.sigma(t)
        unit = self.linear.unit(x, sigma=sigma)
        untold = noisy_parameters.isnan()
        told = torch.where(untold, 0.0, noisy_parameters)
        condition = F.silu(self.condition(t=t, conditions=conditions))
        # Directions come with least power first.
        state = self.enter(torch.cat([unit[:, self.rest :], told, untold.to(told.dtype)], dim=1))
        for block in self.blocks:
            state = block(state, condition)
        out = self.leave(F.silu(state)).to(x.dtype)
        correction, value, spread = out.split(self.sizes, dim=1)
        signal = self.linear.answer(x, unit, F.pad(correction, (self.rest, 0)), sigma=sigma)
        spread = F.softplus(spread) + LEAST_SPREAD
        parameters = reading_velocity(value, spread, noisy=noisy_parameters, sigma=sigma)
        return {"signal.v": signal, "parameters.v": parameters}
