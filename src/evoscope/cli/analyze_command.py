"""``evoscope abr analyze``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from evoscope.abr.analysis import CLASSICAL, DEFAULT_ANALYZER, Options
from evoscope.cli.calibration import read_calibration
from evoscope.cli.console import progress
from evoscope.cli.inputs import check_exist, read_inputs
from evoscope.cli.pipeline import analyze_inputs
from evoscope.cli.results import check_folder, write_results
from evoscope.cli.summary import print_answers, say_problems, say_where
from evoscope.cli.usage_error import UsageError
from evoscope.runtime import PackError


def run_analyze(
    paths: Sequence[str],
    *,
    output: Path | None,
    overwrite: bool,
    json: bool,
    species: str | None,
    level_reference: str | None,
    filter_preset: str | None,
    calibration: Path | None,
    analyzer: str | None,
    figures: bool,
) -> int:
    """Read, analyze, write, print; return 1 when some inputs failed."""
    if not paths:
        raise UsageError("There should be at least one file or folder to analyze. Found none.")
    if output is None and not json:
        raise UsageError("-o should name a folder for the results (or add --json). Found none.")
    check_exist(paths)
    if output is not None:
        check_folder(output, overwrite=overwrite, paths=paths)
    try:
        options = Options(
            species=species,
            level_reference=level_reference,
            filter_preset=filter_preset,
            calibration=None if calibration is None else read_calibration(calibration),
            analyzer=DEFAULT_ANALYZER if analyzer is None else analyzer,
        )
    except ValueError as error:  # an option's value, said in the option's own words
        raise UsageError(str(error)) from None
    check_analyzer(options.analyzer)
    document = analyze_inputs(read_inputs(paths), options)
    if output is not None:
        with progress("Drawing", len(document.series) if figures else 0) as advance:
            document = write_results(
                document, output, overwrite=overwrite, figures=figures, progress=advance
            )
    if json:
        sys.stdout.write(document.model_dump_json() + "\n")
    else:
        print_answers(document)
    say_problems(document)
    if output is not None and not json:
        say_where(output, figures=figures)
    return 1 if document.errors else 0


def check_analyzer(name: str) -> None:
    """Refuse a model pack that cannot be run, before anything is read."""
    if name == CLASSICAL:
        return
    from evoscope.abr.analysis.learned import reader_of

    try:
        reader_of(name)
    except PackError as error:
        raise UsageError(
            f"--analyzer should be 'classical', 'default' or the folder of a model pack. {error}"
        ) from None
