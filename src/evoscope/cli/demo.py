"""``evoscope demo``: the main job on bundled recordings."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from cyclopts import Parameter


def demo(
    *,
    output: Annotated[
        Path, Parameter(name=["--output", "-o"], help="Folder for the results.")
    ] = Path("evoscope-demo"),
    overwrite: Annotated[
        bool, Parameter(negative="", show_default=False, help="Replace the results in that folder.")
    ] = False,
    json: Annotated[
        bool,
        Parameter(negative="", show_default=False, help="Print findings as one JSON document."),
    ] = False,
) -> int:
    """Analyze two bundled, simulated ears and write the report: the main job in one command."""
    from evoscope.cli.demo_command import run_demo

    return run_demo(output=output, overwrite=overwrite, json=json)
