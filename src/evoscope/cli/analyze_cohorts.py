"""``evoscope abr analyze`` of cohorts: as many recordings as a disk holds."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from evoscope.abr.analysis import Options
from evoscope.abr.cohort import Cohort
from evoscope.abr.formats.errors import FormatError
from evoscope.abr.report.output import OutputError
from evoscope.cli.console import print_table, progress, say
from evoscope.cli.usage_error import UsageError
from evoscope.scale.cohorts import FINDINGS, analyze_cohorts
from evoscope.scale.engines import Engine


def run_analyze_cohorts(
    cohorts: Sequence[Path],
    options: Options,
    *,
    output: Path | None,
    overwrite: bool,
    json: bool,
    engine: Engine,
) -> int:
    """Analyze cohorts, write, count; return 1 when some series failed."""
    if output is None or json:
        raise UsageError(
            "The findings of a cohort should go to files: -o names a folder. Found "
            f"{'--json' if json else 'none'}. In it, {FINDINGS} has one document a patient."
        )
    try:
        total = sum(Cohort.open(path).n_rows for path in cohorts)
        with progress("Analyzing recordings", total) as advance:
            found = analyze_cohorts(
                cohorts, output, options, engine=engine, overwrite=overwrite, progress=advance
            )
    except (FormatError, OutputError) as error:
        raise UsageError(str(error)) from None
    rows = [(status, str(count)) for status, count in sorted(found.statuses.items())]
    print_table("Thresholds", ("Status", "Series"), rows)
    say(f"{found.recordings:,} recordings, {found.series:,} series.")
    say(f"Tables and {FINDINGS}: {output}")
    if found.errors:
        say(f"evoscope: {found.errors} series failed: {output / 'errors.csv'}")
    return 1 if found.errors else 0
