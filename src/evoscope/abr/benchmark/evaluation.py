"""The evaluation document: figures, each with n, interval and the trivial guess beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from evoscope.measure import Measured
from evoscope.measure.results import commit_of, write_text

__all__ = [
    "Data",
    "Evaluation",
    "Figure",
    "Gate",
    "Reached",
    "commit_of",
    "figure_of",
    "read_json",
    "write_json",
    "write_text",
]


class Figure(BaseModel):
    """One measured figure.

    Attributes:
        task, metric: what was measured, by the names of the evaluation document.
        slice: ``all`` or ``name=value``.
        value, low, high, n: the figure, its 90 % interval, how many cases it pools.
        trivial: the same metric for a guess that knows nothing of the case.
        goal: what it was meant to reach, in words; empty without one.
        limit: the best that is possible, where known.
        simulated: whether the data were simulated.
        note: what the reader must know to read the figure.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    task: str
    metric: str
    slice: str = "all"
    value: float | None
    low: float | None = None
    high: float | None = None
    n: int
    trivial: float | None = None
    goal: str = ""
    limit: float | None = None
    simulated: bool
    note: str = ""

    @property
    def beats_limit(self) -> bool:
        """Whether the whole interval lies beyond the limit, which then is none.

        Example:
            >>> Figure(task="detection", metric="auc", value=0.99, low=0.98, high=1.0, n=9,
            ...        limit=0.95, simulated=True).beats_limit
            True
        """
        if self.limit is None or self.low is None or self.high is None:
            return False
        lower_is_better = self.metric.startswith(("mae_", "mse_", "rmse_"))
        return self.high < self.limit if lower_is_better else self.low > self.limit


class Gate(BaseModel):
    """One criterion of success, the figure that decides it, and the verdict.

    Attributes:
        phase, says: of which gate, and what it asks for.
        task, metric: the figure over everything that decides.
        value, trivial: that figure, and what a guess that knows nothing scores.
        verdict: "not measured" where there is no such figure.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    phase: str
    says: str
    task: str
    metric: str
    value: float | None
    trivial: float | None = None
    verdict: Literal["passed", "not passed", "not measured"]


class Reached(BaseModel):
    """One goal of a reader, and how far an analyzer comes.

    Attributes:
        topic, says: of what, and what it asks for.
        task, metric, slice: the figure that decides.
        value, low, high: that figure and its 90 % interval.
        limit, trivial: the best that is possible, and a guess that knows nothing.
        verdict: "within 5 % of the limit" where the number was missed, but nobody could do much
            better on this data; "not measured" where there is no such figure.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    topic: str
    says: str
    task: str
    metric: str
    slice: str
    value: float | None
    low: float | None = None
    high: float | None = None
    limit: float | None = None
    trivial: float | None = None
    verdict: Literal["met", "within 5 % of the limit", "not met", "not measured"]


class Data(BaseModel):
    """What was evaluated on.

    Attributes:
        path: of the data; the file's name alone where the rest is one machine's.
        sha256: of a cohort: of its rows, as its split states it.
        split_sha256: of the split, where one was used.
        split: the part that was evaluated.
        patients, patients_in_split: fewer than all of the part is a quick look.
        recordings: how many were analyzed.
        note: what else the reader must know of the data.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    path: str
    sha256: str | None = None
    split_sha256: str | None = None
    split: str | None = None
    patients: int | None = None
    patients_in_split: int | None = None
    recordings: int | None = None
    note: str = ""


class Evaluation(BaseModel):
    """One run: which analyzer, on what, at which commit, with which figures and verdicts.

    ``machine`` says where times were taken, and how busy it was; empty where there are none.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    pack: str
    data: Data
    commit: str
    threads: int = 1
    machine: str = ""
    seed: int | None = None
    figures: tuple[Figure, ...]
    gates: tuple[Gate, ...] = ()
    goals: tuple[Reached, ...] = ()


def figure_of(
    measured: Measured,
    *,
    task: str,
    metric: str,
    simulated: bool,
    slice: str = "all",  # noqa: A002 -- the document's own field name
    trivial: Measured | float | None = None,
    goal: str = "",
    note: str = "",
) -> Figure:
    """Turn a measured value into a figure of the document."""
    guess = trivial.value if isinstance(trivial, Measured) else trivial
    return Figure(
        task=task,
        metric=metric,
        slice=slice,
        value=measured.value,
        low=measured.low,
        high=measured.high,
        n=measured.n,
        trivial=guess,
        goal=goal,
        simulated=simulated,
        note=note or measured.reason,
    )


def write_json(evaluation: Evaluation, path: Path) -> None:
    """Write an evaluation atomically."""
    write_text(evaluation.model_dump_json(indent=1) + "\n", path)


def read_json(path: Path) -> Evaluation:
    """Read an evaluation back."""
    return Evaluation.model_validate_json(path.read_text(encoding="utf-8"))
