"""The server, put together: guards, routes, store and workers."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.concurrency import run_in_threadpool
from starlette.middleware.gzip import GZipMiddleware

import evoscope
from evoscope.app.examples import answer_examples
from evoscope.app.guards import BodyLimit, OwnHosts, RateLimit, Rates, SecurityHeaders, TokenGuard
from evoscope.app.jobs import Jobs, Lane, Work
from evoscope.app.metrics import CONTENT_TYPE, Metrics
from evoscope.app.page import mount_page
from evoscope.app.problems import ProblemError
from evoscope.app.record import Record
from evoscope.app.responses import explain_problems, problem_schemas
from evoscope.app.routes import PREFIX, api_router
from evoscope.app.routes.texts import findings_schemas
from evoscope.app.services import SPOOL, Services
from evoscope.app.settings import Settings

ABOUT = """Reads auditory brainstem responses, and what a message evokes in its reader.

Errors are `{"error", "hint"}`: what should hold and what was found; what to do. With a token:
`Authorization: Bearer <token>`. Research software. Not a medical device."""
# Answers of a dragging hand and of a message should not wait: they have a minute at most.
QUICK_SECONDS = 60.0
WARMED_AFTER_S = 1.0
"""A page loads first; then workers may take the processor."""
MESSAGES_A_PROCESS = 20_000
"""Opening the model anew takes a second, in which messages wait: that should be seldom."""
ANALYSIS = ("evoscope.abr.analysis.learned", "evoscope.abr.formats", "evoscope.app.work.analyze")
QUICK = ("evoscope.app.work.simulate", "evoscope.app.work.export")


def create_app(settings: Settings) -> FastAPI:
    """Make a server's application; the store opens and workers start when it starts up.

    Example:
        >>> from pathlib import Path
        >>> app = create_app(Settings(data=Path("store")))
        >>> "/api/v1/analyze" in app.openapi()["paths"]
        True
    """
    metrics = Metrics()
    app = _Api(
        title="Evoscope",
        version=evoscope.__version__,
        description=ABOUT,
        openapi_url=f"{PREFIX}/openapi.json",
        docs_url=None,  # they would fetch scripts from elsewhere
        redoc_url=None,
        lifespan=lambda app: _running(app, settings, metrics),
    )
    explain_problems(app)
    app.include_router(api_router(settings.limits), prefix=PREFIX)

    @app.get("/metrics", include_in_schema=False)
    def read_metrics(_: Request) -> Response:
        return Response(metrics.text(), media_type=CONTENT_TYPE)

    mount_page(app)  # the last route: it answers to every path

    token = settings.token
    # The last one added is the first that a request meets.
    app.add_middleware(GZipMiddleware, minimum_size=1024, compresslevel=1)
    limits = settings.limits
    larger = {f"{PREFIX}/analyze": limits.upload_bytes}
    app.add_middleware(BodyLimit, most_bytes=limits.body_bytes, larger=larger)
    if token is not None:
        app.add_middleware(TokenGuard, token=token.get_secret_value())
    rates = Rates(a_second=limits.requests_a_second, burst=limits.burst)
    app.add_middleware(RateLimit, rates=rates)
    app.add_middleware(OwnHosts, any_host=token is not None)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(Record, metrics=metrics, prefix=PREFIX)
    return app


class _Api(FastAPI):
    """The application; its OpenAPI document is completed when someone asks for it."""

    def openapi(self) -> dict[str, Any]:
        """Return the OpenAPI document."""
        if self.openapi_schema is None:
            schemas = super().openapi()["components"]["schemas"]
            for name, schema in (problem_schemas() | findings_schemas()).items():
                schemas.setdefault(name, schema)
            for name, example in answer_examples().items():
                schemas[name].setdefault("examples", [example])
        assert self.openapi_schema is not None
        return self.openapi_schema


@asynccontextmanager
async def _running(app: FastAPI, settings: Settings, metrics: Metrics) -> AsyncIterator[None]:
    services = await run_in_threadpool(_start, settings, metrics)
    app.state.services = services
    asyncio.get_running_loop().call_later(WARMED_AFTER_S, _warm, services)
    try:
        yield
    finally:
        await run_in_threadpool(_stop, services)


def _start(settings: Settings, metrics: Metrics) -> Services:
    from evoscope.app.store.store import Store  # SQLAlchemy: not before a server starts

    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    # What a killed server left half-done; its store says of those uploads that it was interrupted.
    shutil.rmtree(settings.data / SPOOL, ignore_errors=True)
    (settings.data / SPOOL).mkdir(mode=0o700)
    store = Store(settings.database_url)
    store.mark_interrupted()
    limits = settings.limits
    common = {"memory_bytes": limits.work_bytes, "ended": metrics.work}
    quick = min(QUICK_SECONDS, limits.work_seconds)
    services = Services(
        settings=settings,
        store=store,
        uploads=Lane(
            size=settings.workers,
            seconds=limits.work_seconds,
            waiting=limits.waiting,
            preload=ANALYSIS,
            **common,  # type: ignore[arg-type]
        ),
        quick=Lane(size=1, seconds=quick, waiting=4 * limits.waiting, preload=QUICK, **common),  # type: ignore[arg-type]
        reports=Lane(size=1, seconds=limits.work_seconds, waiting=limits.waiting, **common),  # type: ignore[arg-type]
        texts=Lane(
            size=1,
            seconds=quick,
            waiting=4 * limits.waiting,
            recycled_after=MESSAGES_A_PROCESS,
            **common,  # type: ignore[arg-type]
        ),
        jobs=Jobs(),
        metrics=metrics,
    )
    for name, lane in services.lanes.items():
        about = f"Pieces of work that wait in the lane '{name}'."
        metrics.gauge(f"evoscope_waiting_{name}", about, lambda lane=lane: float(lane.waiting))  # type: ignore[misc]
    about = "Event streams that are open."
    metrics.gauge("evoscope_streams", about, lambda: float(services.streams))
    return services


def _warm(services: Services) -> None:
    """Start the first worker of each kind before someone waits for it."""
    for lane in (services.uploads, services.quick):
        with suppress(ProblemError):  # a server that is closing, or busy already
            lane.submit(Work("ready", {}, services.settings.data))


def _stop(services: Services) -> None:
    for lane in services.lanes.values():
        lane.close()
    services.store.close()
