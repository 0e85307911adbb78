"""``evoscope abr evaluate --generation``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from evoscope.abr.benchmark.evaluation import write_json, write_text
from evoscope.abr.benchmark.generation import evaluate_generation, render_generation_page
from evoscope.abr.benchmark.generation.drawing import STEPS
from evoscope.abr.benchmark.generation.page import HEADLINE, contestant_rows
from evoscope.abr.benchmark.generation.run import MOST
from evoscope.abr.cohort import Cohort
from evoscope.abr.formats.errors import FormatError
from evoscope.cli.console import print_table, progress, say
from evoscope.cli.evaluate_command import FILES, check_output
from evoscope.cli.usage_error import UsageError
from evoscope.runtime import PackError


def run_judge(
    what: str,
    *,
    beside: Sequence[str] = (),
    data: Path,
    output: Path | None,
    overwrite: bool,
    json: bool,
    seed: int,
    recordings: int | None,
    steps: Sequence[int] | None,
) -> int:
    """Judge what draws recordings, write, print."""
    if seed < 0:
        raise UsageError(f"--seed should be 0 or larger. Found {seed}.")
    if output is not None:
        check_output(output, overwrite=overwrite)
    try:
        with ExitStack() as bars:

            def start(task: str, total: int) -> Callable[[], None]:
                return bars.enter_context(progress(task, total))

            evaluation, judged = evaluate_generation(
                what,
                Cohort.open(data),
                beside=beside,
                most=MOST if recordings is None else recordings,
                steps=tuple(sorted(set(steps))) if steps else STEPS,
                seed=seed,
                start=start,
            )
    except (FormatError, ValueError, PackError) as error:
        raise UsageError(str(error)) from None
    if output is not None:
        write_text(render_generation_page(evaluation, judged), output / FILES[1])
        write_json(evaluation, output / FILES[0])
    if json:
        sys.stdout.write(evaluation.model_dump_json() + "\n")
        return 0
    rows = contestant_rows(evaluation.figures)
    # A figure a row: a terminal is narrow, and contestants are few.
    for i, metric in enumerate(HEADLINE):
        cells = [(name, *values[i]) for name, values in rows]
        print_table(metric, ("drawn by", "value", "90 % interval"), cells)
    say(evaluation.data.note)
    if output is not None:
        say(f"Report: {output / FILES[1]}")
        say(f"Every figure: {output / FILES[0]}")
    return 0
