"""Features of its own for each task, and attention between the tasks."""

from __future__ import annotations

import torch
from jaxtyping import Float
from torch import Tensor, nn

from evoscope.abr.learning.layers import Attention, ConvBlock, GlobalContext

TASKS = ("signal", "peaks", "class", "threshold")
"""The tasks that read the network, in the order of their tokens."""


class TaskSpecificFeatureExtractor(nn.Module):
    """Four views of the decoder's features, each suited to a task, informed of one another.

    The signal needs continuity (a wide kernel), peaks need the place (a narrow one), the class
    needs the whole (global context), the threshold needs amplitude (log magnitude). Each view is
    summarised in one token; the tokens attend to one another, and each task adds what it learned.
    `evoscope.multitask.TaskSpecificFeatureExtractor` does so for any tasks, with the same features
    for all; these four views differ in kind, and read two resolutions.

    Args:
        channels: channels of the features; a multiple of ``heads``.
        heads: attention heads between the tasks.
        dropout: share of activations dropped, 0..1.

    Example:
        >>> x = torch.randn(2, 8, 50)
        >>> sorted(TaskSpecificFeatureExtractor(8, heads=2)(x, coarse=x))
        ['class', 'peaks', 'signal', 'threshold']
    """

    def __init__(self, channels: int, *, heads: int, dropout: float = 0.0) -> None:
        super().__init__()
        self.signal = ConvBlock(channels, kernel_size=7, dropout=dropout)
        self.peaks = ConvBlock(channels, kernel_size=3, dropout=dropout)
        self.classes = nn.Sequential(
            ConvBlock(channels, kernel_size=5, dropout=dropout), GlobalContext(channels)
        )
        self.amplitude = nn.Conv1d(channels, channels, 1)
        self.threshold = ConvBlock(channels, kernel_size=5, dropout=dropout)
        self.norm = nn.LayerNorm(channels)
        self.cross_task = Attention(channels, heads=heads)

    def forward(
        self,
        x: Float[Tensor, "n channels length"],
        *,
        coarse: Float[Tensor, "n channels task_length"],
    ) -> dict[str, Tensor]:
        """Return the features (n, channels, samples) of each task.

        Args:
            x: the decoder's features, for the signal.
            coarse: the same averaged over the task stride, for the other tasks.
        """
        views = {
            "signal": self.signal(x),
            "peaks": self.peaks(coarse),
            "class": self.classes(coarse),
            "threshold": self.threshold(torch.log1p(self.amplitude(coarse).abs())),
        }
        tokens = self.norm(torch.stack([views[task].mean(dim=-1) for task in TASKS], dim=1))
        messages = self.cross_task(tokens, tokens).unsqueeze(-1)
        return {task: views[task] + messages[:, i] for i, task in enumerate(TASKS)}
