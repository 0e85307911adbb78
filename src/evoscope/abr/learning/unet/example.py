"""Valid inputs of a U-Net, for export and measurement."""

from __future__ import annotations

import torch
from torch import Tensor

from evoscope.abr.learning.layers import EMBEDDED_CONDITIONS, drop_conditions
from evoscope.abr.learning.unet.config import UNetConfig
from evoscope.abr.learning.unet.joint import PARAMETERS


def example_inputs(config: UNetConfig, n: int) -> dict[str, Tensor]:
    """Return random inputs of a configuration's network, by argument name.

    Example:
        >>> inputs = example_inputs(UNetConfig(), 3)
        >>> {name: tuple(values.shape) for name, values in inputs.items()}
        {'x': (3, 384), 't': (3,), 'conditions': (3, 7)}
    """
    # Species 0 or 1; either is a valid value of every other condition, too. Some are unknown.
    conditions = torch.randint(0, 2, (n, len(EMBEDDED_CONDITIONS))).float()
    conditions = drop_conditions(conditions, sample_share=0.0, cell_share=0.2)
    inputs = {"x": torch.randn(n, config.length), "t": torch.rand(n), "conditions": conditions}
    if config.joint:
        inputs["noisy_parameters"] = torch.randn(n, len(PARAMETERS))
    return inputs
