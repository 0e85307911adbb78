"""``python -m evoscope.abr.benchmark.peers``: both analyzers beside what else one could use.

Writes ``benchmarks/results/peers.json``. Real recordings take part
where EVOSCOPE_REALDATA names their folder; without it only simulated ones
do. With ``--quick`` a few simulated ears, printed and not written.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

from evoscope.abr.benchmark.evaluation import write_json
from evoscope.abr.benchmark.peers.run import QUICK, SIZES, measure
from evoscope.abr.benchmark.peers.table import peers_table
from evoscope.abr.benchmark.real_sets import VARIABLE, real_folder

ROOT = Path(__file__).resolve().parents[5]


def main() -> int:
    """Measure, write, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a few ears, nothing written")
    quick = parser.parse_args().quick
    real = real_folder() if os.environ.get(VARIABLE) else None
    with tempfile.TemporaryDirectory() as folder:
        sizes, real = (QUICK, None) if quick else (SIZES, real)
        found = measure(Path(folder), real, sizes, root=ROOT, say=_say)
    if not quick:
        write_json(found, ROOT / "benchmarks/results/peers.json")
    print(peers_table(found.figures))
    return 0


def _say(what: str) -> None:
    print(f"  {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
