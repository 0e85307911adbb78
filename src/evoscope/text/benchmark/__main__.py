"""``python -m evoscope.text.benchmark [PACK]``: measures a text pack on every corpus.

Writes ``benchmarks/results/text.json``; ``evoscope bench --fill`` fills the tables from it.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from evoscope.measure.results import write_text
from evoscope.runtime import PackError
from evoscope.text.benchmark.evaluate import evaluate
from evoscope.text.corpora import CorpusError, corpus_names

ROOT = Path(__file__).resolve().parents[4]
RESULT = "benchmarks/results/text.json"


def main() -> int:
    """Measure, write the result file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pack", nargs="?", default="default", help="folder of a text pack")
    asked = parser.parse_args()
    try:
        found = evaluate(asked.pack, corpus_names(), tell=_told)
    except (PackError, CorpusError, ImportError) as error:
        print(error, file=sys.stderr)
        return 1
    write_text(found.model_dump_json(indent=1) + "\n", ROOT / RESULT)
    for goal in found.goals:
        value = "-" if goal.value is None else f"{goal.value:.3f}"
        print(f"{goal.verdict:13} {value:>7}  {goal.says}")
    return 0


def _told(what: str, done: int = 0, of: int = 0) -> None:
    if not of or done >= of:
        print(f"  {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
