"""The command line: thin, quick to start, and plain about what went wrong."""

from __future__ import annotations

from collections.abc import Sequence

from evoscope.cli.collecting import rare_collections
from evoscope.cli.endings import Stopped, say_stopped, stops_raise

__all__ = ["main"]

EXIT_INTERRUPTED = 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run ``evoscope`` and return its exit code: 0 done, 1 some inputs failed, 2 bad usage.

    Stopped from outside it is 128 plus the signal's number: 130 after Ctrl-C, 143 after SIGTERM.

    Example:
        >>> main(["--version"])
        evoscope 0.1.0
        0
    """
    try:
        with stops_raise(), rare_collections():
            from evoscope.cli.app import run  # imported when a command runs, not before

            return run(arguments)
    except KeyboardInterrupt:
        say_stopped()
        return EXIT_INTERRUPTED
    except Stopped as stopped:
        say_stopped()
        return stopped.exit_code
