"""A small problem with missing labels, dropout and drawn noise; run as a script, it is trained."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from evoscope.multitask import (
    Batch,
    Classification,
    ImprovedTaskHead,
    Labels,
    MultiTaskModel,
    Recipe,
    Regression,
    Run,
    train,
)
from evoscope.multitask.loop import checkpoint


@dataclass
class Noisy:
    """A source that draws fresh noise for every batch."""

    data: Batch

    @property
    def labels(self) -> Labels:
        return self.data.labels

    def __len__(self) -> int:
        return len(self.data)

    def batch(self, rows: Tensor, generator: torch.Generator) -> Batch:
        clean = self.data[rows]
        x = clean.inputs["input"]
        return Batch({"input": x + 0.1 * torch.randn(x.shape, generator=generator)}, clean.labels)


def data(rows: int = 96, seed: int = 1) -> Batch:
    draws = torch.Generator().manual_seed(seed)
    x = torch.randn(rows, 6, generator=draws)
    known = torch.rand(rows, generator=draws) < 0.4
    size = torch.where(known, 3 * x[:, 1] + 50, torch.nan)
    kind = (x[:, 0] > 0.3).long()
    return Batch(
        {"input": x},
        Labels(
            {"kind": kind, "size": size},
            {"kind": torch.ones(rows, dtype=torch.bool), "size": known},
        ),
    )


def model(seed: int = 0, dropout: float = 0.1) -> MultiTaskModel:
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        backbone = nn.Sequential(
            nn.Linear(6, 16), nn.GELU(), nn.Dropout(dropout), nn.Linear(16, 16), nn.GELU()
        )
        heads = {
            "kind": ImprovedTaskHead(16, 2, hidden_dims=(8,), dropout_rate=dropout),
            "size": ImprovedTaskHead(
                16, 1, hidden_dims=(8,), dropout_rate=dropout, task_type="regression"
            ),
        }
        return MultiTaskModel(backbone, heads)


def tasks() -> list[Any]:
    return [
        Classification("kind", ["low", "high"], class_weights="dynamic"),
        Regression("size", loss="huber"),
    ]


def recipe(**fields: Any) -> Recipe:
    small: Mapping[str, Any] = {
        "epochs": 3,
        "batch_size": 16,
        "device": "cpu",
        "log_every": 1,
        "optimiser": {"learning_rate": 1e-2},
    }
    return Recipe.model_validate(small | fields)


def everything(**fields: Any) -> Recipe:
    """A recipe with every part that has a state of its own."""
    parts: Mapping[str, Any] = {
        "ema_decay": 0.9,
        "schedule": {"kind": "plateau", "patience": 1, "warmup_epochs": 0.5, "min_delta": 0.5},
        "early_stopping": {"patience": 50},
        "sampling": {"kind": "balanced", "task": "kind"},
        "curriculum": {
            "phases": [{"start": 0, "weights": {"kind": 0.5}}, {"start": 1, "rate": 0.5}]
        },
        "checkpoint_minutes": 0,
        "accumulation": 2,
        "batch_size": 8,
        "epochs": 2,
    }
    return recipe(**(parts | fields))


def run(folder: Path, settings: Recipe, **others: Any) -> Run:
    net = others.pop("net", None) or model()
    rows = others.pop("rows", None) or Noisy(data())
    return train(net, tasks(), rows, data(40, seed=2), settings, folder=folder, **others)


def die_while_saving(number: int) -> None:
    """Kill this process in the middle of writing a checkpoint's bytes."""
    whole, count = checkpoint.save_file, 0

    def half(tensors: dict[str, Tensor], path: Path, metadata: dict[str, str]) -> None:
        nonlocal count
        whole(tensors, path, metadata=metadata)
        count += path.name.startswith("last")
        if count == number:
            os.truncate(path, path.stat().st_size // 2)
            os.kill(os.getpid(), signal.SIGKILL)

    checkpoint.save_file = half


if __name__ == "__main__":
    torch.set_num_threads(1)
    what, where = sys.argv[1], Path(sys.argv[2])
    if what == "die":
        die_while_saving(number=9)
        run(where, everything())
    else:  # one of several processes; without dropout and noise, which differ between them
        run(where, everything(ema_decay=None, epochs=1), net=model(dropout=0.0), rows=data())
