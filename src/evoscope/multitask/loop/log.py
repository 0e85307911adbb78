"""A run's log: one JSON object a line, appended."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from evoscope.multitask.callback import Callback, Control, EpochResult, StepResult


class RunLog(Callback):
    """Writes what happens to ``log.jsonl``.

    Every line has ``event`` (``start``, ``step``, ``epoch``, ``warning``, ``rate``, ``stop``,
    ``resume``, ``end``) and ``time``; the others' fields are those of `StepResult` and
    `EpochResult`. Values that are not finite are the strings ``"nan"``, ``"inf"`` and ``"-inf"``.

    Args:
        path: of the file.
        every: steps from one ``step`` line to the next.
    """

    def __init__(self, path: Path, every: int) -> None:
        self._every = every
        self._file = path.open("a", encoding="utf-8")

    def write(self, event: str, **fields: Any) -> None:
        """Append a line."""
        line = {"event": event, "time": datetime.now(UTC).isoformat(timespec="milliseconds")}
        self._file.write(json.dumps(line | as_json(fields)) + "\n")
        if event != "step":  # steps are many; a checkpoint flushes them
            self._file.flush()

    def on_step(self, run: Control, result: StepResult) -> None:  # noqa: ARG002  of the protocol
        """Write the first of every so many steps."""
        if result.step % self._every == 0:
            self.write("step", **fields_of(result))

    def on_epoch(self, run: Control, result: EpochResult) -> None:  # noqa: ARG002  of the protocol
        """Write an epoch."""
        self.write("epoch", **fields_of(result))

    def close(self) -> None:
        """Close the file; later than `on_end`, where others may still have something to say."""
        self._file.close()

    def position(self) -> int:
        """Bring everything written to the disk; returns the file's length in bytes."""
        self._file.flush()
        os.fsync(self._file.fileno())
        return self._file.tell()


def cut_log(path: Path, length: int) -> None:
    """Take away what was written after a checkpoint: a resumed run writes it again."""
    if path.exists() and path.stat().st_size > length:
        os.truncate(path, length)


def read_log(path: Path) -> list[dict[str, Any]]:
    """Read a log's lines; a last one that was cut off while being written is left out."""
    lines = path.read_text(encoding="utf-8").split("\n")
    return [json.loads(line) for line in lines[:-1]]


def fields_of(result: StepResult | EpochResult) -> dict[str, Any]:
    """Give a result's fields by name."""
    return {name: getattr(result, name) for name in result.__dataclass_fields__}


def as_json(value: Any) -> Any:
    """Turn mappings, figures and numbers into JSON values.

    Example:
        >>> as_json({"loss": float("nan"), "norms": (1.0, 2)})
        {'loss': 'nan', 'norms': [1.0, 2]}
    """
    if isinstance(value, float):
        return value if abs(value) < float("inf") else str(value)
    if isinstance(value, Mapping):
        return {key: as_json(own) for key, own in value.items()}
    if isinstance(value, list | tuple):
        return [as_json(own) for own in value]
    if is_dataclass(value) and not isinstance(value, type):
        return as_json(asdict(value))
    return value
