"""Fill a document with pictures and tables of the networks."""

from __future__ import annotations

import sys
from pathlib import Path

from evoscope.abr.learning.architecture.networks import NETWORKS
from evoscope.abr.learning.architecture.render import mermaid, table
from evoscope.measure.results import fill_file

PAGE = Path("docs/architecture.md")


def main(arguments: list[str]) -> int:
    """Fill ``docs/architecture.md``, or the file named."""
    page = Path(arguments[0]) if arguments else PAGE
    for name, network in NETWORKS.items():
        drawing = network()
        fill_file(page, name, f"{mermaid(drawing)}\n\n{table(drawing)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
