"""The judgement as one self-contained page: every contestant in one table, then pictures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from markupsafe import Markup

from evoscope.abr.benchmark.evaluation import Evaluation, Figure
from evoscope.abr.benchmark.generation.judge import GOALS
from evoscope.abr.benchmark.generation.pictures import pictures
from evoscope.abr.benchmark.generation.run import Judged
from evoscope.abr.benchmark.protocol.page import interval, overall_row
from evoscope.abr.benchmark.tables import number
from evoscope.abr.report.html import data_uri
from evoscope.abr.report.pages import filled_page

_TEMPLATES = Path(__file__).parent / "templates"
_STYLE = Path(__file__).parents[1] / "protocol" / "templates" / "evaluation.css"
HEADLINE = (*GOALS, "duplicates", "duplicates_held_out", "membership_auc", "diversity")
COLUMNS = ("figure", "value", "90 % interval", "trivial", "limit", "n", "note")


def render_generation_page(evaluation: Evaluation, judged: Judged) -> str:
    """Render a judgement as HTML that fetches nothing and runs nothing."""
    return filled_page(
        _TEMPLATES,
        "generation.html.j2",
        evaluation=evaluation,
        simulated=any(f.simulated for f in evaluation.figures),
        metrics=HEADLINE,
        goals=[GOALS.get(metric, "") for metric in HEADLINE],
        table=contestant_rows(evaluation.figures),
        columns=COLUMNS,
        figures=[overall_row(f) for f in evaluation.figures],
        shown=judged.shown,
        met=int(judged.drawn[judged.shown].drawn.sum()),
        asked=len(judged.real),
        pictures=[(p.name, data_uri(p.svg), p.alt) for p in pictures(judged)],
        css=Markup(_STYLE.read_text(encoding="utf-8")),
    )


def contestant_rows(figures: Sequence[Figure]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Lay out one row per contestant: under every metric its value, and its interval."""
    names = dict.fromkeys(f.slice for f in figures if " " not in f.slice)
    rows = []
    for name in names:
        own = {f.metric: f for f in figures if f.slice == name}
        cells = [
            (number(own[m].value), interval(own[m])) if m in own else ("-", "") for m in HEADLINE
        ]
        rows.append((name.removeprefix("model="), cells))
    return rows
