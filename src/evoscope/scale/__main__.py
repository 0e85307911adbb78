"""Measure what scale costs and fill the page: ``python -m evoscope.scale [measure] [fill]``."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from evoscope.measure.results import write_text
from evoscope.scale.page import RESULT, ROOT, fill_page

_STEPS = ("measure", "fill")


def main(arguments: Sequence[str] | None = None) -> int:
    """Do the steps that are named; by default both."""
    given = list(sys.argv[1:] if arguments is None else arguments) or list(_STEPS)
    if not set(given) <= set(_STEPS):
        print(f"usage: python -m evoscope.scale [{'] ['.join(_STEPS)}]", file=sys.stderr)
        return 2
    if "measure" in given:
        from evoscope.scale.measure import measure

        found = measure(lambda what: print(what, file=sys.stderr))
        write_text(found.model_dump_json(indent=1) + "\n", ROOT / RESULT)
    if "fill" in given:
        fill_page()
    return 0


if __name__ == "__main__":
    sys.exit(main())
