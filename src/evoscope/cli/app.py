"""The commands in one tree, and what each way of ending means for the shell."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from cyclopts import App, CycloptsError

from evoscope import __version__
from evoscope.cli import abr, text
from evoscope.cli.bench import bench
from evoscope.cli.demo import demo
from evoscope.cli.serve import serve
from evoscope.cli.usage_error import UsageError
from evoscope.extras import MissingExtraError, extras_named

EXIT_USAGE = 2

app = App(
    name="evoscope",
    help="Read auditory brainstem responses, and what a message evokes in its reader.",
    version=f"evoscope {__version__}",
    suppress_keyboard_interrupt=False,  # main() says that nothing was left half-written
    result_action="return_value",  # run() turns it into an exit code
)
app.command(demo)
app.command(bench)
app.command(serve)
app.command(abr.app)
app.command(text.app)


def run(arguments: Sequence[str] | None = None) -> int:
    """Parse, run, and turn every ending into an exit code and one plain message."""
    _survive_odd_terminals()
    tokens = list(sys.argv[1:] if arguments is None else arguments)
    try:
        with extras_named():
            result = app(tokens, exit_on_error=False, print_error=True)
        sys.stdout.flush()  # here, where a closed pipe is still ours to handle
        return result if isinstance(result, int) else 0
    except CycloptsError:
        return EXIT_USAGE  # already printed, with what was meant
    except (UsageError, MissingExtraError) as error:
        print(f"evoscope: {error}", file=sys.stderr)
        return EXIT_USAGE
    except BrokenPipeError:
        # The reader (head, less) has had enough; a second flush at exit would complain again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _survive_odd_terminals() -> None:
    """Let a terminal that cannot show a micro sign show a question mark, not a traceback."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")
