"""One backbone, many heads, labels that are mostly missing: the engine room, free of any domain."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from evoscope.multitask.batch import Batch, Labels, Source
    from evoscope.multitask.heads import ImprovedTaskHead
    from evoscope.multitask.loop.callback import Callback, Control, EpochResult, StepResult
    from evoscope.multitask.loop.evaluate import evaluate
    from evoscope.multitask.loop.log import read_log
    from evoscope.multitask.loop.run import Run
    from evoscope.multitask.loop.train import train
    from evoscope.multitask.loop.training import load_model
    from evoscope.multitask.model import MultiTaskModel, Outputs
    from evoscope.multitask.recipe import Recipe
    from evoscope.multitask.tasks import Classification, Regression, Task

# Resolved at first use: a part that needs a head alone does not import the loop.
_LAZY = {
    "Batch": "batch",
    "Callback": "loop.callback",
    "Classification": "tasks",
    "Control": "loop.callback",
    "EpochResult": "loop.callback",
    "ImprovedTaskHead": "heads",
    "Labels": "batch",
    "MultiTaskModel": "model",
    "Outputs": "model",
    "Recipe": "recipe",
    "Regression": "tasks",
    "Run": "loop.run",
    "Source": "batch",
    "StepResult": "loop.callback",
    "Task": "tasks",
    "evaluate": "loop.evaluate",
    "load_model": "loop.training",
    "read_log": "loop.log",
    "train": "loop.train",
}

__all__ = [
    "Batch",
    "Callback",
    "Classification",
    "Control",
    "EpochResult",
    "ImprovedTaskHead",
    "Labels",
    "MultiTaskModel",
    "Outputs",
    "Recipe",
    "Regression",
    "Run",
    "Source",
    "StepResult",
    "Task",
    "evaluate",
    "load_model",
    "read_log",
    "train",
]


def __getattr__(name: str) -> Any:
    if name in _LAZY:
        return getattr(import_module(f"{__name__}.{_LAZY[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}. It has {__all__}.")
