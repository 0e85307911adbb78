"""The command line: thin, quick to start, and plain about what went wrong."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run ``evoscope`` and return its exit code: 0 done, 1 some inputs failed, 2 bad usage.

    Example:
        >>> main(["--version"])
        evoscope 0.1.0
        0
    """
    from evoscope.cli.app import run  # the parser is imported when a command runs, not before

    return run(arguments)
