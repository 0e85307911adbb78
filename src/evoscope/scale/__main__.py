"""Measure what scale costs: ``python -m evoscope.scale``.

Writes ``benchmarks/results/scale.json``; with ``--quick`` only prints, of little work.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from evoscope.measure.results import write_text
from evoscope.scale.page import tables

ROOT = Path(__file__).resolve().parents[3]
RESULT = "benchmarks/results/scale.json"


def main() -> int:
    """Measure, write, print."""
    parser = argparse.ArgumentParser(prog="python -m evoscope.scale", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="little work, nothing written")
    quick = parser.parse_args().quick
    from evoscope.scale.measure import QUICK, SIZES, measure

    found = measure(QUICK if quick else SIZES, lambda what: print(what, file=sys.stderr))
    content = found.model_dump_json(indent=1) + "\n"
    if not quick:
        write_text(content, ROOT / RESULT)
    print("\n\n".join(tables(json.loads(content)).values()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
