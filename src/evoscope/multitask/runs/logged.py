"""Reads a logged run, as far as its files are whole."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from evoscope.measure import Measured
from evoscope.multitask.flags.flag import Raised
from evoscope.multitask.loop.run import LOG, RECIPE
from evoscope.multitask.verdict.result import RESULT, Result, read_result
from evoscope.multitask.verdict.verdict import RunVerdict, judge_run

Figures = Mapping[str, Mapping[str, Measured]]


@dataclass(frozen=True, slots=True)
class LoggedEpoch:
    """An epoch, as it was logged; see `EpochResult` for the fields."""

    epoch: int
    train_losses: Mapping[str, float]
    validation_losses: Mapping[str, float]
    metrics: Figures
    trivial: Figures


@dataclass(frozen=True, slots=True)
class LoggedRun:
    """What is on disk of a run.

    Attributes:
        folder: of the run.
        recipe: all fields, empty where nothing says them.
        epochs: finished, in order.
        flags: that were raised.
        ended: why the run ended; empty where the log does not say: it is running, or was killed.
        result: of a run that ended, ``None`` before that.
        damage: what could not be read, in words; empty where everything was.
    """

    folder: Path
    recipe: Mapping[str, Any]
    epochs: Sequence[LoggedEpoch]
    flags: Sequence[Raised]
    ended: str
    result: Result | None
    damage: Sequence[str]

    @property
    def verdict(self) -> RunVerdict:
        """That of the result; without one, what the log's flags and its end say."""
        return self.result.verdict if self.result else judge_run(self.ended, {}, self.flags)

    @property
    def metrics(self) -> Figures:
        """Figures of the weights that were kept; without a result those of the last epoch."""
        if self.result and self.result.metrics:
            return self.result.metrics
        return self.epochs[-1].metrics if self.epochs else {}

    @property
    def trivial(self) -> Figures:
        """The same of the trivial predictor."""
        if self.result and self.result.metrics:
            return self.result.trivial
        return self.epochs[-1].trivial if self.epochs else {}


def find_runs(folder: str | Path) -> list[Path]:
    """Find every run in a folder and those below it, by name.

    Raises:
        ValueError: there is none.
    """
    found = sorted(path.parent for path in Path(folder).rglob(LOG))
    if not found:
        raise ValueError(
            f"{folder} should hold at least one run. Found no {LOG} in it or below it."
        )
    return found


def read_run(folder: str | Path) -> LoggedRun:
    """Read a run, up to what is damaged.

    Args:
        folder: of a run: finished, running, or killed at any moment.

    Raises:
        ValueError: the folder holds no log.
    """
    folder = Path(folder)
    if not (folder / LOG).exists():
        raise ValueError(f"{folder} should be the folder of a run. Found no {LOG} in it.")
    lines, damage = _lines(folder / LOG)
    result = None
    try:
        result = read_result(folder) if (folder / RESULT).exists() else None
    except ValueError as error:
        damage.append(str(error))
    epochs: dict[int, LoggedEpoch] = {}
    flags: list[Raised] = []
    ended = ""
    recipe: Mapping[str, Any] = {}
    for number, line in enumerate(lines, start=1):
        try:
            match line["event"]:
                case "start" | "resume":
                    recipe, ended = line["recipe"], ""
                case "epoch":
                    epochs[line["epoch"]] = _epoch(line)
                case "warning" if "flag" in line:
                    _follow(flags, line)
                case "end":
                    ended = line["reason"]
        except (KeyError, TypeError, ValueError) as error:
            damage.append(f"line {number} of {LOG} was left out: {type(error).__name__}: {error}")
    return LoggedRun(
        folder,
        recipe or _recipe(folder, damage),
        [epochs[number] for number in sorted(epochs)],
        flags,
        ended,
        # A run that was resumed, or died, after its result was written has outgrown it.
        result if result and result.verdict.ended == ended else None,
        damage,
    )


def _lines(path: Path) -> tuple[list[Any], list[str]]:
    """Lines up to the first that is not whole, and what is wrong with it."""
    *whole, rest = path.read_bytes().split(b"\n")
    lines: list[Any] = []
    for number, line in enumerate(whole, start=1):
        try:
            found = json.loads(line)
        except ValueError:  # of JSON, or of UTF-8
            left = len(whole) - number
            return lines, [f"{path.name} is damaged in line {number}: {left} lines after it unread"]
        lines.append(found)
    if rest:
        return lines, [f"the last line of {path.name} was cut off while it was written"]
    return lines, []


def _recipe(folder: Path, damage: list[str]) -> Mapping[str, Any]:
    try:
        found = yaml.safe_load((folder / RECIPE).read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        damage.append(f"{RECIPE} cannot be read: {type(error).__name__}")
        return {}
    return found if isinstance(found, dict) else {}


def _epoch(line: Mapping[str, Any]) -> LoggedEpoch:
    return LoggedEpoch(
        line["epoch"],
        _numbers(line["train_losses"]),
        _numbers(line["validation_losses"]),
        _figures(line["metrics"]),
        _figures(line["trivial"]),
    )


def _numbers(logged: Mapping[str, float | str]) -> dict[str, float]:
    return {name: float(value) for name, value in logged.items()}  # "nan" is logged as a string


def _figures(logged: Mapping[str, Any]) -> dict[str, dict[str, Measured]]:
    return {
        task: {name: Measured(**figure) for name, figure in own.items()}
        for task, own in logged.items()
    }


def _follow(flags: list[Raised], line: Mapping[str, Any]) -> None:
    """Take in that a flag went up, or down again."""
    if line["state"] == "raised":
        flags.append(
            Raised(
                flag=line["flag"],
                subject=line["subject"],
                message=line["message"].partition(": ")[2],
                epoch=line["epoch"],
                value=line.get("value"),
                threshold=line["threshold"],
                action=line["action"],
            )
        )
        return
    for place, raised in enumerate(flags):
        if raised.stands and (raised.flag, raised.subject) == (line["flag"], line["subject"]):
            flags[place] = replace(raised, cleared=line["epoch"])
