"""One backbone, many heads, labels that are mostly missing: the engine room, free of any domain."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from evoscope.multitask.adaptation import (
        Coral,
        CoralSettings,
        FeatureHead,
        Penalty,
        adapt_normalisation,
    )
    from evoscope.multitask.batch import Batch, Labels, Source
    from evoscope.multitask.callback import Callback, Control, EpochResult, StepResult
    from evoscope.multitask.curriculum import Curriculum, Gate, Phase
    from evoscope.multitask.ensemble import Ensemble, load_ensemble, train_ensemble
    from evoscope.multitask.flags import RedFlags
    from evoscope.multitask.freezing import Rates, freeze, unfreeze_layers
    from evoscope.multitask.heads import (
        AttentionPooling,
        DenseSignalHead,
        Head,
        ImprovedTaskHead,
        MultiSampleDropout,
        MultiScaleFeatureExtractor,
        RobustClassificationHead,
        RobustPeakHead,
        RobustThresholdHead,
        TaskSpecificFeatureExtractor,
    )
    from evoscope.multitask.loop.evaluate import evaluate
    from evoscope.multitask.loop.log import read_log
    from evoscope.multitask.loop.run import Run
    from evoscope.multitask.loop.train import train
    from evoscope.multitask.loop.training import load_model
    from evoscope.multitask.losses import FocalLoss, compute_class_weights
    from evoscope.multitask.model import MultiTaskModel, Outputs
    from evoscope.multitask.recipe import Recipe
    from evoscope.multitask.search import Search, tune
    from evoscope.multitask.tasks import (
        BoundedRegression,
        Classification,
        Dense,
        Distilled,
        GatedRegression,
        Located,
        MultiLabel,
        Ordinal,
        Regression,
        Task,
    )
    from evoscope.multitask.validation import cross_validate
    from evoscope.multitask.weighting import Weighting

# Resolved at first use: a part that needs a head alone does not import the loop.
_WHERE = {
    "adaptation": (
        "Coral",
        "CoralSettings",
        "FeatureHead",
        "Penalty",
        "adapt_normalisation",
    ),
    "batch": (
        "Batch",
        "Labels",
        "Source",
    ),
    "curriculum": (
        "Curriculum",
        "Gate",
        "Phase",
    ),
    "ensemble": (
        "Ensemble",
        "load_ensemble",
        "train_ensemble",
    ),
    "flags": ("RedFlags",),
    "freezing": (
        "Rates",
        "freeze",
        "unfreeze_layers",
    ),
    "heads": (
        "AttentionPooling",
        "DenseSignalHead",
        "Head",
        "ImprovedTaskHead",
        "MultiSampleDropout",
        "MultiScaleFeatureExtractor",
        "RobustClassificationHead",
        "RobustPeakHead",
        "RobustThresholdHead",
        "TaskSpecificFeatureExtractor",
    ),
    "callback": (
        "Callback",
        "Control",
        "EpochResult",
        "StepResult",
    ),
    "loop.evaluate": ("evaluate",),
    "loop.log": ("read_log",),
    "loop.run": ("Run",),
    "loop.train": ("train",),
    "loop.training": ("load_model",),
    "losses": (
        "FocalLoss",
        "compute_class_weights",
    ),
    "model": (
        "MultiTaskModel",
        "Outputs",
    ),
    "recipe": ("Recipe",),
    "search": (
        "Search",
        "tune",
    ),
    "tasks": (
        "BoundedRegression",
        "Classification",
        "Dense",
        "Distilled",
        "GatedRegression",
        "Located",
        "MultiLabel",
        "Ordinal",
        "Regression",
        "Task",
    ),
    "validation": ("cross_validate",),
    "weighting": ("Weighting",),
}
_LAZY = {name: module for module, names in _WHERE.items() for name in names}

__all__ = [
    "AttentionPooling",
    "Batch",
    "BoundedRegression",
    "Callback",
    "Classification",
    "Control",
    "Coral",
    "CoralSettings",
    "Curriculum",
    "Dense",
    "DenseSignalHead",
    "Distilled",
    "Ensemble",
    "EpochResult",
    "FeatureHead",
    "FocalLoss",
    "Gate",
    "GatedRegression",
    "Head",
    "ImprovedTaskHead",
    "Labels",
    "Located",
    "MultiLabel",
    "MultiSampleDropout",
    "MultiScaleFeatureExtractor",
    "MultiTaskModel",
    "Ordinal",
    "Outputs",
    "Penalty",
    "Phase",
    "Rates",
    "Recipe",
    "RedFlags",
    "Regression",
    "RobustClassificationHead",
    "RobustPeakHead",
    "RobustThresholdHead",
    "Run",
    "Search",
    "Source",
    "StepResult",
    "Task",
    "TaskSpecificFeatureExtractor",
    "Weighting",
    "adapt_normalisation",
    "compute_class_weights",
    "cross_validate",
    "evaluate",
    "freeze",
    "load_ensemble",
    "load_model",
    "read_log",
    "train",
    "train_ensemble",
    "tune",
    "unfreeze_layers",
]


def __getattr__(name: str) -> Any:
    if name in _LAZY:
        return getattr(import_module(f"{__name__}.{_LAZY[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}. It has {__all__}.")
