"""``evoscope abr analyze``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from evoscope.abr.analysis import CLASSICAL, DEFAULT_ANALYZER, Options
from evoscope.abr.analysis.files import analyze_each
from evoscope.cli.calibration import read_calibration
from evoscope.cli.console import progress
from evoscope.cli.engine_option import check_engine
from evoscope.cli.inputs import check_exist, cohorts_of, read_inputs
from evoscope.cli.pipeline import Analyze, analyze_inputs
from evoscope.cli.results import check_folder, write_results
from evoscope.cli.summary import print_answers, say_problems, say_where
from evoscope.cli.usage_error import UsageError
from evoscope.runtime import PackError
from evoscope.scale.cluster import ClusterError
from evoscope.scale.engines import Engine


def run_analyze(
    paths: Sequence[str],
    *,
    output: Path | None,
    overwrite: bool,
    json: bool,
    species: str | None,
    level_reference: str | None,
    age_years: float | None,
    age_weeks: float | None,
    filter_preset: str | None,
    calibration: Path | None,
    analyzer: str | None,
    figures: bool,
    engine: Engine,
) -> int:
    """Read, analyze, write, print; return 1 when some inputs failed."""
    if not paths:
        raise UsageError("There should be at least one file or folder to analyze. Found none.")
    if output is None and not json:
        raise UsageError("-o should name a folder for the results (or add --json). Found none.")
    check_exist(paths)
    check_engine(engine, output)
    if output is not None:
        check_folder(output, overwrite=overwrite, paths=paths)
    try:
        options = Options(
            species=species,
            level_reference=level_reference,
            age_years=age_years,
            age_weeks=age_weeks,
            filter_preset=filter_preset,
            calibration=None if calibration is None else read_calibration(calibration),
            analyzer=DEFAULT_ANALYZER if analyzer is None else analyzer,
        )
    except ValueError as error:  # an option's value, said in the option's own words
        raise UsageError(str(error)) from None
    check_analyzer(options.analyzer)
    cohorts = cohorts_of(paths)
    try:
        if cohorts:
            # Tables of this size need a library that takes its time to start.
            from evoscope.cli.analyze_cohorts import run_analyze_cohorts

            return run_analyze_cohorts(
                cohorts, options, output=output, overwrite=overwrite, json=json, engine=engine
            )
        document = analyze_inputs(read_inputs(paths), options, analyze=_by(engine, output))
    except ClusterError as error:
        raise UsageError(str(error)) from None
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


def _by(engine: Engine, output: Path | None) -> Analyze:
    if engine == "local" or output is None:
        return analyze_each
    from evoscope.scale.series import analyze_in_parts

    return partial(analyze_in_parts, output=output, engine=engine)


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
