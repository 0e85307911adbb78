"""Tables of an evaluation for people: rows for the terminal, Markdown for the docs."""

from __future__ import annotations

from collections.abc import Sequence

from evoscope.measure.results import number
from evoscope.text.benchmark.document import Bin, Reached, TextEvaluation, TextFigure
from evoscope.text.benchmark.goals import ALL_TRAINED, INTENTS
from evoscope.text.benchmark.perturb import UNCHANGED
from evoscope.text.benchmark.precision import COMPANY, COST
from evoscope.text.benchmark.robustness import LOST, WRITTEN
from evoscope.text.benchmark.shipped_point import FALSE_ALARMS, REQUESTS

Row = tuple[str, ...]
FIGURE_HEAD: Row = ("dev part", "figure", "value", "90 % interval", "n", "trivial", "beside it")
GOAL_HEAD: Row = ("of", "goal", "value", "90 % interval", "n", "trivial", "beside it", "")
CHANGE_HEAD: Row = ("change", "dev part", "figure", "moves by", "90 % interval", "n")
PAIR_HEAD: Row = ("change", "figure", "moves by", "90 % interval", "n")
LOST_HEAD: Row = ("dev part", "points of", *UNCHANGED, "n")
BIN_HEAD: Row = ("head", "stated", "came true", "90 % interval", "n")
PRECISION_HEAD: Row = ("dev part", "figure", "float32 less int8", "90 % interval", "n")
COMPANY_HEAD: Row = ("dev part", "scores of", "99 % move by less than", "n")
_POINTS = 100.0
_WEAK = " (weak)"
_CHANGE = "change="
SHOWN: tuple[tuple[str, str, str, str], ...] = (
    ("goemotions", "emotions_fine", "macro_f1_tuned", "all"),
    ("goemotions", "emotions_fine", "macro_f1_shipped", "all"),
    ("goemotions", "emotions_fine", "macro_auc", "all"),
    ("goemotions", "emotions", "macro_f1_tuned", "all"),
    *(
        ("goemotions", "emotions", "f1_tuned", f"label={label}")
        for label in ("joy", "love", "surprise", "sadness", "anger", "fear", "disgust", "calm",
                      "excitement", "confusion", "neutral")
    ),
    ("xed_en", "emotions", "macro_f1_tuned", "all"),
    ("semeval2018_affect", "emotions", "macro_f1_tuned", "all"),
    *(
        ("emobank", "vad", metric, f"label={label}")
        for label in ("valence", "arousal", "dominance")
        for metric in ("correlation", "coverage_90", "width_90")
    ),
    ("davidson_hate", "davidson_hate classes", "weighted_f1", "all"),
    ("davidson_hate", "davidson_hate classes", "macro_f1", "all"),
    ("davidson_hate", "safety", "auc", "label=toxic"),
    ("davidson_hate", "safety", "auc", "label=profane"),
    ("olid", "safety", "yes_no_macro_f1_tuned", "label=toxic"),
    ("olid", "safety", "yes_no_macro_f1_shipped", "label=toxic"),
    ("olid", "safety", "auc", "label=toxic"),
    ("toxic_spans", "safety", "recall_shipped", "label=toxic"),
    ("surge_toxicity", "safety", "auc", "label=toxic"),
    ("surge_toxicity", "safety", "yes_no_macro_f1_shipped", "label=toxic"),
    (FALSE_ALARMS, "safety", "auc", "label=toxic"),
    (FALSE_ALARMS, "safety", "recall_shipped", "label=toxic"),
    (FALSE_ALARMS, "safety", "false_alarm_rate_shipped", "label=toxic"),
    (FALSE_ALARMS, "safety", "false_alarm_rate_shipped", "label=any"),
    *(
        (corpus, "safety", "false_alarm_rate_shipped", f"label={label}")
        for corpus in REQUESTS
        for label in ("any", "self_harm")
    ),
    *(
        ("authored", "safety", metric, f"kind={label}/{kind}")
        for label, kinds in (
            ("self_harm", ("present", "sadness", "grief", "idiom", "recovery")),
            ("threatening", ("present", "idiom")),
            ("harassment", ("present", "criticism")),
        )
        for kind in kinds
        for metric in (
            "recall_shipped" if kind == "present" else "false_alarm_rate_shipped",
        )
    ),
    ("pavlick_formality", "formality", "rank_correlation", "all"),
    ("stanford_politeness", "politeness", "correlation", "all"),
    ("stanford_politeness", "politeness", "quartile_accuracy", "all"),
    ("authored", "style", "macro_f1_tuned", "all"),
    ("authored", "intent", "macro_f1", "all"),
    ("dialogue_acts", "intent", "macro_f1", "all"),
    (INTENTS, "intent", "macro_f1", "all"),
    ("clinc150", "clinc150 classes", "in_scope_accuracy", "all"),
    ("clinc150", "clinc150 classes", "in_scope_accuracy_rejecting", "all"),
    ("clinc150", "clinc150 classes", "out_of_scope_recall", "all"),
    ("clinc150", "clinc150 classes", "out_of_scope_auc", "all"),
    ("banking77", "banking77 classes", "accuracy", "all"),
    *(
        (ALL_TRAINED, task, metric, "all")
        for task in ("emotions", "emotions_fine", "safety", "style", "intent")
        for metric in ("ece_crossed", "ece_shipped")
    ),
)  # fmt: skip
"""What the docs show of some thousand figures, in this order."""


def figure_rows(evaluation: TextEvaluation) -> list[Row]:
    """Rows of `SHOWN`, of what was measured."""
    known = {(f.corpus, f.task, f.metric, f.slice): f for f in evaluation.figures}
    return [_figure(known[key]) for key in SHOWN if key in known]


def goal_rows(goals: Sequence[Reached]) -> list[Row]:
    """Every goal and whether it was reached."""
    return [
        (
            goal.topic,
            goal.says + (f" ({goal.note})" if goal.note else ""),
            number(goal.value),
            _interval(goal),
            str(goal.n) if goal.n else "-",
            number(goal.trivial),
            _rivals(goal),
            goal.verdict,
        )
        for goal in goals
    ]


def change_rows(evaluation: TextEvaluation) -> list[Row]:
    """All that changed texts do; points are hundredths."""
    return [
        (
            one.slice.removeprefix(_CHANGE),
            one.corpus + (_WEAK if one.weak and one.corpus != WRITTEN else ""),
            f"{one.task} {_words(one.metric)}" + (", points" if one.metric == LOST else ""),
            *_points(one, scale=_POINTS if one.metric == LOST else 1.0),
            str(one.n),
        )
        for one in evaluation.figures
        if one.slice.startswith(_CHANGE)
    ]


def pair_rows(evaluation: TextEvaluation) -> list[Row]:
    """What a name, who somebody is, and a "not" do to sentences written for it."""
    return [(row[0], *row[2:]) for row in change_rows(evaluation) if row[1] == WRITTEN]


def lost_rows(evaluation: TextEvaluation) -> list[Row]:
    """By how many points headlines fall: a row each, and a column for every change.

    A change leaves a headline's cases as they are, so that a row has one n.
    """
    found: dict[tuple[str, str], dict[str, TextFigure]] = {}
    for one in evaluation.figures:
        if one.metric == LOST:
            of = (one.corpus + (_WEAK if one.weak else ""), one.task)
            found.setdefault(of, {})[one.slice.removeprefix(_CHANGE)] = one
    return [
        (*of, *(_lost(by.get(change)) for change in UNCHANGED), str(next(iter(by.values())).n))
        for of, by in found.items()
    ]


def precision_rows(evaluation: TextEvaluation) -> list[Row]:
    """What eight bits cost the headlines, in points."""
    return [
        (
            one.corpus + (_WEAK if one.weak else ""),
            f"{one.task}, points",
            *_points(one, scale=_POINTS),
            str(one.n),
        )
        for one in evaluation.figures
        if one.metric == COST
    ]


def company_rows(evaluation: TextEvaluation) -> list[Row]:
    """How far scores in int8 depend on which texts are read together."""
    return [
        (one.corpus, one.task, number(one.value), str(one.n))
        for one in evaluation.figures
        if one.metric == COMPANY
    ]


def reliability_rows(bins: Sequence[Bin]) -> list[Row]:
    """What was stated and what came true, head by head."""
    return [
        (
            one.head,
            number(one.stated),
            number(one.observed),
            f"{number(one.observed_low)} to {number(one.observed_high)}",
            str(one.n),
        )
        for one in bins
    ]


def markdown(head: Row, rows: Sequence[Row]) -> str:
    """Write a table for the docs.

    Example:
        >>> print(markdown(("a", "b"), [("1", "2")]))
        | a | b |
        |---|---|
        | 1 | 2 |
    """
    lines = [head, *rows]
    text = ["| " + " | ".join(cell or "-" for cell in line) + " |" for line in lines]
    text[0] = "| " + " | ".join(head) + " |"
    return "\n".join([text[0], "|" + "---|" * len(head), *text[1:]])


def _figure(one: TextFigure) -> Row:
    where = "" if one.slice == "all" else f" ({one.slice.split('=', 1)[1]})"
    return (
        one.corpus + (_WEAK if one.weak else ""),
        f"{one.task} {_words(one.metric)}{where}",
        number(one.value),
        _interval(one),
        str(one.n),
        number(one.trivial),
        _rivals(one),
    )


def _words(metric: str) -> str:
    return metric.replace("_", " ").replace(" f1", " F1").replace("ece", "calibration error")


def _rivals(one: TextFigure | Reached) -> str:
    known = {name: value for name, value in one.rivals.items() if value is not None}
    return ", ".join(f"{name} {number(value)}" for name, value in known.items()) or "-"


def _interval(one: TextFigure | Reached) -> str:
    if one.low is None or one.high is None:
        return "-"
    return f"{number(one.low)} to {number(one.high)}"


def _points(one: TextFigure, *, scale: float) -> tuple[str, str]:
    if one.value is None:
        return "-", "-"
    value = f"{scale * one.value:.2f}" if scale > 1 else number(one.value)
    if one.low is None or one.high is None:
        return value, "-"
    low, high = (f"{scale * end:.2f}" if scale > 1 else number(end) for end in (one.low, one.high))
    return value, f"{low} to {high}"


def _lost(one: TextFigure | None) -> str:
    if one is None:
        return "-"
    value, interval = _points(one, scale=_POINTS)
    return value if interval == "-" else f"{value} ({interval})"
