"""``make bench-text``: measures a text pack on every corpus and fills the tables of the docs.

``python -m evoscope.text.benchmark [PACK]``; with ``--fill`` only the tables are filled, from the
result files that are there.
"""

from __future__ import annotations

import argparse
import sys

from evoscope.measure.results import write_text
from evoscope.runtime import PackError
from evoscope.text.benchmark.evaluate import evaluate
from evoscope.text.benchmark.fill import RESULT, ROOT, fill_page
from evoscope.text.corpora import CorpusError, corpus_names


def main() -> int:
    """Measure, write the result file, fill the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("pack", nargs="?", default="default", help="folder of a text pack")
    parser.add_argument("--fill", action="store_true", help="only fill the tables")
    asked = parser.parse_args()
    if not asked.fill:
        try:
            found = evaluate(asked.pack, corpus_names(), tell=_told)
        except (PackError, CorpusError, ImportError) as error:
            print(error, file=sys.stderr)
            return 1
        write_text(found.model_dump_json(indent=1) + "\n", ROOT / RESULT)
        for goal in found.goals:
            value = "-" if goal.value is None else f"{goal.value:.3f}"
            print(f"{goal.verdict:13} {value:>7}  {goal.says}")
    for name in fill_page():
        print(f"filled from {name}", file=sys.stderr)
    return 0


def _told(what: str, done: int = 0, of: int = 0) -> None:
    if not of or done >= of:
        print(f"  {what}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
