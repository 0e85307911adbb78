"""Parts of a model that can be off, on, or on their way."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, runtime_checkable

import torch
from jaxtyping import Float
from torch import Tensor, nn


@runtime_checkable
class Switchable(Protocol):
    """A module, anywhere in a model, with parts that a curriculum may turn on and off."""

    def switches(self) -> Iterable[str]:
        """Names of its parts; the same name in several modules is one switch."""
        ...

    def set_active(self, name: str, amount: float) -> None:
        """Turn a part off (0), on (1), or as far as ``amount`` says."""
        ...


class Gate(nn.Module):
    """A residual branch that can be turned up slowly: ``x + amount * branch(x)``.

    The amount is saved with the model: weights taken from an early phase are read as they were
    trained. The branch runs even at 0, where its gradient is 0, so that an exported graph, an
    averaged model and a resumed one need no branch in the code.

    Args:
        name: of the switch.
        branch: maps x to its own shape. What it does beside a residual of its own stays its own.

    Example:
        >>> gate = Gate("transformer", nn.Linear(3, 3))
        >>> x = torch.ones(2, 3)
        >>> gate.set_active("transformer", 0.0)
        >>> bool((gate(x) == x).all())
        True
    """

    amount: Tensor

    def __init__(self, name: str, branch: nn.Module) -> None:
        super().__init__()
        self.name, self.branch = name, branch
        self.register_buffer("amount", torch.ones(()))

    def forward(self, x: Float[Tensor, "n ..."]) -> Float[Tensor, "n ..."]:
        """Add the branch as far as it is on."""
        added: Tensor = x + self.amount * self.branch(x)
        return added

    def switches(self) -> tuple[str, ...]:
        """Its one name."""
        return (self.name,)

    def set_active(self, name: str, amount: float) -> None:  # noqa: ARG002  it has one switch
        """Turn the branch off (0), on (1), or as far as ``amount`` says."""
        self.amount.fill_(amount)
