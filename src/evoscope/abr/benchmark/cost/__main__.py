"""``python -m evoscope.abr.benchmark.cost``: what an analysis costs.

Writes ``benchmarks/results/cost.json``; with ``--quick`` only prints, of little data.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from evoscope.abr.benchmark.cost.page import speed_table
from evoscope.abr.benchmark.cost.run import QUICK, SIZES, measure
from evoscope.abr.benchmark.evaluation import write_json

ROOT = Path(__file__).resolve().parents[5]
RESULT = "benchmarks/results/cost.json"


def main() -> int:
    """Measure, write, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="little data, nothing written")
    asked = parser.parse_args()
    found = measure(QUICK if asked.quick else SIZES, root=ROOT, say=_say)
    if not asked.quick:
        write_json(found, ROOT / RESULT)
    print(speed_table(found))
    return 0


def _say(what: str) -> None:
    print(f"  {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
