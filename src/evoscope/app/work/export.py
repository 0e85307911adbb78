"""Findings, corrected where a reading says so, as tables, a document, a report or all of it."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from evoscope.abr.analysis import build_document
from evoscope.abr.findings import Document, Findings, ReadError, SkippedFile
from evoscope.abr.report import COLUMNS, table_rows, write_report
from evoscope.abr.report.names import series_names
from evoscope.abr.report.tables import Row, write_csv
from evoscope.app.jobs.child import Tell
from evoscope.app.readings import Reading
from evoscope.app.readings.apply import corrected

INPUT = "export.json"
CORRECTIONS = "corrections"
CORRECTION_COLUMNS = (
    *("id", "series", "what", "level_db", "wave", "present", "latency_ms", "amplitude_uv"),
    *("status", "value_db", "rater", "at"),
)
TABLES = (*COLUMNS, CORRECTIONS)


def export(arguments: Mapping[str, Any], folder: Path, tell: Tell) -> dict[str, Any]:
    """Write what was asked for into the folder.

    Args:
        arguments: ``what``: ``json``, ``html``, ``zip`` or the name of a table; ``figures``.
        folder: holds ``export.json``: ``series`` (id, findings, reading, all readings), ``errors``
            and ``skipped``.
        tell: how far it is.

    Returns:
        ``file``: its name in the folder.
    """
    given = json.loads((folder / INPUT).read_bytes())
    each = [(Findings.model_validate(one["findings"]), one["reading"]) for one in given["series"]]
    document = build_document(
        [
            found if reading is None else corrected(found, Reading.model_validate(reading))
            for found, reading in each
        ],
        errors=[ReadError.model_validate(one) for one in given["errors"]],
        skipped=[SkippedFile.model_validate(one) for one in given["skipped"]],
    )
    what = arguments["what"]
    if what == "json":
        (folder / "findings.json").write_text(document.model_dump_json(), encoding="utf-8")
        return {"file": "findings.json"}
    if what in ("html", "zip"):
        return _report(document, given, folder, tell, arguments)
    rows = _corrections(document, given) if what == CORRECTIONS else table_rows(document)[what]
    columns = CORRECTION_COLUMNS if what == CORRECTIONS else COLUMNS[what]
    write_csv(folder / f"{what}.csv", columns, rows)
    return {"file": f"{what}.csv"}


def _report(
    document: Document,
    given: Mapping[str, Any],
    folder: Path,
    tell: Tell,
    arguments: Mapping[str, Any],
) -> dict[str, Any]:
    results = folder / "results"
    drawn = 0

    def advance() -> None:
        nonlocal drawn
        drawn += 1
        tell("drawing", drawn, len(document.series))

    document = write_report(document, results, figures=arguments["figures"], progress=advance)
    if arguments["what"] == "html":
        return {"file": "results/report.html"}
    write_csv(results / "corrections.csv", CORRECTION_COLUMNS, _corrections(document, given))
    with zipfile.ZipFile(folder / "results.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        for path in sorted(results.rglob("*")):
            packed.write(path, path.relative_to(folder))
    return {"file": "results.zip"}


def _corrections(document: Document, given: Mapping[str, Any]) -> list[Row]:
    rows: list[Row] = []
    names = series_names(document.series)
    for name, one in zip(names, given["series"], strict=True):
        for stated in one["readings"]:
            reading = Reading.model_validate(stated)
            for mark in reading.waves:
                place = (one["id"], name, "wave", mark.level_db, mark.wave, mark.present)
                size = (mark.latency_ms, mark.amplitude_uv, None, None)
                rows.append((*place, *size, mark.rater, mark.at.isoformat()))
            if (mark_ := reading.threshold) is not None:
                place_ = (one["id"], name, "threshold", None, None, None, None, None)
                said = (mark_.status, mark_.value_db, mark_.rater, mark_.at.isoformat())
                rows.append((*place_, *said))
    return rows
