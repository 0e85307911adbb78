"""``python -m evoscope.abr.learning.ablation``: run the table, one line a run; resumable."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import torch

from evoscope.abr.learning.ablation.budget import Budget
from evoscope.abr.learning.ablation.rows import ROWS, Row
from evoscope.abr.learning.ablation.run import Line, run_row
from evoscope.abr.learning.data import SeriesSource
from evoscope.abr.learning.training import TrainingCohort, load_cohort
from evoscope.abr.simulation.make import simulate

LINES, TABLE_ROWS = "runs.jsonl", "rows.json"
COHORT = "cohort.parquet"
SEED, PATIENTS = 2028, 300


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what is not there yet, all rows of one seed before the next."""
    options = _options().parse_args(arguments)
    torch.set_num_threads(1)
    options.output.mkdir(parents=True, exist_ok=True)
    rows = [row for row in ROWS if not options.rows or row.name in options.rows]
    cohort = _cohort(options.output / COHORT)
    budget = Budget(options.seconds, options.steps)
    done = read_lines(options.output / LINES)
    _refuse_others(done, budget, cohort.sha256)
    finished = {(line.row, line.seed) for line in done}
    pace = {line.row: line.steps for line in done}
    todo = [(row, s) for s in range(options.seeds) for row in rows if (row.name, s) not in finished]
    about = [{"row": r.name, "group": r.group, "says": r.says, "against": r.against} for r in ROWS]
    (options.output / TABLE_ROWS).write_text(json.dumps(about, indent=1), encoding="utf-8")
    began = time.monotonic()
    for number, (row, seed) in enumerate(todo):
        # One pace for all seeds of a row, so that they differ by their seed alone.
        if row.name not in pace:
            pace[row.name] = steps_for(row, cohort, budget)
        line = run_row(row, seed, cohort, budget, steps=pace[row.name], commit=options.commit)
        with (options.output / LINES).open("a", encoding="utf-8") as file:
            file.write(line.model_dump_json() + "\n")
        pace[row.name] = line.steps
        left = (time.monotonic() - began) / (number + 1) * (len(todo) - number - 1)
        figures = ", ".join(f"{k} {v:.3g}" for k, v in line.metrics.items() if v is not None)
        print(
            f"{number + 1}/{len(todo)} {row.name} seed {seed}: {line.steps} steps,"
            f" {line.cpu_seconds:.0f} s; {figures}; {left / 60:.0f} min left",
            flush=True,
        )
    return 0


def steps_for(row: Row, cohort: TrainingCohort, budget: Budget) -> int:
    """How many steps of a row the budget buys on this cohort."""
    source = SeriesSource(cohort.training, augmentation=row.recipe.augmentation)
    return budget.steps_of(row.recipe, source)


def read_lines(path: Path) -> list[Line]:
    """Read the runs that are done; a line that a killed run left unfinished is not one."""
    if not path.exists():
        return []
    text = path.read_text("utf-8")
    whole = text[: text.rfind("\n") + 1]
    if whole != text:
        path.write_text(whole, encoding="utf-8")
    return [Line.model_validate(json.loads(line)) for line in whole.splitlines()]


def _refuse_others(done: Sequence[Line], budget: Budget, cohort_sha256: str) -> None:
    mine = (budget.seconds, budget.steps, cohort_sha256)
    for line in done:
        found = (line.budget_seconds, line.budget_steps, line.cohort_sha256)
        if found != mine:
            raise SystemExit(
                f"runs of one table should have one budget and one cohort: {mine}. Found {found} "
                f"of {line.row}. Name another --output."
            )


def _cohort(path: Path) -> TrainingCohort:
    if not path.exists():
        print(f"simulating {PATIENTS} patients, enriched, in polarity pairs", file=sys.stderr)
        simulate(path, patients=PATIENTS, seed=SEED, polarity="pair", enrich=True)
    return load_cohort(path, cache=path.parent)


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m evoscope.abr.learning.ablation", description=__doc__
    )
    names: list[str] = [row.name for row in ROWS]
    parser.add_argument("--output", type=Path, required=True, help="folder of the runs")
    parser.add_argument("--seconds", type=float, default=45.0, help="of one core, a run")
    parser.add_argument("--steps", type=int, help="of the optimiser, a run, instead of seconds")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--rows", nargs="*", choices=names, help="all where not given")
    parser.add_argument("--commit", default="unknown", help="of the code, for the record")
    return parser


if __name__ == "__main__":
    sys.exit(main())
