"""Several dropout masks at once, around any head."""

from __future__ import annotations

from jaxtyping import Float
from torch import Tensor
from torch.nn import functional

from evoscope.multitask.heads.head import Head, Start


class MultiSampleDropout(Head):
    """A head that, in training, answers the mean over several dropout masks on its features.

    The gradient is less noisy than that of one mask, at the cost of the head alone, not of the
    backbone. Inoue, 2019 (there losses are averaged; here outputs are, so that any loss can
    follow). In evaluation it is the head it wraps; `sample` draws masks then, to say how sure it is
    (Gal, 2016).

    Args:
        head: what it wraps.
        n_samples: masks in training.
        dropout_rate: share of features dropped.

    Raises:
        ValueError: fewer than one mask, or a rate outside [0, 1).

    Example:
        >>> import torch
        >>> from evoscope.multitask.heads import ImprovedTaskHead
        >>> head = MultiSampleDropout(ImprovedTaskHead(8, 3), n_samples=4, dropout_rate=0.5)
        >>> features = torch.randn(2, 8)
        >>> tuple(head(features)["logits"].shape), tuple(head.sample(features, 10)["logits"].shape)
        ((2, 3), (10, 2, 3))
    """

    def __init__(self, head: Head, n_samples: int = 5, dropout_rate: float = 0.5) -> None:
        super().__init__()
        if n_samples < 1 or not 0 <= dropout_rate < 1:
            raise ValueError(
                "n_samples should be at least 1 and dropout_rate in [0, 1). "
                f"Found {n_samples} and {dropout_rate}."
            )
        self.head = head
        self.n_samples = n_samples
        self.dropout_rate = dropout_rate

    def forward(self, features: Float[Tensor, "n ..."]) -> dict[str, Float[Tensor, "n ..."]]:
        """Map features to the parts of the wrapped head."""
        if not self.training:
            parts: dict[str, Tensor] = self.head(features)
            return parts
        return {
            part: samples.mean(dim=0)
            for part, samples in self.sample(features, self.n_samples).items()
        }

    def sample(
        self, features: Float[Tensor, "n ..."], n_samples: int
    ) -> dict[str, Float[Tensor, "samples n ..."]]:
        """Answers under ``n_samples`` masks, in evaluation too; their spread says how sure."""
        rows = len(features)
        dropped = functional.dropout(
            features.repeat(n_samples, *[1] * (features.ndim - 1)), self.dropout_rate, training=True
        )
        return {
            part: tensor.unflatten(0, (n_samples, rows))
            for part, tensor in self.head(dropped).items()
        }

    def start_at(self, part: str, start: Start) -> None:
        """Begin where the wrapped head is told to."""
        self.head.start_at(part, start)
