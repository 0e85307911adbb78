"""``evoscope bench``."""

from __future__ import annotations

import json as json_format
import sys
from collections.abc import Sequence
from pathlib import Path

from evoscope.bench import PARTS, Outcome, Part, part_named, run_part
from evoscope.cli.usage_error import UsageError

ROOT = Path(__file__).resolve().parents[3]


def run_bench(
    names: Sequence[str], *, only_list: bool, quick: bool, only_fill: bool, json: bool
) -> int:
    """List, run or fill; return 1 when some part failed."""
    try:
        parts = [part_named(name) for name in names] or list(PARTS)
    except ValueError as error:
        raise UsageError(str(error)) from None
    if only_list:
        _say_parts(parts, json=json)
        return 0
    if not (ROOT / "benchmarks" / "results").is_dir():
        raise UsageError(
            "evoscope bench should run in a checkout of Evoscope, which holds its results and "
            f"docs. Found none at {ROOT}. Clone the repository and install it with pip -e."
        )
    # What it needs is found missing here, not after hours of work; the list needs none of it.
    from evoscope.bench import draw_plots, fill_tables

    asked = bool(names)
    outcomes = [] if only_fill else [_run(part, quick=quick, named=asked) for part in parts]
    filled = [] if quick else [f"{table.page}: {table.name}" for table in fill_tables(ROOT)]
    filled += [] if quick else [plot.path for plot in draw_plots(ROOT)]
    if json:
        done = [{"part": o.part.name, "state": o.state, "why": o.why} for o in outcomes]
        print(json_format.dumps({"parts": done, "filled": filled}))
    else:
        _say_outcomes(outcomes, filled)
    return 1 if any(outcome.state == "failed" for outcome in outcomes) else 0


def _run(part: Part, *, quick: bool, named: bool) -> Outcome:
    print(f"{part.name}: {part.says}", file=sys.stderr, flush=True)
    return run_part(part, ROOT, quick=quick, named=named)


def _say_parts(parts: Sequence[Part], *, json: bool) -> None:
    if json:
        rows = [
            {
                "part": part.name,
                "says": part.says,
                "results": list(part.results),
                "minutes": part.minutes,
                "needs": list(part.needs),
                "missing": list(part.missing(ROOT)),
                "quick": part.quick is not None,
            }
            for part in parts
        ]
        print(json_format.dumps(rows))
        return
    for part in parts:
        wanted = [*part.needs, *part.takes]
        needs = f"; needs {' and '.join(wanted)}" if wanted else ""
        needs += "; only where it is named" if part.hours else ""
        print(f"{part.name:20}{part.says} (about {part.minutes:g} min{needs})")


def _say_outcomes(outcomes: Sequence[Outcome], filled: Sequence[str]) -> None:
    for outcome in outcomes:
        print(f"{outcome.part.name:20}{outcome.state}{f': {outcome.why}' if outcome.why else ''}")
    for name in filled:
        print(f"filled {name}")
