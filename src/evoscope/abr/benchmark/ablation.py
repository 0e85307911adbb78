"""``make ablation``: from the lines of many runs to effects and a result file.

``python -m evoscope.abr.benchmark.ablation FOLDER`` reads what
``python -m evoscope.abr.learning.ablation --output FOLDER`` has written so far.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict

from evoscope.abr.benchmark.evaluation import write_text
from evoscope.abr.benchmark.tables import number
from evoscope.measure.paired import paired
from evoscope.measure.results import short_commit

ROOT = Path(__file__).resolve().parents[4]
RESULT = "benchmarks/results/ablation.json"
LINES, ROWS = "runs.jsonl", "rows.json"
BETTER: Mapping[str, int] = {
    "existence_auc": 1,
    "latency_mae_ms": -1,
    "amplitude_r2": 1,
    "denoise": -1,
    "threshold_mae_db": -1,
    "class_macro_f1": 1,
}
"""Figure -> 1 where more is better, -1 where less is."""
TITLES = {
    "existence_auc": "existence AUC",
    "latency_mae_ms": "latency MAE, ms",
    "amplitude_r2": "amplitude R2",
    "denoise": "error over noise",
    "threshold_mae_db": "threshold MAE, dB",
    "class_macro_f1": "class macro-F1",
}


class Effect(BaseModel):
    """A figure of a row, and how much better it is than that of the row it is held against.

    Attributes:
        value: mean over seeds.
        better_by: mean over the seeds that both rows have of how much better this row is, above 0
            where it is better, in the figure's own units; ``None`` of the row itself.
        low, high: its 90 % interval by Student's t over those seeds; ``None`` with fewer than two.
        n: those seeds.
        labels: behind one value.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: float | None
    better_by: float | None
    low: float | None
    high: float | None
    n: int
    labels: int


class Result(BaseModel):
    """A row of the table.

    Attributes:
        row, group, says, against: see the runner's rows.
        parameters: of the network. steps, series: that the budget bought.
        seeds: that were run.
        figures: by name.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    row: str
    group: str
    says: str
    against: str
    parameters: int
    steps: int
    series: int
    seeds: int
    figures: dict[str, Effect]


class Ablation(BaseModel):
    """The table and what it was measured with.

    Attributes:
        commits: of the code of the runs.
        budget_seconds, budget_steps: of one run: seconds of one core, or steps.
        threads: of a run.
        cohort_sha256, split_sha256: of the data. simulated: whether they are.
        note: what the reader must know.
        trivial: figures of an answer that knows the training labels alone.
        rows: in the order of the table.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    commits: tuple[str, ...]
    budget_seconds: float
    budget_steps: int | None
    threads: int
    cohort_sha256: str
    split_sha256: str
    simulated: bool = True
    note: str
    trivial: dict[str, float | None]
    rows: tuple[Result, ...]


def summarise(lines: Sequence[Mapping[str, Any]], rows: Sequence[Mapping[str, Any]]) -> Ablation:
    """Put runs together.

    Args:
        lines: of the runs, as the runner writes them.
        rows: ``row``, ``group``, ``says``, ``against`` of every row, in order.

    Raises:
        ValueError: no runs, or runs of different budgets or data.
    """
    if not lines:
        raise ValueError("there should be runs. Found none: run the ablation first.")
    same = ("budget_seconds", "budget_steps", "threads", "cohort_sha256", "split_sha256")
    for field in same:
        found = {line[field] for line in lines}
        if len(found) > 1:
            raise ValueError(f"runs of one table should share {field}. Found {sorted(found)}.")
    runs: dict[str, dict[int, Mapping[str, Any]]] = {}
    for line in lines:
        runs.setdefault(line["row"], {})[line["seed"]] = line
    results = [
        _result(row, runs[row["row"]], runs.get(row["against"], {}))
        for row in rows
        if row["row"] in runs
    ]
    return Ablation(
        commits=tuple(sorted({line["commit"] for line in lines})),
        **{field: lines[0][field] for field in same},
        note="All simulated: an enriched clinic in polarity pairs; judged on patients that were "
        "not learned from. A short budget favours what learns fast: an idea that would pay after "
        "hours may cost here.",
        trivial=dict(lines[0]["trivial"]),
        rows=tuple(results),
    )


def _result(
    row: Mapping[str, Any],
    own: Mapping[int, Mapping[str, Any]],
    other: Mapping[int, Mapping[str, Any]],
) -> Result:
    first = next(iter(own.values()))
    return Result(
        **{field: row[field] for field in ("row", "group", "says", "against")},
        parameters=first["parameters"],
        steps=first["steps"],
        series=first["series"],
        seeds=len(own),
        figures={
            name: _effect(name, sign, own, {} if row["row"] == row["against"] else other)
            for name, sign in BETTER.items()
        },
    )


def _effect(
    name: str,
    sign: int,
    own: Mapping[int, Mapping[str, Any]],
    other: Mapping[int, Mapping[str, Any]],
) -> Effect:
    values = [run["metrics"][name] for run in own.values() if run["metrics"][name] is not None]
    pairs = [
        (sign * own[seed]["metrics"][name], sign * other[seed]["metrics"][name])
        for seed in sorted(own.keys() & other.keys())
        if own[seed]["metrics"][name] is not None and other[seed]["metrics"][name] is not None
    ]
    found = paired([ours for ours, _ in pairs], [theirs for _, theirs in pairs])
    better_by, low, high = found or (None, None, None)
    bounded = found is not None and bool(np.isfinite(found[1]))
    return Effect(
        value=float(np.mean(values)) if values else None,
        better_by=better_by,
        low=low if bounded else None,
        high=high if bounded else None,
        n=len(pairs),
        labels=next(iter(own.values()))["n"][name],
    )


def table(ablation: Ablation) -> str:
    """The table in Markdown: values, and beneath what each is held against, by how much better."""
    titles = [TITLES[name] for name in BETTER]
    lines = [
        "| row | what is different | steps | seeds | " + " | ".join(titles) + " |",
        "|" + "---|" * (4 + len(titles)),
    ]
    trivial = [number(ablation.trivial.get(name)) for name in BETTER]
    lines.append("| (trivial) | knows the training labels alone | - | - | " + " | ".join(trivial))
    lines[-1] += " |"
    for row in ablation.rows:
        cells = [_cell(row.figures[name]) for name in BETTER]
        lines.append(
            f"| {row.row.replace('_', ' ')} | {row.says} | {row.steps} | {row.seeds} | "
            + " | ".join(cells)
            + " |"
        )
    return "\n".join(lines)


def _cell(effect: Effect) -> str:
    value = number(effect.value)
    if effect.better_by is None:
        return value
    by = f"{effect.better_by:+.3f}"
    if effect.low is None or effect.high is None:
        return f"{value} ({by})"
    told = f"{by}, {effect.low:+.3f} to {effect.high:+.3f}"
    # Bold: the interval excludes no effect.
    return f"{value} (**{told}**)" if effect.low > 0 or effect.high < 0 else f"{value} ({told})"


def page_table(content: str) -> str:
    """What the page shows of the content of the result file."""
    ablation = Ablation.model_validate_json(content)
    budget = (
        f"{ablation.budget_steps} steps"
        if ablation.budget_steps is not None
        else f"{ablation.budget_seconds:g} seconds of one core"
    )
    commits = ", ".join(map(short_commit, ablation.commits))
    return f"Budget of a run: {budget}. Commit: {commits}. {ablation.note}\n\n{table(ablation)}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Write the result file."""
    given = sys.argv[1:] if arguments is None else list(arguments)
    if len(given) != 1:
        print("usage: python -m evoscope.abr.benchmark.ablation FOLDER", file=sys.stderr)
        return 2
    folder = Path(given[0])
    lines = [json.loads(line) for line in (folder / LINES).read_text("utf-8").splitlines()]
    rows = json.loads((folder / ROWS).read_text("utf-8"))
    ablation = summarise(lines, rows)
    write_text(ablation.model_dump_json(indent=1) + "\n", ROOT / RESULT)
    print(table(ablation))
    return 0


if __name__ == "__main__":
    sys.exit(main())
