"""An encoder, pooling, an n-gram branch, and a head for every task."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from evoscope.multitask import AttentionPooling, Head, ImprovedTaskHead, MultiSampleDropout
from evoscope.multitask.heads.head import Start
from evoscope.multitask.heads.improved_task_head import TaskType
from evoscope.multitask.heads.pooling import MeanPooling
from evoscope.text.learning.encoder import Encoder
from evoscope.text.learning.linear import Linear
from evoscope.text.learning.settings import NetworkSettings, NgramBranch
from evoscope.text.taxonomy import TAXONOMY, Task


class Ngrams(nn.Module):
    """Mean of what is learned of each n-gram of a text; zeros where it has none.

    Args:
        settings: how many, how wide.

    Example:
        >>> branch = Ngrams(NgramBranch(buckets=16, width=3))
        >>> branch(torch.tensor([[1, 2], [0, 0]]))[1].tolist()
        [0.0, 0.0, 0.0]
    """

    def __init__(self, settings: NgramBranch) -> None:
        super().__init__()
        self.table = nn.Embedding(settings.buckets, settings.width)
        # From zero: an n-gram that training never saw says nothing, rather than anything.
        nn.init.zeros_(self.table.weight)
        self.dropout = settings.dropout

    def forward(self, numbers: Int[Tensor, "n grams"]) -> Float[Tensor, "n width"]:
        """Look n-grams up and average them; 0 is none."""
        there = (numbers > 0).unsqueeze(-1).to(torch.float32)
        if self.training and self.dropout:
            there = there * (torch.rand_like(there) >= self.dropout)
        # The root of their number, not their number: a rare word still counts in a long text.
        total: Tensor = (self.table(numbers) * there).sum(1)
        return total / there.sum(1).clamp_min(1.0).sqrt()


class TextNetwork(nn.Module):
    """Tokens in, named outputs of every task out.

    Args:
        encoder: pretrained; ``backbone`` to what freezes and sets rates.
        settings: what stands on it.
        read_before: lowest layers that are not run where ``states`` are given: what they say.

    Attributes:
        linear: regressions that are fitted when the rest has been trained; ``None``: none yet.
    """

    def __init__(
        self, encoder: Encoder, settings: NetworkSettings, *, read_before: int = 0
    ) -> None:
        super().__init__()
        width = encoder.width
        self.read_before = read_before
        self.backbone: Encoder = encoder
        self.pooling = MeanPooling() if settings.pooling == "mean" else AttentionPooling(width)
        self.ngrams = None if settings.ngrams is None else Ngrams(settings.ngrams)
        self.linear: Linear | None = None
        features = width + (0 if settings.ngrams is None else settings.ngrams.width)
        self.heads = nn.ModuleDict(
            {task.name: _head(task, features, settings) for task in TAXONOMY.tasks}
        )

    def forward(
        self,
        tokens: Int[Tensor, "n length"] | None = None,
        present: Int[Tensor, "n length"] | None = None,
        ngrams: Int[Tensor, "n grams"] | None = None,
        pooled: Float[Tensor, "n width"] | None = None,
        states: Float[Tensor, "n length width"] | None = None,
    ) -> Mapping[str, Tensor]:
        """Answer for texts, or for what a frozen encoder has said of them before.

        Args:
            tokens: their numbers.
            present: 1 where there is one.
            ngrams: numbers of n-grams, where the network has that branch.
            pooled: means of the encoder's vectors, in place of tokens.
            states: what its lowest layers say of the tokens, in place of these.

        Raises:
            ValueError: none of tokens, states and means.
        """
        if pooled is None:
            if present is None or (tokens is None and states is None):
                raise ValueError(
                    "present should be given with tokens or states, or pooled by itself. Found "
                    "none of them."
                )
            if states is not None:
                states = self.backbone.upper(states, present, layers=self.read_before)
            else:
                states = self.backbone(tokens, present)
            pooled = self.pooling(states, present > 0)
        return self.answer(pooled, ngrams)

    def answer(
        self, pooled: Float[Tensor, "n width"], ngrams: Int[Tensor, "n grams"] | None
    ) -> dict[str, Tensor]:
        """Answer, given one vector a text."""
        if self.ngrams is not None:
            pooled = torch.cat([pooled, self.ngrams(ngrams)], dim=-1)
        found = {
            f"{name}.{part}": tensor
            for name, head in self.heads.items()
            for part, tensor in head(pooled).items()
        }
        return found if self.linear is None else self.linear.joined(found, cast("Tensor", ngrams))

    def start_at(self, output: str, start: Start) -> None:
        """Let the head of a task begin at its target's centre and spread."""
        name, _, part = output.partition(".")
        cast("Head", self.heads[name]).start_at(part, start)


def _head(task: Task, features: int, settings: NetworkSettings) -> Head:
    hidden, dropout = settings.head_hidden_dims, settings.dropout
    size = len(task.labels)
    if task.kind == "numbers":
        head = ImprovedTaskHead(
            features,
            size,
            hidden,
            dropout,
            task_type="bounded",
            low=task.low,
            high=task.high,
            with_uncertainty=True,
        )
    else:
        kind: TaskType = "classification" if task.kind == "classes" else "multi_label"
        head = ImprovedTaskHead(features, size, hidden, dropout, task_type=kind)
    if settings.dropout_samples == 1:
        return head
    return MultiSampleDropout(head, settings.dropout_samples, dropout)
