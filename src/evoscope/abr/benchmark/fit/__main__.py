"""``python -m evoscope.abr.benchmark.fit COHORT.parquet -o DIR``: write the fit report."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from evoscope.abr.benchmark.fit.report import write_fit_report
from evoscope.abr.cohort import Cohort
from evoscope.abr.formats.errors import FormatError


def main(arguments: list[str]) -> int:
    """Write the report; exit code 1 where a promise was not kept, 2 where there is no cohort."""
    parser = argparse.ArgumentParser(prog="python -m evoscope.abr.benchmark.fit")
    parser.add_argument("cohort", type=Path, help="a cohort that was simulated")
    parser.add_argument("-o", "--output", type=Path, required=True, help="folder of the report")
    given = parser.parse_args(arguments)
    try:
        report = write_fit_report(Cohort.open(given.cohort), given.output)
    except (FormatError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    for one in report.marginals:
        if one.verdict == "missed":
            print(f"missed: {one.name}: {one.got} instead of {one.published}")
    print(
        f"{report.count('met')} met, {report.count('missed')} missed: {given.output / 'fit.html'}"
    )
    return 1 if report.count("missed") else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
