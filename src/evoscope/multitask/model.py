"""One backbone, many heads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, TypeAlias, cast, runtime_checkable

from torch import Tensor, nn

from evoscope.multitask.heads.head import Head, Start

Outputs: TypeAlias = Mapping[str, Tensor]
"""What a model says: ``"<head>.<part>"`` -> tensor of shape ``(n, ...)``."""


@runtime_checkable
class Starts(Protocol):
    """A model whose heads can begin at their targets' centre and spread."""

    def start_at(self, output: str, start: Start) -> None:
        """Let the head behind an output begin there; see `MultiTaskModel`."""
        ...


class MultiTaskModel(nn.Module):
    """A backbone whose features every head reads; outputs are named ``"<head>.<part>"``.

    The backbone is called with the batch's inputs as keyword arguments. It returns one tensor,
    which all heads read, or a mapping, from which each head reads the entry of its own name.
    Anything else that maps a batch's inputs to named outputs can be trained in its place: the loop
    asks no more of a model than that.

    Args:
        backbone: makes features.
        heads: name -> head.

    Example:
        >>> import torch
        >>> from evoscope.multitask.heads import ImprovedTaskHead
        >>> model = MultiTaskModel(nn.Linear(4, 8), {"kind": ImprovedTaskHead(8, 3)})
        >>> {name: tuple(t.shape) for name, t in model(input=torch.zeros(2, 4)).items()}
        {'kind.logits': (2, 3)}
    """

    def __init__(self, backbone: nn.Module, heads: Mapping[str, Head]) -> None:
        super().__init__()
        self.backbone = backbone
        self.heads = nn.ModuleDict(heads)

    def forward(self, **inputs: Tensor) -> Outputs:
        """Run backbone and heads."""
        features = self.backbone(**inputs)
        outputs: dict[str, Tensor] = {}
        for name, head in self.heads.items():
            own = features[name] if isinstance(features, Mapping) else features
            outputs |= {f"{name}.{part}": tensor for part, tensor in head(own).items()}
        return outputs

    def start_at(self, output: str, start: Start) -> None:
        """Let the head behind an output begin at a target's centre and spread.

        Args:
            output: ``"<head>"`` or ``"<head>.<part>"``, as a task names it.
            start: where to begin.

        Raises:
            ValueError: no head of that name.
        """
        name, _, part = output.partition(".")
        if name not in self.heads:
            raise ValueError(f"output should be of one of {sorted(self.heads)}. Found {output!r}.")
        cast("Head", self.heads[name]).start_at(part, start)
