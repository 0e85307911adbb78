"""A job that a request started: followed to its end, or left to be asked for."""

from __future__ import annotations

from fastapi.responses import JSONResponse

from evoscope.app.jobs import Job, JobView
from evoscope.app.problems import ProblemError

PAUSE_S = 15.0


def accepted(job: Job) -> JSONResponse:
    """Answer 202 with the job, and where to ask for it."""
    return JSONResponse(
        job.view.model_dump(mode="json"),
        202,
        headers={"location": f"/api/v1/jobs/{job.view.id}"},
    )


async def ended(job: Job) -> JobView:
    """Wait until a job is done.

    Raises:
        ProblemError: it failed, or was called off.
    """
    async for _ in job.changes(pause_s=PAUSE_S):
        pass
    view = job.view
    if view.problem is not None:
        raise ProblemError(view.problem.status, view.problem.error, view.problem.hint)
    if view.state == "cancelled":
        raise ProblemError(409, "The work should be done. Found it called off.")
    return view
