"""How well a rater told synthetic recordings from real ones."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from statistics import NormalDist

from pydantic import BaseModel, ConfigDict

from evoscope.app.quiz.sealed import Answered

LEVEL = 0.95


class ClassScore(BaseModel):
    """Answers to recordings of one class; ``loss_class`` is null where nobody could tell it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    loss_class: str | None
    n: int
    right: int


class QuizScore(BaseModel):
    """How often a rater was right.

    Attributes:
        n, right: answers, and those that were right.
        proportion, low, high: their share with its 95 % interval (Wilson 1927); null before the
            first answer.
        d_prime: how far apart the two kinds are for this rater, in standard deviations; 0 is
            guessing. Synthetic is the signal. Rates are log-linear corrected (Hautus 1995), so that
            a perfect rater has a number, too. Null until both kinds were answered.
        criterion: below 0 the rater tends to say "synthetic"; null with ``d_prime``.
        classes: by class of loss.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    n: int
    right: int
    proportion: float | None
    low: float | None
    high: float | None
    d_prime: float | None
    criterion: float | None
    classes: tuple[ClassScore, ...]


def score_of(answers: Sequence[Answered]) -> QuizScore:
    """Score answers.

    Example:
        >>> said = [("synthetic", "synthetic"), ("real", "real"), ("real", "synthetic")]
        >>> answers = [Answered(number=i, said=s, kind=k, level_db=60.0, loss_class="normal")
        ...            for i, (s, k) in enumerate(said, 1)]
        >>> score = score_of(answers)
        >>> score.right, round(score.low, 2), round(score.d_prime, 2)
        (2, 0.21, 0.67)
    """
    from evoscope.measure.intervals import proportion_interval  # numpy: not before a server starts

    right, n = sum(one.right for one in answers), len(answers)
    low, high = proportion_interval(right, n, level=LEVEL) if n else (None, None)
    d_prime, criterion = _sensitivity(answers)
    classes: dict[str | None, list[bool]] = defaultdict(list)
    for one in answers:
        classes[one.loss_class].append(one.right)
    return QuizScore(
        n=n,
        right=right,
        proportion=right / n if n else None,
        low=low,
        high=high,
        d_prime=d_prime,
        criterion=criterion,
        classes=tuple(
            ClassScore(loss_class=name, n=len(rows), right=sum(rows))
            for name, rows in sorted(classes.items(), key=lambda item: item[0] or "~")
        ),
    )


def _sensitivity(answers: Sequence[Answered]) -> tuple[float | None, float | None]:
    said = {
        kind: [one.said == "synthetic" for one in answers if one.kind == kind]
        for kind in ("real", "synthetic")
    }
    if not all(said.values()):
        return None, None
    z = NormalDist().inv_cdf
    hits, alarms = (
        z((sum(said[kind]) + 0.5) / (len(said[kind]) + 1.0)) for kind in ("synthetic", "real")
    )
    return hits - alarms, -0.5 * (hits + alarms)
