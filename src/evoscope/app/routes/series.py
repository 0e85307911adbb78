"""What is stored: finding series, looking at one, analyzing it again."""

from __future__ import annotations

import json
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from evoscope.abr.findings import Findings, WaveName
from evoscope.app.jobs import Job, JobView, Work
from evoscope.app.readings import Reading
from evoscope.app.routes.common import AnalysisOptions, Identity, Version
from evoscope.app.routes.following import accepted
from evoscope.app.routes.stored import asked
from evoscope.app.services import Services, passing, services_of
from evoscope.app.store.views import SeriesPage, SeriesQuery, SeriesSummary, VersionView

router = APIRouter(tags=["series"])
SERIES, DOCUMENT = "series.npz", "findings.json"


class OneSeries(BaseModel):
    """A series: the row of the list, its findings, its analyses, and what each rater says.

    `findings` holds what the waterfall draws: `levels` (replicates pooled; `trace` is the filtered
    average, `denoised` the response without its noise) and `recordings` (the replicates).
    """

    summary: SeriesSummary
    version: int
    versions: tuple[VersionView, ...]
    readings: tuple[Reading, ...]
    findings: Findings


class NormPoint(BaseModel):
    """A normal ear's latency of one wave at one level: mean and limits (mean -+ 2 SD)."""

    wave: WaveName
    level_db: float
    mean_ms: float
    low_ms: float | None
    high_ms: float | None
    source: str
    assumed: bool


class Norms(BaseModel):
    """Norms of a series; empty where none are published for its species."""

    latency: tuple[NormPoint, ...]


@router.get("/series", summary="Find series")
def find(request: Request, query: Annotated[SeriesQuery, Query()]) -> SeriesPage:
    """A page of series, filtered and sorted; without a value they come last."""
    return services_of(request).store.search(query)


@router.get("/series/{series}", response_model=OneSeries, summary="One series")
def one(request: Request, series: Identity, version: Version = None) -> Response:
    """A series with everything that a page draws of it."""
    view = asked(lambda: services_of(request).store.series(series, version=version))
    # The findings are JSON already: writing them out again would cost as much as finding them.
    rest = view.model_dump_json(exclude={"findings"})
    return Response(f'{rest[:-1]},"findings":{view.findings}}}', media_type="application/json")


@router.delete("/series/{series}", status_code=204, summary="Forget a series")
def forget(request: Request, series: Identity) -> None:
    """Its findings and all corrections of it go with it."""
    asked(lambda: services_of(request).store.delete_series(series))


@router.get("/series/{series}/norms", summary="Norms of a series")
async def norms(request: Request, series: Identity) -> Norms:
    """What a normal ear of this person would show at the levels of the series."""
    services = services_of(request)
    view = await run_in_threadpool(lambda: asked(lambda: services.store.series(series)))
    findings = json.loads(view.findings)
    levels = sorted({level["level_db"] for level in findings["levels"]})
    arguments = {"info": findings["info"], "levels_db": levels}
    return Norms.model_validate(await services.ask(services.quick, "norms", arguments))


@router.post(
    "/series/{series}/analyze",
    status_code=202,
    response_model=JobView,
    summary="Analyze a series again",
)
def again(request: Request, series: Identity, options: AnalysisOptions) -> JSONResponse:
    """Another filter, species, reference, age or analyzer: a further version beside the earlier.

    Corrections stay as they are. The job's result names the version.
    """
    services = services_of(request)
    recordings = asked(lambda: services.store.recordings(series))
    job = _again(services, series, recordings, options.for_work(services.settings.analyzer))
    return accepted(job)


def _again(services: Services, series: str, recordings: bytes, options: dict[str, Any]) -> Job:
    folder = services.spool()
    (folder / SERIES).write_bytes(recordings)

    def finish(_result: dict[str, Any]) -> dict[str, Any]:
        found = Findings.model_validate_json((folder / DOCUMENT).read_bytes())
        return {
            "series": series,
            "version": services.store.add_findings(series, found, options),
        }

    def submit(tell: Any) -> Work:
        work = Work("analyze-again", {"options": options}, folder, tell=tell)
        return services.uploads.submit(work)

    def cleanup(_state: object) -> None:
        with passing(folder):
            pass

    try:
        return services.jobs.start("analyze-again", submit, finish=finish, cleanup=cleanup)
    except BaseException:
        cleanup(None)
        raise
