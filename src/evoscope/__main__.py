"""``python -m evoscope``: the command, where no script is on the path."""

from __future__ import annotations

import sys

from evoscope.cli import main

if __name__ == "__main__":
    sys.exit(main())
