"""``python -m evoscope.abr.benchmark.cost``: what an analysis costs.

Writes ``benchmarks/results/cost.json`` and a picture, and fills ``docs/benchmarks.md``; with
``--quick`` only prints, of little data.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from evoscope.abr.benchmark.cost.page import speed_table
from evoscope.abr.benchmark.cost.picture import draw_growth
from evoscope.abr.benchmark.cost.run import QUICK, SIZES, measure
from evoscope.measure.results import fill_file, write_text

ROOT = Path(__file__).resolve().parents[5]
RESULT, PICTURE, PAGE = (
    "benchmarks/results/cost.json",
    "docs/images/cost-growth.png",
    "docs/benchmarks.md",
)


def main() -> int:
    """Measure, write, fill, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="little data, nothing written")
    asked = parser.parse_args()
    found = measure(QUICK if asked.quick else SIZES, root=ROOT, say=_say)
    table = speed_table(found)
    print(table)
    if not asked.quick:
        write_text(json.dumps(found, indent=1) + "\n", ROOT / RESULT)
        draw_growth(found, ROOT / PICTURE)
        fill_file(ROOT / PAGE, "speed", table)
    return 0


def _say(what: str) -> None:
    print(f"  {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
