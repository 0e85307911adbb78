"""Features alike in two clinics, up to their second moments."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, runtime_checkable

import torch
from jaxtyping import Float
from pydantic import Field
from torch import Tensor, nn

from evoscope.multitask.batch import Source
from evoscope.multitask.heads.head import Head, Start
from evoscope.multitask.model import Outputs
from evoscope.multitask.settings import Settings


@runtime_checkable
class Penalty(Protocol):
    """Something to minimise beside the tasks' losses."""

    def __call__(
        self, model: nn.Module, outputs: Outputs, generator: torch.Generator
    ) -> Float[Tensor, ""]:
        """A mean over the rows of a batch.

        A loop that cuts a batch into parts calls it for each, and adds each times the part's share
        of the batch's rows.

        Args:
            model: in training.
            outputs: what it said of the batch's rows.
            generator: all that may be drawn from; seeded by the loop, by epoch and step.
        """
        ...


def coral_loss(
    source: Float[Tensor, "n width"], target: Float[Tensor, "m width"]
) -> Float[Tensor, ""]:
    """Squared distance of two covariance matrices, over ``4 * width ** 2`` (CORAL).

    Zero, with zero gradient, where either side has fewer than two rows and no covariance.

    References:
        Sun, Saenko (2016), Deep CORAL: Correlation Alignment for Deep Domain Adaptation.

    Example:
        >>> x = torch.tensor([[0.0, 0.0], [2.0, 0.0]])
        >>> coral_loss(x, x + 5).item(), coral_loss(x, x * 2).item()
        (0.0, 2.25)
    """
    if min(len(source), len(target)) < 2:
        return 0.0 * (source.sum() + target.sum())
    difference = _covariance(source) - _covariance(target)
    return difference.square().sum() / (4 * source.shape[1] ** 2)


def _covariance(features: Float[Tensor, "n width"]) -> Float[Tensor, "width width"]:
    centred = features - features.mean(0)
    return centred.T @ centred / (len(features) - 1)


class FeatureHead(Head):
    """Passes features through as an output, for penalties that read them.

    Features with a length are averaged over it. It has no parameters.

    Example:
        >>> FeatureHead()(torch.ones(2, 3, 5))["features"].shape
        torch.Size([2, 3])
    """

    def forward(self, features: Float[Tensor, "n width *length"]) -> dict[str, Tensor]:
        """Map features to ``features``, ``(n, width)``."""
        return {"features": features.flatten(2).mean(2) if features.ndim > 2 else features}

    def start_at(self, part: str, start: Start) -> None:  # noqa: ARG002  of the contract
        """Refuse: features have no target.

        Raises:
            ValueError: always.
        """
        raise ValueError("a task should read a head that learns. Found a FeatureHead.")


class CoralSettings(Settings):
    """How strongly two clinics' features are made alike.

    Attributes:
        weight: of the penalty, beside the tasks' losses.
        rows: unlabelled rows of the new clinic at each step. Covariance needs many more rows than
            fit in a small batch to be told from noise: as many as features is a good start.
        output: the model's output that holds features, ``(n, width)``; see `FeatureHead`.
    """

    weight: float = Field(1.0, gt=0)
    rows: int = Field(128, ge=2)
    output: str = "domain.features"


class Coral:
    """The penalty `coral_loss` between a batch and rows of a new clinic without labels.

    The new clinic's rows pass the model in training, so batch normalisation averages them in.

    Args:
        settings: see `CoralSettings`.
        target: rows of the new clinic; labels are not read.

    Raises:
        ValueError: fewer than two rows; when called, a model without that output.
    """

    def __init__(self, settings: CoralSettings, target: Source) -> None:
        if len(target) < 2:
            raise ValueError(f"target should have two rows or more. Found {len(target)}.")
        self.settings, self.target = settings, target

    def __call__(
        self, model: nn.Module, outputs: Outputs, generator: torch.Generator
    ) -> Float[Tensor, ""]:
        """See `Penalty`."""
        source = self._features(outputs)
        rows = torch.randperm(len(self.target), generator=generator)[: self.settings.rows]
        batch = self.target.batch(rows, generator).to(source.device)
        return self.settings.weight * coral_loss(source, self._features(model(**batch.inputs)))

    def _features(self, outputs: Mapping[str, Tensor]) -> Tensor:
        if self.settings.output not in outputs:
            raise ValueError(
                f"output should be of {sorted(outputs)}. Found {self.settings.output!r}: "
                "give the model a FeatureHead of that name."
            )
        return outputs[self.settings.output].float()
