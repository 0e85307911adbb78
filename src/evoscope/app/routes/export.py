"""What leaves the store: tables, the document, the report, and a cohort to train on."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import FileResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.types import Receive, Scope, Send

from evoscope.abr.findings import Document
from evoscope.app.problems import ProblemError
from evoscope.app.readings import Reading, latest_of
from evoscope.app.routes.common import MACHINE, NO_CONTROLS, Identities, Rater, SeriesId
from evoscope.app.routes.stored import asked
from evoscope.app.services import Services, passing, services_of
from evoscope.app.store.errors import MissingError
from evoscope.app.store.views import EVERYONE, SeriesQuery, SeriesView, Word

router = APIRouter(tags=["export"])
INPUT, SERIES, COHORT, KEPT = "export.json", "export.jsonl", "cohort.json", "series-{}.npz"
MOST_QUICK = 100
"""Series whose tables are made while a person waits; more are made where reports are."""
Table = Literal[
    "thresholds",
    "waves",
    "intervals",
    "recordings",
    "audiogram",
    "errors",
    "skipped",
    "corrections",
]
_RATER = Field(
    min_length=1,
    max_length=60,
    pattern=NO_CONTROLS,
    description="Whose corrections are put in: a rater's; '*': of each thing the latest of "
    "anybody's; by default nobody's",
    examples=["anna"],
)
RaterGiven = Annotated[Annotated[str, _RATER] | None, Query()]
Upload = Annotated[Word | None, Query(description="All series of an upload")]
File = Literal[
    "findings.json",
    "report.html",
    "results.zip",
    "cohort.zip",
    "tables/thresholds.csv",
    "tables/waves.csv",
    "tables/intervals.csv",
    "tables/recordings.csv",
    "tables/audiogram.csv",
    "tables/errors.csv",
    "tables/skipped.csv",
    "tables/corrections.csv",
]


class Selection(BaseModel):
    """A file to make of series that are named, however many."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "file": "tables/thresholds.csv",
                    "series": ["0f1e2d3c4b5a69788796a5b4c3d2e1f0"],
                    "rater": "*",
                }
            ]
        },
    )

    file: File
    series: Annotated[list[SeriesId], Field(min_length=1, max_length=100_000)]
    upload: Annotated[
        Word | None, Field(description="Whose unread files are listed beside the series")
    ] = None
    rater: Annotated[str, _RATER] | None = None
    figures: bool = True
    accept: Annotated[
        bool, Field(description="Of a cohort: what the rater left as it was counts, too")
    ] = False


_DOCUMENT = {"schema": {"$ref": f"#/components/schemas/{Document.__name__}"}}


def _file(*media_types: str) -> dict[int | str, dict[str, Any]]:
    content = {one: _DOCUMENT if one == "application/json" else {} for one in media_types}
    return {200: {"content": content, "description": "The file"}}


@router.get(
    "/export/findings.json",
    responses=_file("application/json"),
    response_class=Response,
    summary="Findings as JSON",
)
async def findings(
    request: Request,
    series: Identities = None,
    upload: Upload = None,
    rater: RaterGiven = None,
) -> Response:
    """By the published schema; with a rater, as that rater corrected them; `*`: as people did."""
    return await _export(request, series, upload, rater, what="json")


@router.get(
    "/export/tables/{table}.csv",
    responses=_file("text/csv"),
    response_class=Response,
    summary="A table as CSV",
)
async def table(
    request: Request,
    table: Table,
    series: Identities = None,
    upload: Upload = None,
    rater: RaterGiven = None,
) -> Response:
    """The tables of `evoscope abr analyze`, and `corrections`: every rater's marks."""
    return await _export(request, series, upload, rater, what=table)


@router.get(
    "/export/report.html",
    responses=_file("text/html"),
    response_class=Response,
    summary="The report",
)
async def report(
    request: Request,
    series: Identities = None,
    upload: Upload = None,
    rater: RaterGiven = None,
    figures: bool = True,
) -> Response:
    """One self-contained page, that prints; figures take a second a series."""
    return await _export(request, series, upload, rater, what="html", figures=figures)


@router.get(
    "/export/results.zip",
    responses=_file("application/zip"),
    response_class=Response,
    summary="Everything",
)
async def results(
    request: Request,
    series: Identities = None,
    upload: Upload = None,
    rater: RaterGiven = None,
    figures: bool = True,
) -> Response:
    """The folder that `evoscope abr analyze -o` writes, and `corrections.csv`."""
    return await _export(request, series, upload, rater, what="zip", figures=figures)


@router.get(
    "/export/cohort.zip",
    responses=_file("application/zip"),
    response_class=Response,
    summary="A cohort to train on",
)
async def cohort(
    request: Request,
    rater: Annotated[Rater, Query()],
    series: Identities = None,
    upload: Upload = None,
    accept: Annotated[
        bool, Query(description="What the rater left as it was counts as marked so, too")
    ] = False,
) -> Response:
    """`cohort.parquet` and its patient split: what `evoscope abr train finetune --data` takes.

    Only series that this rater corrected. Marks are in the `marked` columns; what nobody marked is
    unknown there, unless it is accepted.
    """
    return await _cohort(request, rater, series, upload, accept=accept)


@router.post(
    "/export",
    responses=_file("application/json", "text/html", "text/csv", "application/zip"),
    response_class=Response,
    summary="Export what was selected",
)
async def selected(request: Request, wanted: Selection) -> Response:
    """Any file of the others, of series named in the body: an address holds no hundred of them."""
    series, upload, rater = wanted.series, wanted.upload, wanted.rater
    if wanted.file == "cohort.zip":
        if rater in (None, EVERYONE, MACHINE):
            raise ProblemError(422, "A cohort should be of one rater. Found none.", "Name a rater.")
        return await _cohort(request, str(rater), series, upload, accept=wanted.accept)
    kind = {"findings.json": "json", "report.html": "html", "results.zip": "zip"}
    what = kind.get(wanted.file) or Path(wanted.file).stem
    return await _export(request, series, upload, rater, what=what, figures=wanted.figures)


async def _cohort(
    request: Request, rater: str, series: list[str] | None, upload: str | None, *, accept: bool
) -> Response:
    services = services_of(request)
    with passing(services.spool()) as folder:
        await run_in_threadpool(_write_cohort, services, folder, rater, series, upload)
        made = await services.ask(services.reports, "cohort", {"accept": accept}, folder)
        return _attached(services, folder / made["file"], "application/zip")


async def _export(
    request: Request,
    series: list[str] | None,
    upload: str | None,
    rater: str | None,
    *,
    what: str,
    figures: bool = False,
) -> Response:
    services = services_of(request)
    kinds = {"json": "application/json", "html": "text/html", "zip": "application/zip"}
    with passing(services.spool()) as folder:
        count = await run_in_threadpool(_write_findings, services, folder, rater, series, upload)
        arguments = {"what": what, "figures": figures}
        is_long = what in ("html", "zip") or count > MOST_QUICK
        lane = services.reports if is_long else services.quick
        made = await services.ask(lane, "export", arguments, folder)
        return _attached(services, folder / made["file"], kinds.get(what, "text/csv"))


class _Passing(FileResponse):
    """A file that is sent piece by piece, and removed with its folder once it is sent."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send it."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            shutil.rmtree(Path(self.path).parent, ignore_errors=True)


def _attached(services: Services, path: Path, media_type: str) -> Response:
    """Take a file out of the folder that its work leaves behind, and answer with it."""
    kept = services.spool() / path.name
    path.rename(kept)
    return _Passing(kept, filename=path.name, media_type=media_type)


def _write_findings(
    services: Services,
    folder: Path,
    rater: str | None,
    series: list[str] | None,
    upload: str | None,
) -> int:
    """Write a line for each series, one after the other; return how many."""
    told = None if upload is None else asked(lambda: services.store.upload(upload))
    given = {
        "errors": [] if told is None else [one.model_dump() for one in told.errors],
        "skipped": [] if told is None else [one.model_dump() for one in told.skipped],
    }
    (folder / INPUT).write_text(json.dumps(given), encoding="utf-8")
    count = 0
    with (folder / SERIES).open("w", encoding="utf-8") as lines:
        for view in _chosen(services, series, upload):
            rest = {
                "id": view.summary.id,
                "reading": _reading(view, rater),
                "readings": [one.model_dump(mode="json") for one in view.readings],
            }
            # The findings are JSON already, on one line.
            lines.write(f'{json.dumps(rest)[:-1]}, "findings": {view.findings}}}\n')
            count += 1
    return count


def _write_cohort(
    services: Services, folder: Path, rater: str, series: list[str] | None, upload: str | None
) -> None:
    given: list[dict[str, Any]] = []
    for view in _chosen(services, series, upload, corrected=True):
        if not any(one.rater == rater and not one.is_empty for one in view.readings):
            continue
        kept = services.store.recordings(view.summary.id)
        (folder / KEPT.format(len(given))).write_bytes(kept)
        given.append(
            {
                "id": view.summary.id,
                "findings": json.loads(view.findings),
                "options": view.versions[-1].options,
                "reading": _reading(view, rater),
            }
        )
    (folder / COHORT).write_text(json.dumps({"series": given}), encoding="utf-8")


def _chosen(
    services: Services,
    series: Sequence[str] | None,
    upload: str | None,
    *,
    corrected: bool | None = None,
) -> Iterator[SeriesView]:
    """One series after the other: together they may not fit into memory."""
    store = services.store
    if series is not None:
        for one in series:
            yield asked(lambda one=one: store.series(one))  # type: ignore[misc]
        return
    for one in store.ids(SeriesQuery(upload=upload, corrected=corrected)):
        with suppress(MissingError):  # deleted meanwhile
            yield store.series(one)


def _reading(view: SeriesView, rater: str | None) -> dict[str, Any] | None:
    if rater == EVERYONE:
        return latest_of(view.readings).model_dump(mode="json")
    found = next((one for one in view.readings if one.rater == rater), None)
    empty = None if rater is None else Reading(rater=rater)
    chosen = found or empty
    return None if chosen is None else chosen.model_dump(mode="json")
