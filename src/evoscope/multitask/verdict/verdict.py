"""What a run is worth: computed from its red flags and its figures, in no other way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from evoscope.measure import Combined, Judgement, Measured, combine
from evoscope.multitask.flags.flag import Raised
from evoscope.multitask.verdict.figures import TaskVerdict

Outcome = Literal[
    "failed",
    "unfinished",
    "stopped by a red flag",
    "worse than trivial",
    "undefined",
    "not distinguishable",
    "better than trivial, but flagged",
    "better than trivial",
]

_CUT_SHORT: tuple[Outcome, ...] = ("failed", "unfinished", "stopped by a red flag")


@dataclass(frozen=True, slots=True)
class RunVerdict:
    """The verdict on a run.

    Attributes:
        outcome: the first that applies: an error, an interruption, or a flag ended the run; then
            the worst task's verdict; a run whose tasks are all better than trivial is flagged
            where a flag still stood at its end.
        ended: why the run ended.
        tasks: task -> its figures and verdict, of the weights that were kept; empty for a run that
            failed, was interrupted or had no validation rows.
        flags: all that were raised, in order of epochs.

    Example:
        >>> print(judge_run("completed", {}, [Raised("apart", "a", "", 3, 0.2, 0.1, "warn")]))
        undefined: no task was judged; red flags: apart of a (epoch 4)
    """

    outcome: Outcome
    ended: str
    tasks: Mapping[str, TaskVerdict]
    flags: Sequence[Raised]

    def __str__(self) -> str:
        combined = _combined(self.tasks)
        said = str(combined) if self.tasks else f"{combined.verdict}: no task was judged"
        if self.outcome != combined.verdict:
            why = f" ({self.ended})" if self.outcome in _CUT_SHORT else ""
            said = f"{self.outcome}{why}; {said}"
        flags = ", ".join(raised.short for raised in self.flags) or "none"
        return f"{said}; red flags: {flags}"


def judge_run(ended: str, tasks: Mapping[str, TaskVerdict], flags: Sequence[Raised]) -> RunVerdict:
    """Judge a run by how it ended, its tasks and its flags; see `RunVerdict`."""
    in_order = sorted(flags, key=lambda raised: raised.epoch)
    return RunVerdict(_outcome(ended, tasks, in_order), ended, dict(tasks), in_order)


def _outcome(ended: str, tasks: Mapping[str, TaskVerdict], flags: Sequence[Raised]) -> Outcome:
    if ended.startswith("failed"):
        return "failed"
    if not ended or ended.startswith("interrupted"):
        return "unfinished"
    if any(ended == f"red flag {raised.flag}: {raised.message}" for raised in flags):
        return "stopped by a red flag"
    worst = _combined(tasks).verdict
    if worst == "better than trivial" and any(raised.stands for raised in flags):
        return "better than trivial, but flagged"
    return worst


def _combined(tasks: Mapping[str, TaskVerdict]) -> Combined:
    return combine(
        {
            f"{name}.{task.metric}": Judgement(
                task.verdict, task.figure, task.trivial, task.better, task.reason
            )
            for name, task in tasks.items()
        }
    )


def figure_text(figure: Measured) -> str:
    """Write a figure with its interval.

    Example:
        >>> figure_text(Measured(0.8412, 90, 0.8, 0.9)), figure_text(Measured(None, 0, reason="no"))
        ('0.841 [0.8, 0.9]', 'undefined')
    """
    if figure.value is None:
        return "undefined"
    interval = "" if figure.low is None else f" [{figure.low:.3g}, {figure.high:.3g}]"
    return f"{figure.value:.3g}{interval}"
