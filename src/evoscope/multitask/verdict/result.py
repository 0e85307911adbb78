"""The result of a run, as one JSON file in its folder."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from evoscope import __version__
from evoscope.measure import Measured
from evoscope.multitask.loop.log import as_json
from evoscope.multitask.verdict.verdict import RunVerdict

RESULT = "result.json"


@dataclass(frozen=True, slots=True)
class Result:
    """What a run ended with.

    Attributes:
        verdict: computed from the rest.
        epochs, steps: finished.
        best_epoch: whose weights were kept, where early stopping judges.
        facts: of the data, such as hashes.
        metrics, trivial: task -> metric -> figure of the weights that were kept, and of the
            trivial predictor.
        resampled: ``"rows"`` or ``"groups"``: what the intervals rest on.
        version: of the package that made it.
    """

    verdict: RunVerdict
    epochs: int
    steps: int
    best_epoch: int | None
    facts: Mapping[str, str]
    metrics: Mapping[str, Mapping[str, Measured]]
    trivial: Mapping[str, Mapping[str, Measured]]
    resampled: str
    version: str = field(default=__version__)


def write_result(folder: Path, result: Result) -> None:
    """Write ``result.json``, whole or not at all."""
    unfinished = folder / f"{RESULT}.unfinished"
    text = json.dumps(as_json(result) | {"summary": str(result.verdict)}, indent=2)
    with unfinished.open("w", encoding="utf-8") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(folder / RESULT)


def read_result(folder: Path) -> Result:
    """Read what `write_result` wrote.

    Raises:
        ValueError: the file is damaged, or of another kind.
    """
    path = folder / RESULT
    try:
        return TypeAdapter(Result).validate_json(path.read_bytes())
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        raise ValueError(
            f"{path} should be the result of a run. Found in {where}: {first['msg']}. "
            "Read the run's log instead."
        ) from None
