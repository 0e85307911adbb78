"""``evoscope text analyze`` and ``evoscope text export``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import get_args

from evoscope.cli.console import Advance, progress, say
from evoscope.cli.engine_option import check_engine
from evoscope.cli.text_answers import Answered, Layout, lines_of, print_answers
from evoscope.cli.text_messages import read_messages
from evoscope.cli.usage_error import UsageError
from evoscope.measure.results import write_text
from evoscope.runtime import PackError, open_pack
from evoscope.scale.cluster import ClusterError
from evoscope.scale.engines import Engine
from evoscope.scale.texts import Asked, answer_in_parts
from evoscope.text.analysis import ASSEMBLY_STEPS, TextEngine, assemble
from evoscope.text.analysis.contract import PURPOSE_DELTA, Precision, expected

_AT_ONCE = 4096
"""Messages whose findings are held before they are written."""


def run_text_analyze(
    texts: Sequence[str],
    *,
    file: Path | None,
    column: str,
    model: str,
    precision: Precision,
    threads: int,
    batch_size: int,
    highlight: bool,
    scrub: bool,
    engine: Engine,
    layout: Layout | None,
    output: Path | None,
) -> int:
    """Read, answer, write."""
    chosen = _layout(layout, output)
    check_engine(engine, output)
    if highlight and chosen in ("csv", "perspective"):
        raise UsageError(
            f"--highlight should come with a table, --json or --jsonl. Found {chosen}, which has "
            "no place for passages. Leave one out."
        )
    given = [*texts, *(read_messages(file, column=column) if file is not None else ())]
    if not given:
        raise UsageError(
            "There should be a text to analyze. Found none. Add one, or --file messages.txt, or "
            "--file - for standard input."
        )
    opened = _engine(model, precision, threads, batch_size)
    try:
        with progress("Reading messages", len(given)) as advance:
            if engine == "local" or output is None:
                answered = _answered(opened, given, advance, highlight=highlight, scrub=scrub)
            else:
                asked = Asked(
                    model=model,
                    precision=precision,
                    threads=threads,
                    batch_size=batch_size,
                    highlight=highlight,
                    scrub=scrub,
                    sha256=opened.model.sha256,
                )
                answered = answer_in_parts(
                    given, asked, output=output, engine=engine, advance=advance
                )
            if chosen == "table":
                print_answers(answered)
            elif output is None:
                for line in lines_of(answered, chosen):
                    sys.stdout.write(line + "\n")
            else:
                write_text((f"{line}\n" for line in lines_of(answered, chosen)), output)
    except ClusterError as error:
        raise UsageError(str(error)) from None
    if output is not None:
        say(f"{len(given)} texts: {output}")
    return 0


def run_text_export(
    pack: Path, *, output: Path, precision: Precision, backbone: Path | None, overwrite: bool
) -> int:
    """Write a pack that answers by itself."""
    try:
        trained = open_pack(pack, expected=expected(PURPOSE_DELTA))
        with _steps() as tell:
            made = assemble(
                trained,
                output,
                precision=precision,
                backbone=backbone,
                overwrite=overwrite,
                tell=tell,
            )
    except (PackError, ImportError) as error:
        raise UsageError(str(error)) from None
    say(f"Text pack: {made.folder} ({made.sha256[:12]})")
    return 0


def layout_of(flags: dict[Layout, bool]) -> Layout | None:
    """Return the one layout that was asked for; ``None`` for none.

    Raises:
        UsageError: several.

    Example:
        >>> layout_of({"json": False, "csv": True})
        'csv'
    """
    asked = [name for name, on in flags.items() if on]
    if len(asked) > 1:
        names = " and ".join(f"--{name}" for name in asked)
        raise UsageError(f"Findings should be written in one layout. Found {names}.")
    return asked[0] if asked else None


def _layout(asked: Layout | None, output: Path | None) -> Layout:
    if output is None:
        return asked or "table"
    suffix = output.suffix.removeprefix(".")
    named = next((one for one in get_args(Layout) if one == suffix), None)
    if asked is None and named in (None, "table", "perspective"):
        raise UsageError(
            f"--output should end in .json, .jsonl or .csv, or come with a layout. Found {output}."
        )
    return asked or named or "json"


def _engine(model: str, precision: Precision, threads: int, batch_size: int) -> TextEngine:
    try:
        with _steps() as tell:
            return TextEngine(
                model, precision=precision, threads=threads, batch_size=batch_size, tell=tell
            )
    except (PackError, ImportError, ValueError) as error:
        raise UsageError(str(error)) from None


def _answered(
    engine: TextEngine,
    given: Sequence[str],
    advance: Advance,
    *,
    highlight: bool,
    scrub: bool,
) -> Answered:
    for start in range(0, len(given), _AT_ONCE):
        texts = list(given[start : start + _AT_ONCE])
        yield texts, engine.analyze(texts, highlight=highlight, scrub=scrub, advance=advance)


@contextmanager
def _steps() -> Iterator[Callable[[str], None]]:
    """Show how far a first use is: a bar where someone watches, lines elsewhere."""
    if not sys.stderr.isatty():
        yield say
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (BarColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        # Not shown before the first step: most often there is nothing to do.
        number = bar.add_task("", total=ASSEMBLY_STEPS, visible=False)
        begun = 0

        def tell(what: str) -> None:
            nonlocal begun
            bar.update(number, description=what, completed=begun, visible=True)
            begun += 1

        yield tell
