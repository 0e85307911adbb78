"""Mixed precision: which parts of a step run in half the bits."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Literal

import torch

PrecisionName = Literal["float32", "bf16", "fp16"]


class Precision:
    """Autocasting, and the loss scaling that fp16 needs on cuda.

    Weights, gradients of the optimiser's step and losses stay float32; layers that are safe in
    fewer bits run in them (Micikevicius et al., 2018).

    Args:
        name: ``float32`` changes nothing; ``bf16`` for recent GPUs and CPUs; ``fp16`` for older
            GPUs.
        device: where the model is.

    Example:
        >>> with Precision("bf16", torch.device("cpu")).autocast():
        ...     torch.nn.Linear(2, 2)(torch.ones(1, 2)).dtype
        torch.bfloat16
    """

    def __init__(self, name: PrecisionName, device: torch.device) -> None:
        self._device = device
        self._dtype = {"float32": None, "bf16": torch.bfloat16, "fp16": torch.float16}[name]
        self.scaler = torch.amp.GradScaler(
            device.type, enabled=name == "fp16" and device.type == "cuda"
        )

    def autocast(self) -> AbstractContextManager[object]:
        """Context of the forward pass."""
        return torch.autocast(self._device.type, self._dtype, enabled=self._dtype is not None)
