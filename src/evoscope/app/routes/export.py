"""What leaves the store: tables, the document, the report, and a cohort to train on."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from evoscope.app.problems import ProblemError
from evoscope.app.readings import Reading
from evoscope.app.routes.common import Identities, Rater
from evoscope.app.routes.stored import asked
from evoscope.app.services import Services, passing, services_of
from evoscope.app.store.views import SeriesQuery, SeriesView, Word

router = APIRouter(tags=["export"])
INPUT, COHORT, KEPT = "export.json", "cohort.json", "series-{}.npz"
MOST_SERIES = 1000
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
RaterGiven = Annotated[
    Rater | None, Query(description="Whose corrections are put in; by default nobody's")
]
Upload = Annotated[Word | None, Query(description="All series of an upload")]
_ATTACHED = {"content-disposition": 'attachment; filename="{}"'}


def _file(media_type: str) -> dict[int | str, dict[str, Any]]:
    return {200: {"content": {media_type: {}}, "description": "The file"}}


@router.get(
    "/export/findings.json", responses=_file("application/json"), summary="Findings as JSON"
)
async def findings(
    request: Request,
    series: Identities = None,
    upload: Upload = None,
    rater: RaterGiven = None,
) -> Response:
    """By the published schema; with a rater, as that rater corrected them."""
    return await _export(request, series, upload, rater, what="json")


@router.get("/export/tables/{table}.csv", responses=_file("text/csv"), summary="A table as CSV")
async def table(
    request: Request,
    table: Table,
    series: Identities = None,
    upload: Upload = None,
    rater: RaterGiven = None,
) -> Response:
    """The tables of `evoscope abr analyze`, and `corrections`: every rater's marks."""
    return await _export(request, series, upload, rater, what=table)


@router.get("/export/report.html", responses=_file("text/html"), summary="The report")
async def report(
    request: Request,
    series: Identities = None,
    upload: Upload = None,
    rater: RaterGiven = None,
    figures: bool = True,
) -> Response:
    """One self-contained page, that prints; figures take a second a series."""
    return await _export(request, series, upload, rater, what="html", figures=figures)


@router.get("/export/results.zip", responses=_file("application/zip"), summary="Everything")
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
    "/export/cohort.zip", responses=_file("application/zip"), summary="A cohort to train on"
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
    services = services_of(request)
    with passing(services.spool()) as folder:
        await run_in_threadpool(_write_cohort, services, folder, rater, series, upload)
        made = await services.ask(services.reports, "cohort", {"accept": accept}, folder)
        return await run_in_threadpool(_attached, folder / made["file"], "application/zip")


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
        await run_in_threadpool(_write_findings, services, folder, rater, series, upload)
        arguments = {"what": what, "figures": figures}
        lane = services.reports if what in ("html", "zip") else services.quick
        made = await services.ask(lane, "export", arguments, folder)
        path = folder / made["file"]
        return await run_in_threadpool(_attached, path, kinds.get(what, "text/csv"))


def _attached(path: Path, media_type: str) -> Response:
    headers = {name: text.format(path.name) for name, text in _ATTACHED.items()}
    return Response(path.read_bytes(), headers=headers, media_type=media_type)


def _write_findings(
    services: Services,
    folder: Path,
    rater: str | None,
    series: list[str] | None,
    upload: str | None,
) -> None:
    views = _chosen(services, series, upload)
    told = None if upload is None else asked(lambda: services.store.upload(upload))
    given = {
        "series": [
            {
                "id": view.summary.id,
                "findings": json.loads(view.findings),
                "reading": _reading(view, rater),
                "readings": [one.model_dump(mode="json") for one in view.readings],
            }
            for view in views
        ],
        "errors": [] if told is None else [one.model_dump() for one in told.errors],
        "skipped": [] if told is None else [one.model_dump() for one in told.skipped],
    }
    (folder / INPUT).write_text(json.dumps(given), encoding="utf-8")


def _write_cohort(
    services: Services, folder: Path, rater: str, series: list[str] | None, upload: str | None
) -> None:
    views = [
        view
        for view in _chosen(services, series, upload, corrected=True)
        if any(one.rater == rater and not one.is_empty for one in view.readings)
    ]
    for i, view in enumerate(views):
        kept = services.store.recordings(view.summary.id)
        (folder / KEPT.format(i)).write_bytes(kept)
    given = [
        {
            "id": view.summary.id,
            "findings": json.loads(view.findings),
            "options": view.versions[-1].options,
            "reading": _reading(view, rater),
        }
        for view in views
    ]
    (folder / COHORT).write_text(json.dumps({"series": given}), encoding="utf-8")


def _chosen(
    services: Services,
    series: Sequence[str] | None,
    upload: str | None,
    *,
    corrected: bool | None = None,
) -> list[SeriesView]:
    store = services.store
    if series is None:
        query = SeriesQuery(upload=upload, corrected=corrected, order="up", limit=MOST_SERIES)
        page = store.search(query)
        if page.total > MOST_SERIES:
            raise ProblemError(
                413,
                f"An export should hold at most {MOST_SERIES} series. Found {page.total}.",
                "Export one upload at a time.",
            )
        series = [one.id for one in page.series]
    return [asked(lambda one=one: store.series(one)) for one in series]  # type: ignore[misc]


def _reading(view: SeriesView, rater: str | None) -> dict[str, Any] | None:
    found = next((one for one in view.readings if one.rater == rater), None)
    empty = None if rater is None else Reading(rater=rater)
    chosen = found or empty
    return None if chosen is None else chosen.model_dump(mode="json")
