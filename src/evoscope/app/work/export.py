"""Findings, corrected where a reading says so, as tables, a document, a report or all of it."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from evoscope.abr.report import COLUMNS, write_report
from evoscope.abr.report.tables import Row, joint_rows, series_rows, write_csv
from evoscope.app.jobs.child import Tell
from evoscope.app.readings import Reading
from evoscope.app.work.selection import Selected, Selection

CORRECTIONS = "corrections"
CORRECTION_COLUMNS = (
    *("id", "series", "what", "level_db", "wave", "present", "latency_ms", "amplitude_uv"),
    *("status", "value_db", "loss_type", "rater", "at"),
)
TABLES = (*COLUMNS, CORRECTIONS)


def export(arguments: Mapping[str, Any], folder: Path, tell: Tell) -> dict[str, Any]:
    """Write what was asked for into the folder.

    Tables and the document are written one series after the other; a report holds all of them.

    Args:
        arguments: ``what``: ``json``, ``html``, ``zip`` or the name of a table; ``figures``.
        folder: holds the selection.
        tell: how far it is.

    Returns:
        ``file``: its name in the folder.
    """
    selection = Selection(folder)
    what = arguments["what"]
    if what == "json":
        return {"file": _document(selection, folder)}
    if what in ("html", "zip"):
        return _report(selection, folder, tell, arguments)
    columns = CORRECTION_COLUMNS if what == CORRECTIONS else COLUMNS[what]
    write_csv(folder / f"{what}.csv", columns, _rows(selection, what))
    return {"file": f"{what}.csv"}


def _document(selection: Selection, folder: Path) -> str:
    """Write the document around its series, as if it had been written at once."""
    name = "findings.json"
    around = selection.document.model_copy(update={"series": ()}).model_dump_json()
    # What stands before the series is fixed, or a version: no text of a file.
    before, place, after = around.partition('"series":[')
    with (folder / name).open("w", encoding="utf-8") as file:
        file.write(before + place)
        for number, one in enumerate(selection):
            file.write("," * (number > 0) + one.findings.model_dump_json())
        file.write(after)
    return name


def _rows(selection: Selection, what: str) -> Iterator[Row]:
    if what == CORRECTIONS:
        for one in selection:
            yield from _corrections(one)
        return
    for one in selection:
        yield from series_rows(one.name, one.findings).get(what, ())
    yield from joint_rows(selection.document).get(what, ())


def _report(
    selection: Selection, folder: Path, tell: Tell, arguments: Mapping[str, Any]
) -> dict[str, Any]:
    results = folder / "results"
    drawn = 0

    def advance() -> None:
        nonlocal drawn
        drawn += 1
        tell("drawing", drawn, len(selection))

    figures = arguments["figures"]
    write_report(selection.complete(), results, figures=figures, progress=advance)
    if arguments["what"] == "html":
        return {"file": "results/report.html"}
    write_csv(results / "corrections.csv", CORRECTION_COLUMNS, _rows(selection, CORRECTIONS))
    with zipfile.ZipFile(folder / "results.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        for path in sorted(results.rglob("*")):
            packed.write(path, path.relative_to(folder))
    return {"file": "results.zip"}


def _corrections(one: Selected) -> Iterator[Row]:
    for stated in one.readings:
        reading = Reading.model_validate(stated)
        for mark in reading.waves:
            place = (one.id, one.name, "wave", mark.level_db, mark.wave, mark.present)
            size = (mark.latency_ms, mark.amplitude_uv, None, None, None)
            yield (*place, *size, mark.rater, mark.at.isoformat())
        no_wave = (None,) * 5
        if (limit := reading.threshold) is not None:
            said = (limit.status, limit.value_db, None, limit.rater, limit.at.isoformat())
            yield (one.id, one.name, "threshold", *no_wave, *said)
        if (type_ := reading.loss_type) is not None:
            named = (None, None, type_.value, type_.rater, type_.at.isoformat())
            yield (one.id, one.name, "loss type", *no_wave, *named)
