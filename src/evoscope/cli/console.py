"""What the terminal shows: tables, and a progress bar where someone watches."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Protocol


class Advance(Protocol):
    """Told that work was done."""

    def __call__(self, by: int = 1) -> None:
        """Say how much, since the last call."""
        ...


def print_table(title: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table that fits the terminal; text from files is printed, never interpreted."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    # In a pipe there is no width to fit: a hundred columns fold less than rich's eighty.
    console = Console() if sys.stdout.isatty() else Console(width=100)
    table = Table(title=Text(title), title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for name in head:
        table.add_column(Text(name), overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    with console.capture() as drawn:
        console.print(table)
    sys.stdout.write(drawn.get())  # rich would meet a closed pipe with an exit code of its own


def say(text: str) -> None:
    """Tell the user something that is not a result: on stderr, so that results stay clean."""
    print(text, file=sys.stderr)


@contextmanager
def progress(task: str, total: int) -> Iterator[Advance]:
    """Show a bar on stderr when it is a terminal; yield the function that advances it.

    Example:
        >>> with progress("Reading", 3) as advance:
        ...     advance()
    """
    if not sys.stderr.isatty() or total < 2:
        yield lambda by=1: None  # noqa: ARG005  who watches is not there
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        number = bar.add_task(task, total=total)
        yield lambda by=1: bar.advance(number, by)
