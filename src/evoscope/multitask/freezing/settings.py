"""How much of a backbone is trained, and when."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, field_validator

from evoscope.multitask.settings import Settings


class _Freezing(Settings):
    """What every strategy has.

    Attributes:
        path: where the backbone keeps its layers; see `layers_of`.
        evaluate: whether frozen parts run in eval mode, too: dropout off, and batch normalisation
            neither uses the batch nor moves its statistics. Without it, statistics of frozen
            batch normalisation go on moving.
    """

    path: str | None = None
    evaluate: bool = True

    def trained(self, epoch: int, n_layers: int) -> int:
        """How many layers are trained, counted from the top.

        Args:
            epoch: counted from 0.
            n_layers: that the backbone has.

        Raises:
            ValueError: more layers than there are.
        """
        raise NotImplementedError


class NoFreezing(_Freezing):
    """The backbone is trained as it was built."""

    strategy: Literal["none"] = "none"

    def trained(self, epoch: int, n_layers: int) -> int:  # noqa: ARG002  of the contract
        """All layers."""
        return n_layers


class FullFreezing(_Freezing):
    """None of the backbone is trained, only what stands on it."""

    strategy: Literal["full"] = "full"

    def trained(self, epoch: int, n_layers: int) -> int:  # noqa: ARG002  of the contract
        """No layer."""
        return 0


class PartialFreezing(_Freezing):
    """The bottom layers, and what lies below them, are not trained.

    Attributes:
        layers: how many, from the bottom.
    """

    strategy: Literal["partial"] = "partial"
    layers: int = Field(ge=1)

    def trained(self, epoch: int, n_layers: int) -> int:  # noqa: ARG002  of the contract
        """All but the bottom ones."""
        return n_layers - _at_most("layers", self.layers, n_layers)


class ProgressiveFreezing(_Freezing):
    """Layers join from the top, at given epochs; until the first, none is trained.

    Attributes:
        unfreeze: epoch, counted from 0 -> how many layers are trained from then on, counted from
            the top. With all of them, what lies below is trained, too.

    Example:
        >>> settings = ProgressiveFreezing(unfreeze={2: 2, 4: 6})
        >>> [settings.trained(epoch, n_layers=6) for epoch in (0, 1, 2, 3, 4, 9)]
        [0, 0, 2, 2, 6, 6]
    """

    strategy: Literal["progressive"] = "progressive"
    unfreeze: dict[Annotated[int, Field(ge=0)], Annotated[int, Field(ge=1)]] = Field(min_length=1)

    @field_validator("unfreeze")
    @classmethod
    def _rising(cls, unfreeze: dict[int, int]) -> dict[int, int]:
        if any(early >= late for early, late in pairwise(unfreeze)) or any(
            few >= many for few, many in pairwise(unfreeze.values())
        ):
            raise ValueError(f"epochs and layers of unfreeze should rise. Found {unfreeze}.")
        return unfreeze

    def trained(self, epoch: int, n_layers: int) -> int:
        """Those that have joined."""
        _at_most("unfreeze", max(self.unfreeze.values()), n_layers)
        return max((layers for start, layers in self.unfreeze.items() if start <= epoch), default=0)


Freezing: TypeAlias = Annotated[
    NoFreezing | FullFreezing | PartialFreezing | ProgressiveFreezing,
    Field(discriminator="strategy"),
]
"""How much of a backbone is trained, told apart by ``strategy``."""


def _at_most(field: str, layers: int, n_layers: int) -> int:
    if layers > n_layers:
        raise ValueError(
            f"{field} should be at most {n_layers}: the backbone has no more. Found {layers}."
        )
    return layers
