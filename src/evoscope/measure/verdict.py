"""A figure against its trivial baseline: a verdict computed from the interval, in no other way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from numpy.typing import ArrayLike

from evoscope.measure.bootstrap import Metric
from evoscope.measure.measured import Measured, undefined

Verdict = Literal["worse than trivial", "undefined", "not distinguishable", "better than trivial"]
WORST_FIRST: tuple[Verdict, ...] = (
    "worse than trivial",
    "undefined",
    "not distinguishable",
    "better than trivial",
)
"""A set of figures is worth what its worst one is."""
Direction = Literal["higher", "lower"]


@dataclass(frozen=True)
class Judgement:
    """A figure beside what a guess scores that knows nothing, and what follows from the two.

    Attributes:
        verdict: computed from the rest.
        figure, trivial: the figure with its interval, and the guess.
        better: which way the metric improves.
        reason: why the verdict is "undefined"; empty otherwise.

    Example:
        >>> judge(Measured(0.84, 90, 0.8, 0.9), 0.78, better="higher").verdict
        'better than trivial'
    """

    verdict: Verdict
    figure: Measured
    trivial: Measured
    better: Direction
    reason: str = ""


def judge(figure: Measured, trivial: Measured | float, *, better: Direction) -> Judgement:
    """Judge a figure by whether its interval lies beyond the trivial baseline.

    Better or worse than trivial when the whole interval, without its ends, lies on that side of
    the baseline (of the baseline's own interval, where it has one); not distinguishable when they
    touch; undefined without a figure, an interval or a baseline: a bare number proves nothing.
    Two separate intervals may overlap where the paired difference is clear: judge ``advantage``
    against 0 then.

    Example:
        >>> mae = Measured(14.9, 40, 13.0, 16.8)
        >>> judge(mae, 14.88, better="lower").verdict
        'not distinguishable'
        >>> judge(Measured(0.9, 40), 0.5, better="higher").reason
        'the figure has no interval'
    """
    if better not in ("higher", "lower"):
        raise ValueError(f"better should be 'higher' or 'lower'. Found {better!r}.")
    guess = trivial if isinstance(trivial, Measured) else Measured(float(trivial), figure.n)
    verdict, reason = _compare(figure, guess, better)
    return Judgement(verdict, figure, guess, better, reason)


def _compare(figure: Measured, guess: Measured, better: Direction) -> tuple[Verdict, str]:
    if figure.value is None:
        return "undefined", f"the figure is undefined: {figure.reason}"
    if guess.value is None:
        return "undefined", f"the trivial baseline is undefined: {guess.reason}"
    if figure.low is None or figure.high is None:
        return "undefined", figure.reason or "the figure has no interval"
    low = guess.value if guess.low is None else guess.low
    high = guess.value if guess.high is None else guess.high
    if figure.low > high:
        return ("better than trivial" if better == "higher" else "worse than trivial"), ""
    if figure.high < low:
        return ("better than trivial" if better == "lower" else "worse than trivial"), ""
    return "not distinguishable", ""


def advantage(
    metric: Metric,
    predicted: ArrayLike,
    guess: ArrayLike,
    true: ArrayLike,
    mask: ArrayLike | None = None,
) -> Measured:
    """Metric of the prediction minus the metric of the guess, on the same cases.

    With ``bootstrap_interval(partial(advantage, metric), groups, predicted, guess, true)`` both
    are resampled together, so that hard cases, hard for both, do not blur the comparison.

    Example:
        >>> from evoscope.measure import mean_absolute_error
        >>> advantage(mean_absolute_error, [1.0, 2.0], [1.5, 1.5], [1.0, 2.0]).value
        -0.5
    """
    ours, trivial = metric(predicted, true, mask), metric(guess, true, mask)
    if ours.value is None:
        return ours
    if trivial.value is None:
        return undefined(trivial.n, f"the guess is undefined: {trivial.reason}")
    return Measured(ours.value - trivial.value, ours.n)


@dataclass(frozen=True)
class Combined:
    """The verdict on a set of figures.

    Attributes:
        verdict: the worst of the set, in the order of ``WORST_FIRST``; "undefined" for none.
        names: the figures under each verdict that occurs, worst first.

    Example:
        >>> print(combine({"r2": judge(Measured(0.8, 9, 0.7, 0.9), 0.0, better="higher"),
        ...                "f1": judge(Measured(0.8, 9), 0.7, better="higher")}))
        undefined: f1 (1 of 2); better than trivial: r2 (1 of 2)
    """

    verdict: Verdict
    names: Mapping[Verdict, tuple[str, ...]]

    def __str__(self) -> str:
        total = sum(len(names) for names in self.names.values())
        return "; ".join(
            f"{verdict}: {', '.join(names)} ({len(names)} of {total})"
            for verdict, names in self.names.items()
        )


def combine(judgements: Mapping[str, Judgement]) -> Combined:
    """Combine verdicts: a set is better than trivial only when every figure is.

    At 90 % intervals one figure in ten of a model that knows nothing leaves the baseline by
    chance, half of them upward. All of them doing so is evidence; any of them is not.

    Example:
        >>> combine({}).verdict
        'undefined'
    """
    names: dict[Verdict, tuple[str, ...]] = {
        verdict: found
        for verdict in WORST_FIRST
        if (found := tuple(name for name, j in judgements.items() if j.verdict == verdict))
    }
    return Combined(next(iter(names), "undefined"), names)
