"""Features for every task, of which each task may look at the others'."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from jaxtyping import Float
from torch import Tensor, nn

from evoscope.multitask.heads.layers import check_sequences, near_zero
from evoscope.multitask.heads.residual import ConvResidualBlock


class TaskSpecificFeatureExtractor(nn.Module):
    """One extractor per task, and attention between the tasks' summaries.

    It is the last part of a backbone: a model hands each head the entry of its own name. Every
    task's features are summarised by their mean over the sequence; each summary attends to those of
    all tasks, and what it finds is added to the task's features along the whole sequence. That
    addition starts near zero: tasks begin apart.

    Args:
        input_dim: channels that come in.
        output_dim: channels per task that go out.
        kernel_sizes: task -> kernel size of its extractor, odd: small for what is local, large for
            what is continuous.
        n_heads: of the attention; divides ``output_dim``.
        dropout_rate: inside the extractors.

    Raises:
        ValueError: no task, an even kernel size, or ``output_dim`` not a multiple of ``n_heads``.

    Example:
        >>> extractor = TaskSpecificFeatureExtractor(4, 8, {"signal": 7, "peaks": 3})
        >>> {task: tuple(f.shape) for task, f in extractor(torch.randn(2, 4, 50)).items()}
        {'signal': (2, 8, 50), 'peaks': (2, 8, 50)}
    """

    def __init__(
        self,
        input_dim: int,
        output_dim: int,
        kernel_sizes: Mapping[str, int],
        *,
        n_heads: int = 4,
        dropout_rate: float = 0.1,
    ) -> None:
        super().__init__()
        if not kernel_sizes:
            raise ValueError("kernel_sizes should name at least one task. Found none.")
        if output_dim % n_heads:
            raise ValueError(
                f"output_dim should be a multiple of n_heads. Found {output_dim} and {n_heads}."
            )
        self.input_dim = input_dim
        self.extractors = nn.ModuleDict(
            {
                task: nn.Sequential(
                    nn.Conv1d(input_dim, output_dim, 1),
                    ConvResidualBlock(output_dim, kernel_size, dropout_rate),
                )
                for task, kernel_size in kernel_sizes.items()
            }
        )
        self.norm = nn.LayerNorm(output_dim)
        self.between = nn.MultiheadAttention(output_dim, n_heads, batch_first=True)
        near_zero(self.between.out_proj)

    def forward(
        self, features: Float[Tensor, "n channels length"]
    ) -> dict[str, Float[Tensor, "n outputs length"]]:
        """Features of every task."""
        own, summaries = self._extract(features)
        found, _ = self.between(summaries, summaries, summaries, need_weights=False)
        return {task: own[task] + found[:, place].unsqueeze(-1) for place, task in enumerate(own)}

    def attention(
        self, features: Float[Tensor, "n channels length"]
    ) -> Float[Tensor, "n heads tasks tasks"]:
        """How much each task looks at each; of sum one over the last axis."""
        _, summaries = self._extract(features)
        _, weights = self.between(
            summaries, summaries, summaries, need_weights=True, average_attn_weights=False
        )
        return torch.as_tensor(weights)

    def _extract(self, features: Tensor) -> tuple[dict[str, Tensor], Tensor]:
        check_sequences(features, self.input_dim)
        own = {task: extractor(features) for task, extractor in self.extractors.items()}
        summaries = torch.stack([each.mean(dim=2) for each in own.values()], dim=1)
        return own, self.norm(summaries)
