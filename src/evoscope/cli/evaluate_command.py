"""``evoscope abr evaluate``."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from evoscope.abr.benchmark.evaluation import Evaluation, write_json, write_text
from evoscope.abr.benchmark.protocol import Which, evaluate
from evoscope.abr.benchmark.protocol.contestants import Contestant, contestant
from evoscope.abr.benchmark.protocol.page import GOAL_COLUMNS, goal_row, interval, render_page
from evoscope.abr.benchmark.tables import number
from evoscope.abr.cohort import Cohort
from evoscope.abr.formats.errors import FormatError
from evoscope.abr.workers import cores
from evoscope.cli.console import print_table, progress, say
from evoscope.cli.usage_error import UsageError
from evoscope.runtime import PackError

FILES = ("evaluation.json", "evaluation.html")
# What a terminal shows of some two thousand figures.
_SHOWN = {
    "existence.V": ("f1", "auc", "auc_below_ideal", "false_peak_rate", "missed_peak_rate", "ece"),
    "latency.V": ("r2", "mae_ms", "within_0.1ms", "within_1ms", "coverage_90", "rmse_over_crlb"),
    "amplitude.V": ("r2", "mae_uv", "rmse_over_crlb"),
    "denoise": (
        "mse_over_noise",
        "mse_over_wiener",
        "mse_over_linear",
        "correlation",
        "snr_db",
        "worse_than_raw",
        "silent_rms_over_noise",
    ),
    "detection": ("auc", "sensitivity_at_5fpr"),
    "threshold": (
        "mae_db",
        "mae_over_ideal",
        "bias_db",
        "within_5db",
        "within_10db",
        "r2",
        "coverage_90",
        "status_accuracy",
    ),
    "class.recording": ("accuracy", "macro_f1", "over_ideal"),
    "class.ear": ("accuracy", "macro_f1", "over_ideal", "ece", "abstention_rate"),
}
# The slice of a figure that is not measured over everything.
_WHERE = {"rmse_over_crlb": "fmp=3.1+"}


def run_evaluate(
    pack: str,
    *,
    data: Path,
    split: Which,
    output: Path | None,
    overwrite: bool,
    json: bool,
    patients: int | None,
    seed: int,
    limits: bool,
    processes: int | None,
) -> int:
    """Evaluate, write, print; refuse what cannot be evaluated before any work is done."""
    who = named_contestant(pack)
    if seed < 0:
        raise UsageError(f"--seed should be 0 or larger. Found {seed}.")
    if output is not None:
        check_output(output, overwrite=overwrite)
    try:
        cohort = Cohort.open(data)
        with ExitStack() as bars:

            def start(task: str, total: int) -> Callable[[], None]:
                bars.close()
                return bars.enter_context(progress(task, total))

            evaluation, predictions = evaluate(
                cohort,
                pack=who.name,
                analyzer=who,
                split=split,
                patients=patients,
                seed=seed,
                limits=limits,
                processes=cores() if processes is None else processes,
                start=start,
            )
    except (FormatError, ValueError) as error:
        raise UsageError(str(error)) from None
    if output is not None:
        write_text(render_page(evaluation, predictions), output / FILES[1])
        write_json(evaluation, output / FILES[0])
    if json:
        sys.stdout.write(evaluation.model_dump_json() + "\n")
    else:
        print_evaluation(evaluation)
        if output is not None:
            say(f"Report: {output / FILES[1]}")
            say(f"Every figure: {output / FILES[0]}")
    return 0


def named_contestant(pack: str) -> Contestant:
    """Find who is to be evaluated; refuse a pack that this version cannot run."""
    try:
        return contestant(pack)
    except PackError as error:
        raise UsageError(
            f"PACK should be 'classical', 'default' or the folder of a model pack. {error}"
        ) from None


def check_output(folder: Path, *, overwrite: bool) -> None:
    """Refuse a folder that cannot be written, or that would lose an earlier evaluation."""
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"-o should name a folder. Found a file: {folder}.")
    parent = next(p for p in (folder, *folder.absolute().parents) if p.exists())
    if not os.access(parent, os.W_OK):
        raise UsageError(f"-o should name a folder that can be written. Found {parent} read-only.")
    if not overwrite and any((folder / name).exists() for name in FILES):
        raise UsageError(
            f"The output folder should not hold an evaluation. Found one in {folder}. "
            "Choose another folder, or add --overwrite to replace it."
        )


def print_evaluation(evaluation: Evaluation) -> None:
    """Print gates, goals, and the figures that matter most beside their trivial guess."""
    data = evaluation.data
    simulated = any(f.simulated for f in evaluation.figures)
    rows = [
        (
            f"{f.task} {f.metric}",
            number(f.value),
            interval(f),
            number(f.trivial),
            number(f.limit),
            str(f.n),
        )
        for f in evaluation.figures
        if f.slice == _WHERE.get(f.metric, "all") and f.metric in _SHOWN.get(f.task, ())
    ]
    title = (
        f"{evaluation.pack} on {data.path}, {data.split}: {data.patients} patients, "
        f"{data.recordings} recordings{', simulated' if simulated else ''}"
    )
    print_table(title, ("Figure", "Value", "90 % interval", "Trivial", "Limit", "n"), rows)
    gates = [
        (gate.phase, gate.says, number(gate.value), number(gate.trivial), gate.verdict)
        for gate in evaluation.gates
    ]
    print_table("Gates", ("Phase", "Asks for", "Found", "Trivial", "Verdict"), gates)
    measured = [goal for goal in evaluation.goals if goal.verdict != "not measured"]
    near = sum(goal.verdict != "not met" for goal in measured)
    print_table(
        f"What a reader should reach: {near} of {len(measured)}",
        [head.capitalize() for head in GOAL_COLUMNS[1:]],
        [goal_row(goal)[1:] for goal in measured],
    )
    if data.note:
        say(data.note)
