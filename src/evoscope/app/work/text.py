"""Five answers for each message; the engine stays open between requests."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from math import isfinite
from pathlib import Path
from typing import Any

from evoscope.app.jobs.child import Tell
from evoscope.text.analysis import TextEngine
from evoscope.text.perspective import perspective_view
from evoscope.text.taxonomy import WEAKLY_SUPERVISED


def analyze_texts(arguments: Mapping[str, Any], _folder: Path, _tell: Tell) -> dict[str, Any]:
    """Answer for texts; nothing of them is kept.

    Args:
        arguments: ``texts``, ``highlight``, and ``model``: the folder of a pack, or ``default``.

    Raises:
        PackError: no such pack in this version.
    """
    engine = _engine(arguments["model"])
    found = engine.analyze(list(arguments["texts"]), highlight=arguments["highlight"])
    return {"texts": [one.to_dict() for one in found]}


def describe_model(arguments: Mapping[str, Any], _folder: Path, _tell: Tell) -> dict[str, Any]:
    """Say which model answers, from which scores on it calls a label, and what it learned least of.

    Args:
        arguments: ``model``: the folder of a pack, or ``default``.

    Raises:
        PackError: no such pack in this version.
    """
    engine = _engine(arguments["model"])
    thresholds = {
        task: {label: at if isfinite(at) else None for label, at in of.items()}
        for task, of in engine.thresholds.items()
    }
    weak = {task: list(labels) for task, labels in WEAKLY_SUPERVISED.items()}
    return {"model": engine.model.model_dump(), "thresholds": thresholds, "weak": weak}


def perspective(arguments: Mapping[str, Any], _folder: Path, _tell: Tell) -> dict[str, Any]:
    """Answer for a text in the layout of the Perspective API.

    Args:
        arguments: ``text``, and ``model``: the folder of a pack, or ``default``.

    Raises:
        PackError: no such pack in this version.
    """
    text = arguments["text"]
    found = _engine(arguments["model"]).analyze(text)
    return perspective_view(found, characters=len(text))


@cache
def _engine(model: str) -> TextEngine:
    return TextEngine(model)
