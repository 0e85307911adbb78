"""Long work: how far it is, as it happens, and calling it off."""

from __future__ import annotations

from collections.abc import AsyncIterator

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse

from evoscope.app.jobs import Job, JobView
from evoscope.app.jobs.registry import ENDED
from evoscope.app.problems import ProblemError, not_found
from evoscope.app.routes.common import Identity
from evoscope.app.services import Services, services_of

router = APIRouter(tags=["jobs"])
PAUSE_S = 15.0
_EVENTS = {
    200: {
        "content": {
            "text/event-stream": {
                "example": 'event: progress\ndata: {"id": "...", "state": "running", '
                '"step": "reading", "done": 3, "total": 12}\n\n'
            }
        }
    }
}


@router.get("/jobs/{job}", summary="How far a job is")
def job(request: Request, job: Identity) -> JobView:
    """A job as it stands; the latest thousand can be asked for, until the server is restarted."""
    return _job(services_of(request), job).view


@router.get(
    "/jobs/{job}/events",
    response_class=StreamingResponse,
    responses=_EVENTS,  # type: ignore[arg-type]  # its keys are int, and int | str is asked for
    summary="A job as it goes on",
)
async def events(request: Request, job: Identity) -> StreamingResponse:
    """Server-sent events: `progress` at every change, `end` at the end; data is the job."""
    services = services_of(request)
    found = _job(services, job)
    if services.streams >= services.settings.limits.streams:
        raise ProblemError(
            503, "There should be a stream left. Found all of them open.", "Poll the job."
        )
    headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
    return StreamingResponse(
        _stream(services, found), media_type="text/event-stream", headers=headers
    )


@router.delete("/jobs/{job}", status_code=202, summary="Call a job off")
def cancel(request: Request, job: Identity) -> JobView:
    """Its process is ended; nothing of it is stored. What has ended stays as it ended."""
    services = services_of(request)
    found = _job(services, job)
    services.jobs.cancel(found)
    return found.view


def _job(services: Services, identity: str) -> Job:
    found = services.jobs.get(identity)
    if found is None:
        raise not_found("job")
    return found


async def _stream(services: Services, job: Job) -> AsyncIterator[str]:
    services.streams += 1
    try:
        async for view in job.changes(pause_s=PAUSE_S):
            if view is None:
                yield ": still here\n\n"
                continue
            event = "end" if view.state in ENDED else "progress"
            yield f"event: {event}\ndata: {view.model_dump_json()}\n\n"
    finally:
        services.streams -= 1
