"""Five answers for each message; the engine stays open between requests."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from evoscope.app.jobs.child import Tell
from evoscope.text.analysis import TextEngine


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


@cache
def _engine(model: str) -> TextEngine:
    return TextEngine(model)
