"""``evoscope text evaluate``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from evoscope.cli.console import print_table, say
from evoscope.cli.usage_error import UsageError
from evoscope.measure.results import write_text
from evoscope.runtime import PackError
from evoscope.text.analysis.contract import Precision
from evoscope.text.benchmark.document import TextEvaluation
from evoscope.text.benchmark.evaluate import evaluate
from evoscope.text.benchmark.page import (
    FIGURE_HEAD,
    GOAL_HEAD,
    LOST_HEAD,
    PAIR_HEAD,
    PRECISION_HEAD,
    figure_rows,
    goal_rows,
    lost_rows,
    pair_rows,
    precision_rows,
)
from evoscope.text.corpora import CorpusError, corpus_names


def run_text_evaluate(
    model: str,
    *,
    corpora: Sequence[str],
    data: Path | None,
    precision: Precision,
    baselines: bool,
    changes: bool,
    texts: int | None,
    output: Path | None,
) -> int:
    """Score a pack on dev parts; print each figure beside a trivial guess and its rivals."""
    if texts is not None and texts < 1:
        raise UsageError(f"--texts should be 1 or more. Found {texts}.")
    try:
        found = evaluate(
            model,
            corpora or corpus_names(),
            folder=data,
            precision=precision,
            rivals=baselines,
            changes=changes,
            most=texts,
            tell=told,
        )
    except (PackError, CorpusError, ImportError) as error:
        raise UsageError(str(error)) from None
    _print(found)
    if output is not None:
        write_text(found.model_dump_json(indent=1) + "\n", output)
        say(f"Every figure: {output}")
    return 0


def told(what: str, done: int = 0, of: int = 0) -> None:
    """Say on stderr how far an evaluation is: in place where it is a terminal."""
    if not of:
        say(f"  {what}")
    elif sys.stderr.isatty():
        end = "\n" if done >= of else ""
        print(f"\r  {what}: {done} of {of} texts", end=end, file=sys.stderr, flush=True)
    elif done >= of:
        say(f"  {what}: {of} texts")


def _print(found: TextEvaluation) -> None:
    print_table(f"{found.pack.name} {found.pack.version}", FIGURE_HEAD, figure_rows(found))
    for title, head, rows in (
        ("What a word moves", PAIR_HEAD, pair_rows(found)),
        ("What changed texts cost", LOST_HEAD, lost_rows(found)),
        ("What eight bits cost", PRECISION_HEAD, precision_rows(found)),
    ):
        if rows:
            print_table(title, head, rows)
    measured = [one for one in found.goals if one.verdict != "not measured"]
    print_table("Goals", GOAL_HEAD, goal_rows(measured))
    for name in found.lacking:
        say(f"Not installed, so not beside it: {name}. pip install 'evoscope[text-bench]'")
    if any(one.texts < one.of for one in found.data):
        say("A quick look: not all texts were read, and TF-IDF and lists of words were left out.")
    say("Dev parts also chose thresholds and temperatures; what is crossed was not.")
