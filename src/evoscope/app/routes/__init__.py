"""The routes of ``/api/v1``, by what they are about."""

from fastapi import APIRouter

from evoscope.app.responses import RESPONSES
from evoscope.app.routes import (
    corrections,
    exercises,
    export,
    jobs,
    quiz,
    series,
    server,
    teaching,
    text_model,
    texts,
    uploads,
)
from evoscope.app.settings import Limits

PREFIX = "/api/v1"

__all__ = ["PREFIX", "api_router"]


def api_router(limits: Limits) -> APIRouter:
    """All routes of the API, to be included under ``PREFIX``.

    The prefix is not its own: an application that includes routes under a prefix of its choice does
    not look at each of them before the first request.
    """
    router = APIRouter(responses=RESPONSES)
    router.include_router(server.router)
    router.include_router(uploads.uploads_router(limits))
    router.include_router(jobs.router)
    router.include_router(series.router)
    router.include_router(corrections.router)
    router.include_router(export.router)
    router.include_router(teaching.router)
    router.include_router(exercises.router)
    router.include_router(quiz.router)
    router.include_router(texts.texts_router(limits))
    router.include_router(text_model.text_model_router(limits))
    return router
