"""What a text model should reach: each goal a figure, a side and a number.

The numbers are goals, not results. The anchors they were set by are published figures on official
test sets, which are not read here: figures are of dev parts, whose texts also chose thresholds and
temperatures where a figure is not said to be crossed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from evoscope.text.benchmark.document import Reached, TextFigure, Verdict
from evoscope.text.benchmark.precision import COST
from evoscope.text.benchmark.robustness import LOST
from evoscope.text.benchmark.shipped_point import FALSE_ALARMS

ALL_TRAINED = "all that it was calibrated on"
"""In place of a corpus: their dev parts under each other."""
INTENTS = "authored + dialogue_acts"
POINT = 0.01
"""Of a figure between 0 and 1: a point."""


@dataclass(frozen=True, kw_only=True)
class Goal:
    """One goal.

    Attributes:
        topic: what it is about.
        corpus, task, metric, where: the figure that decides; with an empty task the worst one of
            the metric, over all corpora.
        side: which side of ``bound`` it must be on.
        bound: the number; of a range, its lower end.
        high: of a range, its upper end.
        note: what the reader must know.
    """

    topic: str
    corpus: str
    task: str
    metric: str
    where: str = "all"
    side: Literal["<=", ">="] = ">="
    bound: float
    high: float | None = None
    note: str = ""

    @property
    def says(self) -> str:
        """The goal in words.

        Example:
            >>> GOALS[0].says
            'goemotions: emotions_fine macro F1 tuned >= 0.51'
        """
        where = "" if self.where == "all" else f" ({self.where.split('=', 1)[-1]})"
        asks = (
            f"{self.side} {self.bound:g}" if self.high is None else f"{self.bound:g} to {self.high}"
        )
        metric = self.metric.replace("_", " ").replace(" f1", " F1")
        of = f"{self.corpus}: {self.task}" if self.task else "worst headline,"
        return f"{of} {metric}{where} {asks}"


WEAK = "weakly supervised: whether the lesson was learned, not how often the world agrees"
GOALS: tuple[Goal, ...] = (
    Goal(topic="emotions", corpus="goemotions", task="emotions_fine", metric="macro_f1_tuned",
         bound=0.51),
    Goal(topic="emotions", corpus="goemotions", task="emotions", metric="macro_f1_tuned",
         bound=0.60, note="calm comes from relief alone: see its support"),
    *(
        Goal(topic="valence, arousal, dominance", corpus="emobank", task="vad",
             metric="correlation", where=f"label={label}", bound=bound)
        for label, bound in (("valence", 0.74), ("arousal", 0.50), ("dominance", 0.42))
    ),
    *(
        Goal(topic="valence, arousal, dominance", corpus="emobank", task="vad",
             metric="coverage_90", where=f"label={label}", bound=0.88, high=0.92)
        for label in ("valence", "arousal", "dominance")
    ),
    Goal(topic="safety", corpus="davidson_hate", task="davidson_hate classes",
         metric="weighted_f1", bound=0.90, note="three classes, by a probe"),
    Goal(topic="safety", corpus="olid", task="safety", metric="yes_no_macro_f1_tuned",
         where="label=toxic", bound=0.73, note="never trained on; threshold of its other half"),
    Goal(topic="safety", corpus="olid", task="safety", metric="yes_no_macro_f1_shipped",
         where="label=toxic", bound=0.73, note="never trained on; threshold as shipped"),
    Goal(topic="safety", corpus="olid", task="safety", metric="auc", where="label=toxic",
         bound=0.83, note="never trained on"),
    Goal(topic="safety", corpus=FALSE_ALARMS, task="safety", metric="false_alarm_rate_shipped",
         where="label=toxic", side="<=", bound=0.02),
    Goal(topic="safety", corpus=FALSE_ALARMS, task="safety", metric="false_alarm_rate_shipped",
         where="label=any", side="<=", bound=0.02, note="any label: not called safe"),
    Goal(topic="safety", corpus="authored", task="safety", metric="recall_shipped",
         where="kind=self_harm/present", bound=0.90, note=WEAK),
    Goal(topic="safety", corpus="authored", task="safety", metric="false_alarm_rate_shipped",
         where="kind=self_harm/sadness", side="<=", bound=0.05, note=WEAK),
    Goal(topic="style", corpus="pavlick_formality", task="formality", metric="rank_correlation",
         bound=0.80),
    Goal(topic="style", corpus="stanford_politeness", task="politeness", metric="correlation",
         bound=0.70),
    Goal(topic="style", corpus="stanford_politeness", task="politeness",
         metric="quartile_accuracy", bound=0.84),
    Goal(topic="style", corpus="authored", task="style", metric="macro_f1_tuned", bound=0.75,
         note=WEAK),
    Goal(topic="intent", corpus=INTENTS, task="intent", metric="macro_f1", bound=0.75,
         note="half of it weakly supervised, half mapped from speech acts"),
    Goal(topic="intent", corpus="clinc150", task="clinc150 classes", metric="in_scope_accuracy",
         bound=0.96, note="by a probe; before anything is rejected"),
    Goal(topic="intent", corpus="clinc150", task="clinc150 classes", metric="out_of_scope_recall",
         bound=0.78, note="by a probe; see the accuracy in scope that is left when rejecting"),
    *(
        Goal(topic="calibration", corpus=ALL_TRAINED, task=task, metric="ece_crossed", side="<=",
             bound=0.04)
        for task in ("emotions", "emotions_fine", "safety", "style", "intent")
    ),
    Goal(topic="robustness", corpus="", task="", metric=LOST,
         where="change=typos in 10 % of words", side="<=", bound=5 * POINT),
    Goal(topic="int8", corpus="", task="", metric=COST, side="<=", bound=0.5 * POINT),
)  # fmt: skip
"""In the order in which they are printed."""


def reached(figures: Sequence[TextFigure]) -> tuple[Reached, ...]:
    """Judge every goal.

    Example:
        >>> found = TextFigure(corpus="olid", task="safety", metric="auc", slice="label=toxic",
        ...                    value=0.85, n=90)
        >>> [one.verdict for one in reached([found]) if "auc" in one.says]
        ['met']
    """
    return tuple(_reached(goal, _deciding(goal, figures)) for goal in GOALS)


def verdict(
    value: float | None, *, side: Literal["<=", ">="], bound: float, high: float | None = None
) -> Verdict:
    """Say whether a value is on the right side.

    Example:
        >>> verdict(0.9, side=">=", bound=0.88, high=0.92), verdict(None, side="<=", bound=1.0)
        ('met', 'not measured')
    """
    if value is None:
        return "not measured"
    inside = value <= bound if side == "<=" else value >= bound
    return "met" if inside and (high is None or value <= high) else "not met"


def _deciding(goal: Goal, figures: Sequence[TextFigure]) -> TextFigure | None:
    if goal.task:
        key = (goal.corpus, goal.task, goal.metric, goal.where)
        return next((f for f in figures if (f.corpus, f.task, f.metric, f.slice) == key), None)
    of = [f for f in figures if f.metric == goal.metric and f.slice == goal.where]
    known = [(f.value, f) for f in of if f.value is not None]
    return max(known, key=lambda one: one[0])[1] if known else None


def _reached(goal: Goal, figure: TextFigure | None) -> Reached:
    if figure is None:
        return Reached(topic=goal.topic, says=goal.says, value=None, verdict="not measured")
    worst = "" if goal.task else f"{figure.corpus}: {figure.task}"
    return Reached(
        topic=goal.topic,
        says=goal.says,
        value=figure.value,
        low=figure.low,
        high=figure.high,
        n=figure.n,
        trivial=figure.trivial,
        rivals=figure.rivals,
        verdict=verdict(figure.value, side=goal.side, bound=goal.bound, high=goal.high),
        note=goal.note or worst,
    )
