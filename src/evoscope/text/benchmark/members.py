"""The table of what averaged runs are worth, as its result file holds it."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from evoscope.measure.results import number, short_commit

PLACE = "text-members"


class Worth(BaseModel):
    """A figure of a network with its 90 % interval; see `Figure`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: float | None
    low: float | None
    high: float | None


class FigureOfRuns(BaseModel):
    """One figure of every run and of their mean.

    Attributes:
        name: in words.
        n: labels behind it.
        trivial: what knows nothing of the text scores.
        runs: of each run, in the order of the recipe.
        mean: of the network whose weights are the mean of theirs.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    n: int
    trivial: float | None
    runs: tuple[Worth, ...]
    mean: Worth


class AveragedRuns(BaseModel):
    """What runs and their mean score.

    Attributes:
        commit: of the code that trained them.
        texts: of the dev parts.
        simulated: whether they are.
        note: what the reader must know.
        figures: in the order of the table.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    commit: str
    texts: int
    simulated: bool = False
    note: str
    figures: tuple[FigureOfRuns, ...]


def members_table(content: str) -> str:
    """Write the table as Markdown.

    Args:
        content: of ``text_members.json``.
    """
    found = AveragedRuns.model_validate_json(content)
    runs = len(found.figures[0].runs)
    heads = ["figure", *(f"run {i + 1}" for i in range(runs)), "mean of weights", "n", "trivial"]
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    for one in found.figures:
        cells = [one.name, *map(_cell, one.runs), _cell(one.mean), f"{one.n:,}"]
        lines.append("| " + " | ".join([*cells, number(one.trivial)]) + " |")
    about = f"{found.note} {found.texts:,} texts, commit `{short_commit(found.commit)}`."
    return "\n".join([*lines, "", about])


def _cell(worth: Worth) -> str:
    if worth.low is None or worth.high is None:
        return number(worth.value)
    return f"{number(worth.value)} [{number(worth.low)}, {number(worth.high)}]"
