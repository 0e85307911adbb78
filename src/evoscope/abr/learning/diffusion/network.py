"""The network of a generator: a joint U-Net that is told the ear, on a linear start."""

from __future__ import annotations

from jaxtyping import Float
from torch import Tensor, nn

from evoscope.abr.generation.contract import CLOCK
from evoscope.abr.learning.diffusion.conditions import EarConditions
from evoscope.abr.learning.diffusion.prior import LinearStart, Prior
from evoscope.abr.learning.diffusion.reader import ParameterReader, reading_velocity
from evoscope.abr.learning.unet import HierarchicalUNet, UNetConfig


class GeneratorNetwork(nn.Module):
    """Predict the velocity of a noisy waveform and of the parameters beside it.

    Args:
        config: of the U-Net; its length is replaced by the prior's, and it is made joint.
        prior: of the responses; ``None`` lets the network answer without a linear start.
        length: samples of a waveform.

    Example:
        >>> import torch
        >>> from evoscope.abr.generation.contract import COLUMNS
        >>> from evoscope.abr.learning.unet import PARAMETERS
        >>> network = GeneratorNetwork(UNetConfig(channels=(8, 8), heads=2, transformer_levels=()),
        ...                            prior=None, length=64)
        >>> out = network(x=torch.randn(2, 64), t=torch.rand(2),
        ...               conditions=torch.full((2, len(COLUMNS)), torch.nan),
        ...               noisy_parameters=torch.randn(2, len(PARAMETERS)))
        >>> {name: tuple(values.shape) for name, values in out.items()}
        {'signal.v': (2, 64), 'parameters.v': (2, 24)}
    """

    def __init__(self, config: UNetConfig, *, prior: Prior | None, length: int) -> None:
        super().__init__()
        own = UNetConfig.model_validate({**config.model_dump(), "length": length, "joint": True})
        self.unet = HierarchicalUNet(own, conditions=EarConditions(own.condition_width))
        self.linear = None if prior is None else LinearStart(prior)
        self.reader = ParameterReader(own.channels[0], length=length)

    def forward(
        self,
        x: Float[Tensor, "n samples"],
        t: Float[Tensor, " n"],
        conditions: Float[Tensor, "n conditions"],
        noisy_parameters: Float[Tensor, "n parameters"],
    ) -> dict[str, Tensor]:
        """Answer ``signal.v`` and ``parameters.v``.

        Args:
            x: in the generator's coordinates, at constant variance.
            t: times in 0..1.
            conditions: columns of the generator's contract; NaN = not given.
            noisy_parameters: standardised, as noisy as ``x``. A row of NaN is told none; its answer
                is the velocity at t = 1, minus the clean parameters: what the waveform tells.
        """
        out = self.unet(x, t=t, conditions=conditions, noisy_parameters=noisy_parameters)
        signal, sigma = out["signal"], CLOCK.sigma(t)
        if self.linear is not None:
            signal = self.linear(x, signal, sigma=sigma)
        read, spread = self.reader(out["signal_features"])
        parameters = reading_velocity(
            read + out["parameters"], spread, noisy=noisy_parameters, sigma=sigma
        )
        return {"signal.v": signal, "parameters.v": parameters}
