"""``evoscope demo``, once it is certain that it runs."""

from __future__ import annotations

import sys
from pathlib import Path

from evoscope.abr.analysis import Options
from evoscope.abr.demo import demo_files
from evoscope.cli.console import say
from evoscope.cli.inputs import read_inputs
from evoscope.cli.pipeline import analyze_inputs
from evoscope.cli.results import check_folder, write_results
from evoscope.cli.summary import print_answers, print_waves, say_problems, say_where


def run_demo(*, output: Path, overwrite: bool, json: bool) -> int:
    """Analyze the bundled recordings as any others; return 1 if one of them failed."""
    check_folder(output, overwrite=overwrite, paths=())
    document = analyze_inputs(read_inputs([str(path) for path in demo_files()]), Options())
    document = write_results(document, output, overwrite=overwrite)
    if json:
        sys.stdout.write(document.model_dump_json() + "\n")
    else:
        for findings in document.series:
            print_waves(findings)
        print_answers(document)
    say_problems(document)
    if not json:
        say("These two ears are simulated: nobody was measured.")
        say_where(output, figures=True)
        say("Your own recordings: evoscope abr analyze FOLDER -o results")
    return 1 if document.errors else 0
