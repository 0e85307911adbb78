"""Figures of a finished model beside the trivial ones, with intervals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
import torch
from numpy.typing import NDArray

from evoscope.measure import Direction, Measured, Verdict, bootstrap_interval, judge, undefined
from evoscope.multitask.batch import Labels
from evoscope.multitask.model import Outputs
from evoscope.multitask.tasks.task import Task

RESAMPLES = 200
MOST_ROWS = 1000
"""Rows that are resampled, at most: hundreds of resamples of ten thousand signals would take longer
than the run. With fewer rows an interval is wider, not wrong."""
MATERIAL = 0.01
"""Share of the way from trivial to perfect that an advantage must exceed: an untrained head that
varies by a hair, and by chance with the truth, is surely better than a constant, by a hair."""


@runtime_checkable
class Grouped(Protocol):
    """A source that knows which rows belong together, such as those of one patient.

    Rows of one patient are not independent: intervals resample whole groups.
    """

    @property
    def groups(self) -> Sequence[str] | Sequence[int]:
        """The group of every row."""
        ...


@dataclass(frozen=True, slots=True)
class TaskVerdict:
    """What a task scores in its primary metric, what knowing nothing scores, and what follows.

    Attributes:
        metric: the primary one.
        better: which way it improves.
        figure, trivial: of the model and of the trivial predictor.
        advantage: of the model over the better of two that know nothing, on the same resampled
            rows: the trivial predictor, and the model's own answers dealt out to other rows.
            Guessing by shares has a higher macro-F1 than always answering the largest class.
        verdict: of the advantage's interval against 0, give or take what is not `MATERIAL`.
        reason: why the verdict is undefined; empty otherwise.
    """

    metric: str
    better: Direction
    figure: Measured
    trivial: Measured
    advantage: Measured
    verdict: Verdict
    reason: str = ""


def judge_task(
    task: Task,
    outputs: Outputs,
    labels: Labels,
    groups: Sequence[str] | Sequence[int] | None = None,
    *,
    seed: int = 0,
    resamples: int = RESAMPLES,
) -> TaskVerdict:
    """Judge a task's primary metric by the 90 % interval of its advantage over the trivial.

    Args:
        task: fitted, on the CPU.
        outputs: of all rows, on the CPU; see `evaluate`.
        labels: of all rows, on the CPU.
        groups: of every row; rows count as independent where there are none.
        seed: of the resampling.
        resamples: how many.

    Example:
        >>> from evoscope.multitask.tasks import Regression
        >>> task, y = Regression("size"), torch.arange(20.0)
        >>> labels = Labels({"size": y}, {"size": torch.ones(20, dtype=torch.bool)})
        >>> task.fit(labels)
        >>> judge_task(task, {"size.mean": y + 1}, labels).verdict
        'better than trivial'
    """
    better: Direction = "higher" if task.higher_is_better[task.primary] else "lower"
    known = _labelled(task, labels)
    labelled = known
    if known.size > MOST_ROWS:
        drawn = np.random.default_rng(seed).permutation(known.size)[:MOST_ROWS]
        labelled = known[np.sort(drawn)]
    if not labelled.size:
        none = undefined(0, "no labels")
        return TaskVerdict(task.primary, better, none, none, none, "undefined", none.reason)
    belong = np.arange(len(labels)) if groups is None else np.asarray(groups)
    belong = belong[labelled]
    read = {name: x for name, x in outputs.items() if f"{name}.".startswith(f"{task.output}.")}

    @_remembered
    def ours(rows: NDArray[np.intp]) -> Measured:
        chosen = torch.from_numpy(rows)
        own = {name: x[chosen] for name, x in read.items()}
        return task.primary_figure(own, labels[chosen])

    @_remembered
    def trivial(rows: NDArray[np.intp]) -> Measured:
        some = labels[torch.from_numpy(rows)]
        return task.primary_figure(task.baseline(some), some)

    def dealt(rows: NDArray[np.intp]) -> Measured:
        others = torch.from_numpy(np.random.default_rng(seed).permutation(rows))
        own = {name: x[others] for name, x in read.items()}
        return task.primary_figure(own, labels[torch.from_numpy(rows)])

    figure = bootstrap_interval(_unmasked(ours), belong, labelled, n=resamples, seed=seed)
    advantage = bootstrap_interval(
        _unmasked(lambda rows: _difference(ours(rows), _best(better, trivial(rows), dealt(rows)))),
        belong,
        labelled,
        n=resamples,
        seed=seed,
    )
    figure = _of_all(figure, ours(known))
    guess = trivial(known)
    perfect = 1.0 if better == "higher" else 0.0
    margin = 0.0 if guess.value is None else MATERIAL * abs(perfect - guess.value)
    nothing = Measured(0.0, advantage.n, -margin, margin)
    judged = judge(advantage, nothing, better=better)
    return TaskVerdict(
        task.primary, better, figure, guess, advantage, judged.verdict, judged.reason
    )


def _labelled(task: Task, labels: Labels) -> NDArray[np.intp]:
    """Rows that carry a label of the task: resampling the others costs time and says nothing."""
    if task.name not in labels.present:
        return np.empty(0, np.intp)
    known = labels.present[task.name]
    found: NDArray[np.intp] = known.reshape(len(known), -1).any(dim=1).nonzero()[:, 0].numpy()
    return found


def _of_all(interval: Measured, figure: Measured) -> Measured:
    """The figure of all rows, with the interval of those that were resampled."""
    if figure.value is None or interval.low is None or interval.high is None:
        return figure
    return Measured(figure.value, figure.n, interval.low, interval.high)


_Figure = Callable[[NDArray[np.intp]], Measured]


def _unmasked(figure: _Figure) -> Callable[..., Measured]:
    def metric(rows: NDArray[np.intp], mask: object) -> Measured:  # noqa: ARG001  of a Metric
        return figure(rows)

    return metric


def _remembered(figure: _Figure) -> _Figure:
    """Both intervals resample alike, by the same seed: each resample is scored once."""
    memory: dict[bytes, Measured] = {}

    def remembered(rows: NDArray[np.intp]) -> Measured:
        key = rows.tobytes()
        if key not in memory:
            memory[key] = figure(rows)
        return memory[key]

    return remembered


def _best(better: Direction, trivial: Measured, dealt: Measured) -> Measured:
    if trivial.value is None or dealt.value is None:
        return trivial
    wins = dealt.value > trivial.value if better == "higher" else dealt.value < trivial.value
    return dealt if wins else trivial


def _difference(figure: Measured, trivial: Measured) -> Measured:
    if figure.value is None:
        return figure
    if trivial.value is None:
        return undefined(trivial.n, f"the trivial figure is undefined: {trivial.reason}")
    return Measured(figure.value - trivial.value, figure.n)
