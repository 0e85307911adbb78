"""A joint U-Net that is told the ear: the waveform as samples in time."""

from __future__ import annotations

from jaxtyping import Float
from torch import Tensor

from evoscope.abr.generation.contract import CLOCK
from evoscope.abr.learning.diffusion.conditions import EarConditions
from evoscope.abr.learning.diffusion.networks import GeneratorNetwork
from evoscope.abr.learning.diffusion.prior import LinearStart, Prior
from evoscope.abr.learning.diffusion.reader import ParameterReader, reading_velocity
from evoscope.abr.learning.unet import HierarchicalUNet, UNetConfig


class UNetNetwork(GeneratorNetwork):
    """A `GeneratorNetwork` with a `HierarchicalUNet`.

    Args:
        config: of the U-Net; its length is replaced, and it is made joint.
        prior: of the responses; ``None`` lets the network answer without a linear start.
        length: samples of a waveform.

    Example:
        >>> import torch
        >>> from evoscope.abr.generation.contract import COLUMNS
        >>> from evoscope.abr.learning.unet import PARAMETERS
        >>> network = UNetNetwork(UNetConfig(channels=(8, 8), heads=2, transformer_levels=()),
        ...                       prior=None, length=64)
        >>> out = network(x=torch.randn(2, 64), t=torch.rand(2),
        ...               conditions=torch.full((2, len(COLUMNS)), torch.nan),
        ...               noisy_parameters=torch.randn(2, len(PARAMETERS)))
        >>> {name: tuple(values.shape) for name, values in out.items()}
        {'signal.v': (2, 64), 'parameters.v': (2, 24)}
    """

    def __init__(self, config: UNetConfig, *, prior: Prior | None, length: int) -> None:
        super().__init__()
        switches = config.model_dump(include=set(UNetConfig.model_fields))
        own = UNetConfig.model_validate({**switches, "length": length, "joint": True})
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
        """Answer ``signal.v`` and ``parameters.v``."""
        out = self.unet(x, t=t, conditions=conditions, noisy_parameters=noisy_parameters)
        signal, sigma = out["signal"], CLOCK.sigma(t)
        if self.linear is not None:
            signal = self.linear(x, signal, sigma=sigma)
        read, spread = self.reader(out["signal_features"])
        parameters = reading_velocity(
            read + out["parameters"], spread, noisy=noisy_parameters, sigma=sigma
        )
        return {"signal.v": signal, "parameters.v": parameters}
