"""What a reader should reach: each goal a figure, a side, and a number or a distance to the limit.

The numbers are goals, not results. Those of a class rest on what the simulator assumes of it, of
neuropathy above all. Where a number cannot be reached on the data, being within 5 % of the limit is
as good.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from evoscope.abr.benchmark.evaluation import Figure, Reached
from evoscope.abr.benchmark.protocol.slices import ALTERNATING, PAIR, SWEEPS
from evoscope.abr.benchmark.protocol.threshold import of_truth

NEAR = 0.05
"""Share of the limit that may be missing."""
Key = tuple[str, str, str]


@dataclass(frozen=True, kw_only=True)
class Goal:
    """One goal.

    Attributes:
        topic: what it is about.
        task, metric, where: the figure that decides.
        side: which side of ``bound`` it must be on.
        bound: the number; with ``of_limit`` added to the limit.
        of_limit: whether the bound is a distance from the limit.
        high: of a range, its upper end.
        elsewhere: slices to take where ``where`` is not there.
    """

    topic: str
    task: str
    metric: str
    side: Literal["<=", ">="]
    bound: float
    where: str = "all"
    of_limit: bool = False
    high: float | None = None
    elsewhere: tuple[str, ...] = ()

    @property
    def says(self) -> str:
        """The goal in words.

        Example:
            >>> Goal(topic="wave V", task="existence.V", metric="f1", side=">=", bound=0.97,
            ...      where="fmp=3.1+").says
            'existence.V f1 (fmp=3.1+) >= 0.97'
        """
        where = "" if self.where == "all" else f" ({self.where})"
        if self.high is not None:
            asks = f"{self.bound:g} to {self.high:g}"
        elif self.of_limit:
            asks = f"{self.side} limit {self.bound:+g}"
        else:
            asks = f"{self.side} {self.bound:g}"
        return f"{self.task} {self.metric}{where} {asks}"


def _threshold(topic: str, of: Mapping[str, str]) -> tuple[Goal, ...]:
    def one(
        step: str, metric: str, side: Literal["<=", ">="], bound: float, *, of_limit: bool = False
    ) -> Goal:
        return Goal(
            topic=topic, task="threshold", metric=metric, where=of[step], side=side, bound=bound,
            of_limit=of_limit,
        )  # fmt: skip

    return (
        one("5", "mae_db", "<=", 3.5),
        one("5", "within_10db", ">=", 0.96),
        one("10", "mae_db", "<=", 4.5),
        one("20", "mae_db", "<=", 1.0, of_limit=True),
        one("all", "r2", ">=", 0.90),
        Goal(
            topic=topic, task="threshold", metric="coverage_90", where=of["all"], side=">=",
            bound=0.88, high=0.92,
        ),
    )  # fmt: skip


_STEPS = ("5", "10", "20")
GOALS: tuple[Goal, ...] = (
    Goal(topic="wave V there", task="existence.V", metric="auc_below_ideal", side="<=", bound=0.01),
    *(
        Goal(topic="wave V there", task="existence.V", metric=metric, where="fmp=3.1+", side=">=",
             bound=bound)
        for metric, bound in (("f1", 0.97), ("auc", 0.985))
    ),
    Goal(topic="wave V there", task="existence.V", metric="false_peak_rate", side="<=", bound=0.05),
    Goal(topic="wave V there", task="existence.V", metric="f1", where="truth=marked", side=">=",
         bound=0.93),
    Goal(topic="wave V latency", task="latency.V", metric="r2", where="marked=yes", side=">=",
         bound=0.95),
    Goal(topic="wave V latency", task="latency.V", metric="mae_ms", where="marked=yes", side="<=",
         bound=0.15),
    Goal(topic="wave V latency", task="latency.V", metric="within_1ms", where="marked=yes",
         side=">=", bound=0.99),
    Goal(topic="wave V latency", task="latency.V", metric="rmse_over_crlb",
         where="marked=yes fmp=3.1+", side="<=", bound=1.5),
    Goal(topic="wave V amplitude", task="amplitude.V", metric="r2", where="marked=yes", side=">=",
         bound=0.90),
    Goal(topic="denoising", task="denoise", metric="mse_over_wiener", where="fmp=1-10", side="<=",
         bound=0.5),
    Goal(topic="denoising", task="denoise", metric="mse_over_linear", where="fmp=1-10", side="<=",
         bound=0.7),
    Goal(topic="denoising", task="denoise", metric="correlation", where="fmp=3.1+", side=">=",
         bound=0.95),
    Goal(topic="denoising", task="denoise", metric="mse_over_noise", side="<=", bound=1.0),
    Goal(topic="denoising", task="denoise", metric="worse_than_raw", side="<=", bound=0.0),
    Goal(topic="denoising", task="denoise", metric="silent_rms_over_noise", side="<=", bound=0.3),
    *(
        Goal(topic="detection", task="detection", metric=f"auc_above_{rival}", where=where,
             side=">=", bound=0.0)
        for where in ("all", *(f"sweeps={name}" for name, _, _ in SWEEPS))
        for rival in ("fmp", "half_f_p", "halves_correlation")
    ),
    *(
        Goal(topic="detection", task="detection", metric=f"sensitivity_above_{rival}", side=">=",
             bound=0.10)
        for rival in ("fmp", "half_f_p", "halves_correlation")
    ),
    *_threshold("threshold, between levels", {
        "all": of_truth("all"), **{s: of_truth(f"step={s}") for s in _STEPS},
    }),
    *_threshold("threshold, lowest level", {"all": "all", **{s: f"step={s}" for s in _STEPS}}),
    Goal(topic="threshold, no number", task="threshold", metric="status_accuracy",
         where="censored=yes", side=">=", bound=0.95),
    Goal(topic="class of an ear", task="class.ear", metric="macro_f1", where=PAIR, side=">=",
         bound=0.85),
    Goal(topic="class of an ear", task="class.ear", metric="over_ideal", where=ALTERNATING,
         side=">=", bound=0.95, elsewhere=("all",)),
    Goal(topic="class of an ear", task="class.ear", metric="ece", side="<=", bound=0.03),
    Goal(topic="class of a recording", task="class.recording", metric="over_ideal", side=">=",
         bound=0.95),
)  # fmt: skip
"""In the order in which they are printed."""


def reached(figures: Sequence[Figure]) -> tuple[Reached, ...]:
    """Judge every goal.

    Example:
        >>> f1 = Figure(task="existence.V", metric="f1", slice="fmp=3.1+", value=0.96, limit=0.98,
        ...             n=90, simulated=True)
        >>> [one.verdict for one in reached([f1])][1]
        'within 5 % of the limit'
    """
    known = {(f.task, f.metric, f.slice): f for f in figures}
    found = []
    for goal in GOALS:
        figure = _decides(goal, known)
        found.append(
            Reached(
                topic=goal.topic,
                says=goal.says,
                task=goal.task,
                metric=goal.metric,
                slice=goal.where if figure is None else figure.slice,
                value=None if figure is None else figure.value,
                low=None if figure is None else figure.low,
                high=None if figure is None else figure.high,
                limit=None if figure is None else figure.limit,
                trivial=None if figure is None else figure.trivial,
                verdict=_verdict(goal, figure),
            )
        )
    return tuple(found)


def with_goals(figures: Sequence[Figure]) -> tuple[Figure, ...]:
    """Write each goal beside the figure that decides it."""
    known = {(f.task, f.metric, f.slice): f for f in figures}
    said: dict[Key, str] = {}
    for goal in GOALS:
        figure = _decides(goal, known)
        if figure is not None:
            said[figure.task, figure.metric, figure.slice] = goal.says
    return tuple(
        f.model_copy(update={"goal": said.get((f.task, f.metric, f.slice), f.goal)})
        for f in figures
    )


def _decides(goal: Goal, known: Mapping[Key, Figure]) -> Figure | None:
    for where in (goal.where, *goal.elsewhere):
        if (goal.task, goal.metric, where) in known:
            return known[goal.task, goal.metric, where]
    return None


def _verdict(
    goal: Goal, figure: Figure | None
) -> Literal["met", "within 5 % of the limit", "not met", "not measured"]:
    if figure is None or figure.value is None or (goal.of_limit and figure.limit is None):
        return "not measured"
    value, limit = figure.value, figure.limit
    bound = goal.bound + (limit or 0.0) if goal.of_limit else goal.bound
    inside = value <= bound if goal.side == "<=" else value >= bound
    if inside and (goal.high is None or value <= goal.high):
        return "met"
    if limit is not None and not goal.of_limit:
        near = value <= (1.0 + NEAR) * limit if goal.side == "<=" else value >= (1.0 - NEAR) * limit
        if near:
            return "within 5 % of the limit"
    return "not met"
