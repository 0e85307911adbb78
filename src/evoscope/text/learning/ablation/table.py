"""From the lines of many runs to effects, a result file and a page of the docs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import BaseModel, ConfigDict

from evoscope.measure.paired import paired
from evoscope.measure.results import number
from evoscope.text.learning.ablation.rows import FROZEN, ROWS, TUNED, Row, base_of
from evoscope.text.learning.ablation.run import FIGURES, Line

TITLES = {
    "emotions_fine_f1": "28 emotions, macro-F1",
    "rare_f1": "rare emotions, F1",
    "emotions_f1": "11 emotions, macro-F1",
    "vad_r": "VAD, mean r",
    "safety_auc": "safety, macro AUC",
    "style_auc": "style, macro AUC",
    "intent_f1": "intent, macro-F1 (weak)",
    "ece": "28 emotions, ECE",
    "gap": "gap train - dev, AUC",
    "cpu_seconds": "CPU s",
}


class Effect(BaseModel):
    """A figure of a row, and how much better it is than that of the row it is held against.

    Attributes:
        value: mean over seeds.
        better_by: mean over seeds of how much better this row is, above 0 where it is better, in
            the figure's own units; ``None`` of the row itself.
        low, high: its 90 % interval by Student's t over those seeds; ``None`` with fewer than two.
        n: those seeds.
        texts: dev texts behind one value.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: float | None
    better_by: float | None
    low: float | None
    high: float | None
    n: int
    texts: int


class Result(BaseModel):
    """A row of the table; see `Row` and `Line`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    row: str
    setting: str
    says: str
    claim: str
    against: str
    epochs: int
    steps: int
    texts: int
    seeds: int
    figures: dict[str, Effect]


class Ablation(BaseModel):
    """The table and what it was measured with.

    Attributes:
        commits: of the code of the runs.
        learned_sha256: of texts and labels.
        simulated: whether they are.
        note: what the reader must know.
        rows: in the order of the table.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    commits: tuple[str, ...]
    learned_sha256: str
    simulated: bool = False
    note: str
    rows: tuple[Result, ...]


def summarise(lines: Sequence[Line]) -> Ablation:
    """Put runs together.

    Raises:
        ValueError: no runs, or runs on different texts.
    """
    shared = {line.learned_sha256 for line in lines}
    if len(shared) != 1:
        raise ValueError(
            f"runs of one table should be there and share their texts. Found {len(lines)} runs on "
            f"{len(shared)} sets."
        )
    runs: dict[str, dict[int, Line]] = {}
    for line in lines:
        runs.setdefault(line.row, {})[line.seed] = line
    return Ablation(
        commits=tuple(sorted({line.commit for line in lines})),
        learned_sha256=shared.pop(),
        note="Judged on dev parts, at most 300 texts each, which also chose temperatures, and "
        "thresholds on crossed halves. Budgets are short: what would pay after hours may cost "
        "here. CPU seconds are process time on a busy machine.",
        rows=tuple(
            _result(row, runs[row.name], runs.get(base_of(row).name, {}))
            for row in ROWS
            if row.name in runs
        ),
    )


def _result(row: Row, own: Mapping[int, Line], base: Mapping[int, Line]) -> Result:
    first = next(iter(own.values()))
    other = {} if row is base_of(row) else base
    return Result(
        row=row.name,
        setting=row.setting,
        says=row.says,
        claim=row.claim,
        against=base_of(row).name,
        epochs=max(line.epochs for line in own.values()),
        steps=first.steps,
        texts=first.texts,
        seeds=len(own),
        figures={name: _effect(name, sign, own, other) for name, sign in FIGURES.items()},
    )


def _effect(name: str, sign: int, own: Mapping[int, Line], other: Mapping[int, Line]) -> Effect:
    values = [line.metrics[name] for line in own.values()]
    known = [value for value in values if value is not None]
    pairs = [
        (ours, theirs)
        for seed, line in own.items()
        if seed in other
        and (ours := line.metrics[name]) is not None
        and (theirs := other[seed].metrics[name]) is not None
    ]
    found = paired([sign * a for a, _ in pairs], [sign * b for _, b in pairs])
    several = found if len(pairs) > 1 else None
    return Effect(
        value=sum(known) / len(known) if known else None,
        better_by=found[0] if found else None,
        low=several[1] if several else None,
        high=several[2] if several else None,
        n=len(pairs),
        texts=next(iter(own.values())).n[name],
    )


def as_table(found: Ablation, setting: str) -> str:
    """Write the rows of a setting as Markdown."""
    names = list(FIGURES)
    lines = [
        "| " + " | ".join(["row", "the reference claims", *(TITLES[n] for n in names)]) + " |",
        "|" + "---|" * (2 + len(names)),
    ]
    for row in found.rows:
        if row.setting == setting:
            cells = [_cell(row.figures[name]) for name in names]
            first = f"**{row.row}**: {row.says[0].lower()}{row.says[1:].rstrip('.')}"
            lines.append("| " + " | ".join([first, row.claim or "-", *cells]) + " |")
    return "\n".join(lines)


def tables(found: Ablation) -> dict[str, str]:
    """The tables of the page, by the name of their place."""
    return {"ablation-frozen": as_table(found, FROZEN), "ablation-tuned": as_table(found, TUNED)}


def _cell(effect: Effect) -> str:
    value = number(effect.value)
    if effect.better_by is None:
        return value
    if effect.low is None or effect.high is None:
        return f"{value} ({effect.better_by:+.3f})"
    moved = f"{effect.better_by:+.3f} [{effect.low:+.3f}, {effect.high:+.3f}]"
    return f"{value} (**{moved}**)" if effect.low > 0 or effect.high < 0 else f"{value} ({moved})"
