"""Findings, corrected where a reading says so, as tables, a document, a report or all of it."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from evoscope.abr.analysis import build_document
from evoscope.abr.analysis.document import ears, folder_of
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
    *("status", "value_db", "loss_type", "rater", "at"),
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
    each = [
        (
            Findings.model_validate(one["findings"]),
            None if one["reading"] is None else Reading.model_validate(one["reading"]),
        )
        for one in given["series"]
    ]
    document = build_document(
        [found if reading is None else corrected(found, reading) for found, reading in each],
        errors=[ReadError.model_validate(one) for one in given["errors"]],
        skipped=[SkippedFile.model_validate(one) for one in given["skipped"]],
    )
    typed = {_ear_of(found) for found, reading in each if reading is not None and reading.loss_type}
    # Beside a person's answer for an ear, the machine's from its other series would contradict it.
    untyped = [one for one in document.series if _ear_of(one) not in typed]
    document = document.model_copy(update={"ears": tuple(ears(untyped))})
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


def _ear_of(findings: Findings) -> tuple[str, str, str]:
    return folder_of(findings), findings.info.subject, findings.info.ear


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
                size = (mark.latency_ms, mark.amplitude_uv, None, None, None)
                rows.append((*place, *size, mark.rater, mark.at.isoformat()))
            no_wave = (None,) * 5
            if (limit := reading.threshold) is not None:
                said = (limit.status, limit.value_db, None, limit.rater, limit.at.isoformat())
                rows.append((one["id"], name, "threshold", *no_wave, *said))
            if (type_ := reading.loss_type) is not None:
                named = (None, None, type_.value, type_.rater, type_.at.isoformat())
                rows.append((one["id"], name, "loss type", *no_wave, *named))
    return rows
