"""Two ears to try Evoscope on: a simulator made them, no person was measured.

The files are written and read as any other recording. ``python -m evoscope.abr.demo`` makes them
again.
"""

from __future__ import annotations

from pathlib import Path

__all__ = ["demo_files"]


def demo_files() -> tuple[Path, ...]:
    """Return the bundled recordings: the right and the left ear of one simulated adult.

    Example:
        >>> [path.name for path in demo_files()]
        ['demo-left.csv', 'demo-right.csv']
    """
    return tuple(sorted(Path(__file__).parent.glob("demo-*.csv")))
