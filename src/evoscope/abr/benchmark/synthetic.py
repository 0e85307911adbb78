"""What the shipped generators draw, beside rivals, on held-out patients.

The cohort is the one that the diffusion pack has learned from, made anew from its seed: its test
patients judge, and its training patients are those that a generator could have copied.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

from evoscope.abr.benchmark.evaluation import (
    Evaluation,
    Figure,
    Reached,
    commit_of,
    write_json,
)
from evoscope.abr.benchmark.generation import evaluate_generation
from evoscope.abr.benchmark.generation.drawing import SHOWN_STEPS, STEPS
from evoscope.abr.benchmark.generation.page import render_generation_page
from evoscope.abr.benchmark.generator_networks import (
    judge_networks,
    write_networks,
)
from evoscope.abr.benchmark.tables import goals_table, number
from evoscope.abr.cohort import Cohort
from evoscope.abr.generation import AnyGenerator, Generator, open_generator
from evoscope.abr.simulation.make import simulate
from evoscope.abr.workers import cores
from evoscope.measure.results import write_text

ROOT = Path(__file__).resolve().parents[4]
RESULT = "benchmarks/results/generation.json"
NETWORKS_RESULT = "benchmarks/results/generation_networks.json"
PATIENTS, SEED = 2038, 7001
"""Of the first cohort that the shipped diffusion has learned from."""
MOST = 3000
"""Recordings judged: as many as the cells of class and level need."""
QUICK_PATIENTS, QUICK_MOST = 80, 60
DRAWN_FOR_SPEED = 600
SHOWN = f"diffusion-{SHOWN_STEPS}"
SLOWEST = f"diffusion-{max(STEPS)}"


class Goal(NamedTuple):
    """What a contestant is meant to reach: a metric between two bounds."""

    topic: str
    says: str
    model: str
    metric: str
    least: float = -float("inf")
    most: float = float("inf")
    by: Literal["value", "low"] = "value"


def _both(model: str) -> list[Goal]:
    of = model.split("-", maxsplit=1)[0]
    return [
        Goal(of, "nearest neighbours: within 0.9 to 1.1", model, "nn_ratio", 0.9, 1.1),
        Goal(of, "trained on synthetic only: 95 % of real", model, "tstr_ratio", 0.95),
        Goal(
            of,
            "rare classes at 10 %: a gain, interval above 0",
            model,
            "minority_gain_10",
            0.0,
            by="low",
        ),
    ]


GOALS: tuple[Goal, ...] = (
    Goal("diffusion", "Frechet at most 1.5 floors", SHOWN, "frechet_over_floor", most=1.5),
    Goal("diffusion", "MMD at most 1.5 floors", SHOWN, "mmd_over_floor", most=1.5),
    Goal("diffusion", "two-sample AUC at most 0.60", SHOWN, "c2st_auc", most=0.60),
    Goal(
        "diffusion", "wave V latency at most 1.5 floors", SHOWN, "latency_w1_over_floor", most=1.5
    ),
    Goal("diffusion", "slope within 5 %", SHOWN, "latency_slope_over_truth", 0.95, 1.05),
    Goal("diffusion", "15 evaluations within 5 % of 100", SHOWN, "frechet_over_100", 0.0, 1.05),
    *_both(SHOWN),
    Goal("diffusion", "30 recordings/s of one core", SHOWN, "recordings_per_second", 30.0),
    Goal("cvae", "Frechet at most 3 floors", "cvae", "frechet_over_floor", most=3.0),
    Goal("cvae", "two-sample AUC at most 0.75", "cvae", "c2st_auc", most=0.75),
    *_both("cvae"),
    Goal("cvae", "3000 recordings/s of one core", "cvae", "recordings_per_second", 3000.0),
)
COLUMNS: tuple[tuple[str, str], ...] = (
    ("frechet_over_floor", "Frechet / floor"),
    ("mmd_over_floor", "MMD / floor"),
    ("c2st_auc", "two-sample AUC"),
    ("latency_w1_over_floor", "V latency W1 / floor"),
    ("amplitude_w1_over_floor", "V amplitude W1 / floor"),
    ("psd_over_floor", "PSD / floor"),
    ("latency_slope_over_truth", "slope / truth"),
    ("nn_ratio", "neighbours"),
    ("membership_auc", "membership AUC"),
    ("diversity", "diversity"),
    ("tstr_ratio", "synthetic only"),
    ("minority_gain_10", "rare classes at 10 %"),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Judge, write the result file and the page, print the goals."""
    options = _options().parse_args(arguments)
    if options.networks is not None:
        if options.data is None:
            raise SystemExit("--networks should come with --data, a cohort with its split.")
        document = judge_networks(options.networks, Cohort.open(options.data), most=options.most)
        write_networks(document, ROOT / NETWORKS_RESULT)
        return 0

    def say(task: str, total: int) -> Callable[[], None]:
        print(f"  {task} ({total})", file=sys.stderr, flush=True)
        return lambda: print("  .", file=sys.stderr, flush=True)

    with tempfile.TemporaryDirectory() as folder:
        data = options.data or Path(folder) / "clinic.parquet"
        if options.data is None:
            patients = QUICK_PATIENTS if options.quick else PATIENTS
            say("simulating the clinic", patients)
            simulate(data, profile="clinic", patients=patients, seed=SEED, processes=cores())
        most = QUICK_MOST if options.quick else options.most
        evaluation, page = run(Cohort.open(data), most=most, start=say)
    if not options.quick:
        write_json(evaluation, ROOT / RESULT)
    if options.page is not None:
        write_text(page, options.page)
    print(goals_table(evaluation.goals))
    return 0


def run(
    cohort: Cohort, *, most: int, start: Callable[[str, int], Callable[[], None]]
) -> tuple[Evaluation, str]:
    """Judge what ships on one cohort: the document with speeds and goals, and the page."""
    found, judged = evaluate_generation(
        "diffusion", cohort, beside=["cvae"], most=most, start=start
    )
    speeds = [_speed(open_generator(name)) for name in ("diffusion", "cvae")]
    figures = (*found.figures, *speeds, *_over_slowest(found.figures))
    evaluation = found.model_copy(
        update={
            "figures": figures,
            "goals": tuple(goal_reached(goal, figures) for goal in GOALS),
            "commit": commit_of(ROOT),
        }
    )
    return evaluation, render_generation_page(evaluation, judged)


def contestants_table(figures: Sequence[Figure]) -> str:
    """One row per contestant; the interval is under each value."""
    names = dict.fromkeys(f.slice for f in figures if " " not in f.slice)
    lines = [
        "| | " + " | ".join(title for _, title in COLUMNS) + " | n |",
        "|---" * (len(COLUMNS) + 2) + "|",
    ]
    for name in names:
        own = {f.metric: f for f in figures if f.slice == name}
        cells = [_with_interval(own.get(metric)) for metric, _ in COLUMNS]
        n = max((f.n for m, f in own.items() if m == "c2st_auc"), default=0) // 2
        lines.append(f"| {name.removeprefix('model=')} | " + " | ".join(cells) + f" | {n} |")
    return "\n".join(lines)


def cells_table(figures: Sequence[Figure]) -> str:
    """Wave V latency of the shown contestant in every cell of class and level, and its rivals'."""
    rivals = ("gaussian", "oversampling", "simulator")
    wanted = "latency_w1_over_floor"
    found = {f.slice: f for f in figures if f.metric == wanted}
    lines = [
        f"| class and level | {SHOWN} | ms against floor | n | {' | '.join(rivals)} |",
        "|---" * (4 + len(rivals)) + "|",
    ]
    for where, figure in found.items():
        name, _, cell = where.partition(" ")
        if name != f"model={SHOWN}" or not cell or figure.value is None:
            continue
        others = [found.get(f"model={rival} {cell}") for rival in rivals]
        beside = " | ".join(number(o.value if o else None) for o in others)
        note = figure.note.split(";")[0]
        lines.append(f"| {cell} | {_with_interval(figure)} | {note} | {figure.n} | {beside} |")
    return "\n".join(lines)


def _with_interval(figure: Figure | None) -> str:
    if figure is None or figure.value is None:
        return "-"
    if figure.low is None or figure.high is None:
        return number(figure.value)
    return f"{number(figure.value)} ({number(figure.low)} to {number(figure.high)})"


def _speed(generator: AnyGenerator) -> Figure:
    """Recordings per second of processor time, on one thread, conditions given."""
    given = {"loss_class": "normal", "level_db": 60.0, "frequency_hz": 0.0}
    generator.generate(DRAWN_FOR_SPEED // 4, given)  # the first call loads the graph
    began = time.process_time()
    generator.generate(DRAWN_FOR_SPEED, given)
    rate = DRAWN_FOR_SPEED / (time.process_time() - began)
    name = SHOWN if isinstance(generator, Generator) else "cvae"
    return Figure(
        task="generation",
        metric="recordings_per_second",
        slice=f"model={name}",
        value=rate,
        n=DRAWN_FOR_SPEED,
        simulated=True,
        note="of processor time, one thread, the waveform's finish and its marks included",
    )


def _over_slowest(figures: Sequence[Figure]) -> list[Figure]:
    """How much farther from real the shown number of evaluations is than the largest."""
    frechet = {f.slice: f for f in figures if f.metric == "frechet_over_floor"}
    few, many = (frechet.get(f"model={name}") for name in (SHOWN, SLOWEST))
    if few is None or many is None or few.value is None or not many.value:
        return []
    value, note = few.value / many.value, f"Frechet distance over that of {SLOWEST}"
    return [
        few.model_copy(
            update={
                "metric": "frechet_over_100",
                "value": value,
                "note": note,
                "low": None,
                "high": None,
                "goal": "within 5 %",
            }
        )
    ]


def goal_reached(goal: Goal, figures: Sequence[Figure]) -> Reached:
    """Hold a goal against the figures: that of its contestant over everything decides."""
    where = f"model={goal.model}"
    found = next((f for f in figures if f.slice == where and f.metric == goal.metric), None)
    value = None if found is None else getattr(found, goal.by)
    verdict: Literal["met", "not met", "not measured"] = "not measured"
    if value is not None:
        inside = (
            goal.least < value <= goal.most
            if goal.by == "low"
            else (goal.least <= value <= goal.most)
        )
        verdict = "met" if inside else "not met"
    return Reached(
        topic=goal.topic,
        says=goal.says,
        task="generation",
        metric=goal.metric,
        slice=where,
        value=None if found is None else found.value,
        low=None if found is None else found.low,
        high=None if found is None else found.high,
        limit=None if found is None else found.limit,
        trivial=None if found is None else found.trivial,
        verdict=verdict,
    )


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m evoscope.abr.benchmark.synthetic")
    parser.add_argument("--data", type=Path, help="the cohort, where it is made already")
    parser.add_argument("--most", type=int, default=MOST, help="recordings judged")
    parser.add_argument("--page", type=Path, help="HTML page to write, too")
    parser.add_argument(
        "--networks", type=Path, help="folder of compared networks to judge instead"
    )
    parser.add_argument("--quick", action="store_true", help="few patients, no result written")
    return parser


if __name__ == "__main__":
    sys.exit(main())
