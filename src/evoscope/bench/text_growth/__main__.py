"""``python -m evoscope.bench.text_growth``: how the cost of messages grows, and how many a second.

Writes ``benchmarks/results/text_growth.json``; with ``--quick`` only prints, of few messages.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from evoscope.abr.benchmark.evaluation import write_json
from evoscope.bench.text_growth.measure import QUICK, SIZES, measure
from evoscope.bench.text_growth.page import growth_table

ROOT = Path(__file__).resolve().parents[4]
RESULT = "benchmarks/results/text_growth.json"


def main() -> int:
    """Measure, write, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few messages, nothing written")
    quick = parser.parse_args().quick
    found = measure(QUICK if quick else SIZES, root=ROOT)
    if not quick:
        write_json(found, ROOT / RESULT)
    print(growth_table(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
