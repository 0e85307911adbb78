"""A goal is judged by the figure that it names, and the worst headline is not hidden."""

from __future__ import annotations

from evoscope.text.benchmark.document import Reached, TextFigure
from evoscope.text.benchmark.goals import GOALS, reached
from evoscope.text.benchmark.page import GOAL_HEAD, SHOWN, goal_rows, markdown
from evoscope.text.corpora import corpus_names
from evoscope.text.taxonomy import TAXONOMY


def figure(corpus: str, task: str, metric: str, where: str, value: float | None) -> TextFigure:
    return TextFigure(corpus=corpus, task=task, metric=metric, slice=where, value=value, n=100)


def by_words(figures: list[TextFigure]) -> dict[str, Reached]:
    return {one.says: one for one in reached(figures)}


def test_what_was_not_measured_is_not_met() -> None:
    assert {one.verdict for one in reached([])} == {"not measured"}


def test_a_range_has_two_ends() -> None:
    for value, verdict in ((0.87, "not met"), (0.9, "met"), (0.95, "not met")):
        found = by_words([figure("emobank", "vad", "coverage_90", "label=valence", value)])
        assert found["emobank: vad coverage 90 (valence) 0.88 to 0.92"].verdict == verdict


def test_the_worst_headline_decides() -> None:
    where = "change=typos in 10 % of words"
    found = by_words(
        [
            figure("olid", "safety.toxic yes_no_macro_f1", "lost", where, 0.01),
            figure("emobank", "vad.valence correlation", "lost", where, 0.09),
            figure("authored", "style macro_f1", "lost", where, None),
        ]
    )
    (worst,) = [one for one in found.values() if one.topic == "robustness"]
    assert worst.verdict == "not met"
    assert "emobank" in worst.note


def test_goals_and_tables_name_what_exists() -> None:
    names = {*corpus_names(), "", "all that it was calibrated on", "authored + dialogue_acts"}
    assert {goal.corpus for goal in GOALS} <= names
    assert {corpus for corpus, *_ in SHOWN} <= names
    for goal in GOALS:
        if goal.where.startswith("label=") and goal.where != "label=any":
            TAXONOMY[goal.task].index(goal.where.removeprefix("label="))


def test_a_table_shows_verdicts() -> None:
    rows = goal_rows(reached([figure("olid", "safety", "auc", "label=toxic", 0.9)]))
    table = markdown(GOAL_HEAD, rows)
    assert table.count("\n") == len(GOALS) + 1
    assert "| safety | olid: safety auc (toxic) >= 0.83 (never trained on) | 0.900 |" in table
