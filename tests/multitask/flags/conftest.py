from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from evoscope.multitask import (
    Batch,
    Callback,
    Classification,
    ImprovedTaskHead,
    Labels,
    MultiTaskModel,
    Recipe,
    Regression,
    read_log,
    train,
)
from evoscope.multitask.heads import AttentionPooling
from evoscope.multitask.verdict import ending, judge_task


@pytest.fixture(autouse=True)
def few_resamples(monkeypatch: pytest.MonkeyPatch) -> None:
    """Verdicts by 40 resamples: the usual 200 take three quarters of the time of a small run."""
    monkeypatch.setattr(ending, "judge_task", partial(judge_task, resamples=40))


def rows(n: int, seed: int, noise: float = 0.3) -> Batch:
    """Two tasks that a small network learns in an epoch; a third of the sizes is not known."""
    draws = torch.Generator().manual_seed(seed)
    x = torch.randn(n, 6, generator=draws)
    kind = torch.stack([x[:, 0], x[:, 1], x[:, 2]], 1).argmax(1)
    size = 50 + 4 * x[:, 3] - 3 * x[:, 0] + noise * torch.randn(n, generator=draws)
    known = torch.rand(n, generator=draws) < 0.66
    return Batch(
        {"input": x},
        Labels(
            {"kind": kind, "size": torch.where(known, size, torch.nan)},
            {"kind": torch.ones(n, dtype=torch.bool), "size": known},
        ),
    )


def model() -> MultiTaskModel:
    torch.manual_seed(0)
    return MultiTaskModel(
        nn.Sequential(nn.Linear(6, 32), nn.GELU(), nn.Dropout(0.1)),
        {
            "kind": ImprovedTaskHead(32, 3, hidden_dims=(16,), dropout_rate=0.1),
            "size": ImprovedTaskHead(
                32, 1, hidden_dims=(16,), dropout_rate=0.1, task_type="regression"
            ),
        },
    )


@dataclass
class Problem:
    """A run on a small problem, ready to be spoiled."""

    folder: Path
    net: nn.Module
    training: Any
    validation: Any
    epochs: int = 1
    rate: float = 3e-3
    flags: dict[str, Any] = field(default_factory=dict)
    weights: dict[str, float] | None = None
    others: tuple[Callback, ...] = ()
    resume: bool = False

    def spoiled(self, **fields: Any) -> Problem:
        return replace(self, **fields)

    def raised(self) -> dict[str, set[str]]:
        """Train; returns which flags went up in the log, and for what."""
        self.train()
        found: dict[str, set[str]] = {}
        for line in read_log(self.folder / "log.jsonl"):
            if line.get("state") == "raised":
                found.setdefault(line["flag"], set()).add(line["subject"])
        return found

    def train(self) -> Any:
        recipe = Recipe.model_validate(
            {
                "epochs": self.epochs,
                "batch_size": 16,
                "device": "cpu",
                "optimiser": {"learning_rate": self.rate},
                "red_flags": self.flags,
                "weighting": {"kind": "fixed", "weights": self.weights},
            }
        )
        return train(
            self.net,
            [Classification("kind", ["a", "b", "c"]), Regression("size")],
            self.training,
            self.validation,
            recipe,
            folder=self.folder,
            callbacks=self.others,
            resume=self.resume,
        )


@pytest.fixture
def healthy(tmp_path: Path) -> Problem:
    return Problem(tmp_path / "run", model(), rows(640, seed=1), rows(200, seed=2))


class Changed(nn.Module):
    """A head whose features, or answers, are changed."""

    def __init__(self, head: nn.Module, **change: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self.head = head
        self.change = change

    def forward(self, features: Tensor) -> dict[str, Tensor]:
        same = nn.Identity()
        answers = self.head(self.change.get("features", same)(features))
        return {name: self.change.get("answers", same)(x) for name, x in answers.items()}

    def start_at(self, part: str, start: Any) -> None:
        self.head.start_at(part, start)


@pytest.fixture
def change_head() -> Callable[..., None]:
    def change(net: MultiTaskModel, head: str, **by: Callable[[Tensor], Tensor]) -> None:
        net.heads[head] = Changed(net.heads[head], **by)

    return change


class Tokens(nn.Module):
    """Reads six numbers as six tokens, pooled by attention."""

    def __init__(self, sharpness: float) -> None:
        super().__init__()
        self.embed = nn.Linear(6, 6 * 16)
        self.pooling = AttentionPooling(16)
        self.out = nn.Linear(16, 32)
        with torch.no_grad():
            self.pooling.query.weight.mul_(sharpness)

    def forward(self, input: Tensor) -> Tensor:  # noqa: A002  what the batch calls it
        tokens = self.embed(input).reshape(-1, 6, 16)
        return self.out(self.pooling(tokens))


@pytest.fixture
def attending() -> Callable[[float], nn.Module]:
    def make(sharpness: float) -> nn.Module:
        torch.manual_seed(0)
        return Tokens(sharpness)

    return make
