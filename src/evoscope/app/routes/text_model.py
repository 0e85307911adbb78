"""What answers for messages, and the same answer in a layout that other programs know."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict

from evoscope.app.routes.texts import Message, check_texts
from evoscope.app.services import services_of
from evoscope.app.settings import Limits


class TextModelName(BaseModel):
    """The model that answers, and what its labels mean."""

    name: str
    version: str
    sha256: str
    taxonomy: str


class TextModel(BaseModel):
    """The model that answers.

    `thresholds`: by task and label, the score from which on it is called; null for a label that
    it had nothing to learn from. `weak`: labels that were learned, and are measured, on texts
    written for them or labelled by a rule.
    """

    model_config = ConfigDict(protected_namespaces=())

    model: TextModelName
    thresholds: dict[str, dict[str, float | None]]
    weak: dict[str, list[str]]


_SCORE = {"value": 0.97, "type": "PROBABILITY"}
_PERSPECTIVE: dict[str, Any] = {
    "attributeScores": {
        "TOXICITY": {
            "spanScores": [{"begin": 0, "end": 12, "score": _SCORE}],
            "summaryScore": _SCORE,
        },
        "INSULT": None,
    },
    "languages": ["en"],
    "detectedLanguages": ["en"],
}


def text_model_router(limits: Limits) -> APIRouter:
    """Routes about the text model."""
    router = APIRouter(tags=["text"])

    @router.get("/text/model", summary="The text model")
    async def model(request: Request) -> TextModel:
        """Which model answers for messages, and its operating points."""
        services = services_of(request)
        arguments = {"model": services.settings.text_model}
        made = await services.ask(services.texts, "text-model", arguments)
        return TextModel.model_validate(made)

    @router.post(
        "/text/perspective",
        responses={200: {"content": {"application/json": {"example": _PERSPECTIVE}}}},
        summary="Read a message as the Perspective API did",
    )
    async def perspective(request: Request, message: Message) -> JSONResponse:
        """TOXICITY, PROFANITY and THREAT; null where no head answers. Choose thresholds again."""
        check_texts(limits, [message.text])
        services = services_of(request)
        arguments: dict[str, Any] = {"text": message.text, "model": services.settings.text_model}
        made = await services.ask(services.texts, "text-perspective", arguments)
        return JSONResponse(made)

    return router
