"""A comparison of runs, for the terminal."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from evoscope.multitask.runs.compare import Comparison
from evoscope.multitask.verdict.summary import styled
from evoscope.multitask.verdict.verdict import figure_text


def comparison_table(comparison: Comparison) -> Group:
    """Render a comparison: verdicts and flags, figures, differences of recipes, damage."""
    parts: list[RenderableType] = [_verdicts(comparison), _figures(comparison)]
    if comparison.differences:
        parts.append(_differences(comparison))
    for name, run in comparison.runs.items():
        parts += [Text(f"{name}: {damage}", style="red") for damage in run.damage]
    return Group(*parts)


def _verdicts(comparison: Comparison) -> Table:
    table = Table("run", "verdict", "ended", "epochs", "best epoch", "red flags")
    for name, run in comparison.runs.items():
        best = run.result.best_epoch if run.result else None
        table.add_row(
            Text(name),
            styled(run.verdict.outcome),
            Text(run.ended or "it has not, or was killed"),
            str(len(run.epochs)),
            "" if best is None else str(best + 1),
            Text("\n".join(raised.short for raised in run.verdict.flags) or "none"),
        )
    return table


def _figures(comparison: Comparison) -> Table:
    table = Table("task", "metric", "run", "figure", "trivial", "labels", "verdict")
    before: tuple[str, str] | None = None
    for row in comparison.rows:
        what = (row.task, row.metric)
        if before not in (None, what):
            table.add_section()
        task, metric = what if what != before else ("", "")
        table.add_row(
            Text(task),
            Text(metric),
            Text(row.run),
            Text(figure_text(row.figure)),
            Text(figure_text(row.trivial)),
            str(row.figure.n),
            styled(row.verdict),
        )
        before = what
    return table


def _differences(comparison: Comparison) -> Table:
    table = Table("recipe field", *(escape(name) for name in comparison.runs))
    for field, values in comparison.differences.items():
        table.add_row(Text(field), *(Text(str(values[name])) for name in comparison.runs))
    return table
