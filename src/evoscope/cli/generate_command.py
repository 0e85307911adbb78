"""``evoscope abr generate``."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from evoscope.abr.cohort import describe
from evoscope.abr.formats.errors import FormatError
from evoscope.abr.generation import generate, open_generator
from evoscope.abr.generation.known import Like
from evoscope.abr.report.synthetic import synthetic_waterfall
from evoscope.cli.console import print_table, progress, say
from evoscope.cli.engine_option import check_engine
from evoscope.cli.results import check_cohort_name
from evoscope.cli.usage_error import UsageError
from evoscope.runtime import PackError
from evoscope.scale.cluster import ClusterError
from evoscope.scale.drawn import DRAWN
from evoscope.scale.engines import Engine
from evoscope.scale.over import over


def run_generate(
    *,
    output: Path,
    levels_db: Sequence[float],
    n: int,
    overwrite: bool,
    like: Path | None,
    engine: Engine,
    **request: Any,
) -> int:
    """Generate, draw a picture, say what there is."""
    check_engine(engine, output)
    check_cohort_name(output)
    picture = output.with_suffix(".png")
    if picture.exists() and not overwrite:
        raise UsageError(
            f"A picture should not be replaced. Found {picture}. "
            "Choose another name, or add --overwrite."
        )
    if not request["joint"] and like is None and (request["loss_class"] is None or not levels_db):
        missing = "--class" if request["loss_class"] is None else "--level"
        raise UsageError(
            f"{missing} should be given. Found none. Give it, draw it with the signal (--joint), "
            "or take it from other ears (--like)."
        )
    try:
        begin = None if like is None else _like(like)
        asked = {"generate": request, "n": n, "levels_db": list(levels_db)}
        if engine != "local":  # another pack in the same folder is another request
            asked["sha256"] = open_generator(request["model"]).pack.sha256
        with (
            over(engine, output, asked, DRAWN) as elsewhere,
            progress("Drawing ears", n) as advance,
        ):

            def made(count: int) -> None:
                for _ in range(count):
                    advance()

            cohort = generate(
                output,
                n=n,
                levels_db=tuple(levels_db),
                overwrite=overwrite,
                like=begin,
                over=elsewhere,
                progress=made,
                **request,
            )
    except (ValueError, FormatError, PackError, ClusterError) as error:
        raise UsageError(str(error)) from None
    partial = picture.with_name(f".{picture.name}.partial-{os.getpid()}")
    try:
        partial.write_bytes(synthetic_waterfall(cohort).png)
        partial.replace(picture)
    finally:
        partial.unlink(missing_ok=True)
    stated = cohort.metadata.provenance
    for warning in stated["warnings"]:
        say(f"Warning: {warning}")
    counts = describe(cohort)
    rows = [
        [name, str(part["patients"]), str(part["recordings"])]
        for name, part in counts["classes"].items()
    ]
    print_table(f"Drawn by {stated['model']}", ["class", "ears", "recordings"], rows)
    tried = stated["request"].get("ears_drawn")
    if stated["request"]["constraints"]:
        say(f"Constraints: {tried} ears drawn for {n} that keep them.")
    say(f"Cohort: {output} ({cohort.n_rows:,} recordings, synthetic), its split beside it.")
    say(f"Waterfall: {picture}")
    return 0


def _like(path: Path) -> Like:
    """Take a cohort as it is; analyze recordings of any other format first.

    Raises:
        FormatError: the first of the files that could not be read.
    """
    if path.suffix == ".parquet":
        return path
    from evoscope.abr.analysis import Options
    from evoscope.cli.inputs import read_inputs
    from evoscope.cli.pipeline import analyze_inputs

    document = analyze_inputs(read_inputs([str(path)]), Options())
    for error in document.errors:
        raise FormatError(error.file, "", error.reason, error.hint)
    for one in document.series:
        found = one.threshold.value_db
        says = one.threshold.status if found is None else f"threshold {found:g} dB"
        say(f"{one.info.name}: {one.loss_type.name}, {says}, by {one.analyzer.name}.")
    return document.series
