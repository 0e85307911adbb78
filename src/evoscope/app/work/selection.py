"""The series of an export, one at a time: a batch may be larger than the memory of a worker."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evoscope.abr.analysis import build_document
from evoscope.abr.analysis.document import ears, folder_of
from evoscope.abr.findings import (
    Document,
    Findings,
    ReadError,
    RecordingFindings,
    SkippedFile,
    Trace,
)
from evoscope.abr.report.names import series_names
from evoscope.app.readings import Reading
from evoscope.app.readings.apply import corrected

INPUT, SERIES = "export.json", "export.jsonl"
_NO_TRACE = Trace(start_ms=0.0, step_ms=1.0, values_uv=())


@dataclass(frozen=True)
class Selected:
    """A series to export.

    Attributes:
        id: in the store.
        name: which no other of the export has.
        findings: corrected where a reading was asked for.
        readings: what every rater says, as JSON.
    """

    id: str
    name: str
    findings: Findings
    readings: list[dict[str, Any]]


class Selection:
    """The series of an export, read anew each time that they are gone through.

    What several series say together needs a look at all of them: their outlines are kept (some 40
    kB a series), never their traces.

    Args:
        folder: holds ``export.json`` (``errors``, ``skipped``) and ``export.jsonl``: a line for
            each series (``id``, ``findings``, ``reading``, all ``readings``).

    Attributes:
        document: with outlines in the place of its series.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / SERIES
        given = json.loads((folder / INPUT).read_bytes())
        outlines: list[Findings] = []
        typed: set[tuple[str, str, str]] = set()
        for _, found, reading, _ in self._lines():
            outlines.append(_outline(found))
            if reading is not None and reading.loss_type:
                typed.add(_ear_of(found))
        whole = build_document(
            outlines,
            errors=[ReadError.model_validate(one) for one in given["errors"]],
            skipped=[SkippedFile.model_validate(one) for one in given["skipped"]],
        )
        # Beside a person's answer for an ear, the machine's from its others would contradict it.
        untyped = [one for one in whole.series if _ear_of(one) not in typed]
        self._names = series_names(whole.series)
        self._said = [one.warnings for one in whole.series]  # of an outline: what was added
        self.document = whole.model_copy(update={"ears": tuple(ears(untyped))})

    def __len__(self) -> int:
        return len(self._names)

    def __iter__(self) -> Iterator[Selected]:
        """Go through the series."""
        lines = zip(self._lines(), self._names, self._said, strict=True)
        for (identity, found, _, readings), name, said in lines:
            warned = found.model_copy(update={"warnings": (*found.warnings, *said)})
            yield Selected(identity, name, warned if said else found, readings)

    def complete(self) -> Document:
        """The document with all series in it: for what cannot be made one by one."""
        return self.document.model_copy(update={"series": tuple(one.findings for one in self)})

    def _lines(self) -> Iterator[tuple[str, Findings, Reading | None, list[dict[str, Any]]]]:
        with self._path.open("rb") as lines:
            for line in lines:
                stated = json.loads(line)
                found = Findings.model_validate(stated["findings"])
                reading = None
                if stated["reading"] is not None:
                    reading = Reading.model_validate(stated["reading"])
                    found = corrected(found, reading)
                yield stated["id"], found, reading, stated["readings"]


def _outline(findings: Findings) -> Findings:
    """Only what is asked of a series beside another: who, thresholds, types, wave V."""
    return findings.model_copy(
        update={
            "recordings": tuple(_bare(one) for one in findings.recordings[:1]),
            "levels": tuple(_bare(one) for one in findings.levels),
            "threshold": findings.threshold.model_copy(update={"curve": ()}),
            "processing": (),
            "warnings": (),
        }
    )


def _bare(recording: RecordingFindings) -> RecordingFindings:
    five = recording.wave("V")
    return recording.model_copy(
        update={
            "waves": () if five is None else (five,),
            "intervals": (),
            "trace": _NO_TRACE,
            "denoised": _NO_TRACE,
            "warnings": (),
        }
    )


def _ear_of(findings: Findings) -> tuple[str, str, str]:
    return folder_of(findings), findings.info.subject, findings.info.ear
