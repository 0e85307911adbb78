"""Five answers for a message, or for each of a hundred."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from evoscope.app.problems import ProblemError
from evoscope.app.services import services_of
from evoscope.app.settings import Limits

MOST_HIGHLIGHTED = 10
"""Highlights cost a pass a word."""


class Message(BaseModel):
    """A message to read; it is not kept."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={"examples": [{"text": "Thank you, that was kind of you!"}]},
    )

    text: str
    highlight: bool = Field(False, description="Also point at what the scores depend on")


class Messages(BaseModel):
    """Messages to read; they are not kept."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", json_schema_extra={"examples": [{"texts": ["Yes!", "No."]}]}
    )

    texts: Annotated[list[str], Field(min_length=1)]
    highlight: bool = False


# The model of the findings costs 0.2 s to import: its schema is put in where it is asked for.
_ONE = {"$ref": "#/components/schemas/TextFindings"}
_MANY = {"type": "object", "properties": {"results": {"type": "array", "items": _ONE}}}


def _answers(schema: dict[str, Any]) -> dict[int | str, dict[str, Any]]:
    about = "Five answers for each message"
    return {200: {"description": about, "content": {"application/json": {"schema": schema}}}}


def findings_schemas() -> dict[str, Any]:
    """Schemas that the answers refer to, by name."""
    from evoscope.text.findings import TextFindings

    schema = TextFindings.model_json_schema(ref_template="#/components/schemas/{model}")
    parts: dict[str, Any] = schema.pop("$defs")
    return {**parts, "TextFindings": schema}


def texts_router(limits: Limits) -> APIRouter:
    """Routes of messages."""
    router = APIRouter(tags=["text"])

    @router.post("/text/analyze", responses=_answers(_ONE), summary="Read a message")
    async def analyze(request: Request, message: Message) -> JSONResponse:
        """Emotions, valence/arousal/dominance, safety, style and intent, in one pass."""
        found = await _read(request, limits, [message.text], highlight=message.highlight)
        return JSONResponse(found[0])

    @router.post("/text/analyze/batch", responses=_answers(_MANY), summary="Read messages")
    async def batch(request: Request, messages: Messages) -> JSONResponse:
        """The same for up to a hundred messages at once."""
        found = await _read(request, limits, messages.texts, highlight=messages.highlight)
        return JSONResponse({"results": found})

    return router


def check_texts(limits: Limits, texts: list[str], *, highlight: bool = False) -> None:
    """Refuse more, or longer, than one request may bring.

    Raises:
        ProblemError: 422.
    """
    most = MOST_HIGHLIGHTED if highlight else limits.texts
    if len(texts) > most:
        raise ProblemError(
            422, f"texts should be at most {most}. Found {len(texts)}.", "Send several requests."
        )
    longest = max(map(len, texts))
    if longest > limits.text_characters:
        raise ProblemError(
            422,
            f"A text should have at most {limits.text_characters} characters. Found {longest}.",
            "Cut it into parts.",
        )


async def _read(
    request: Request, limits: Limits, texts: list[str], *, highlight: bool
) -> list[dict[str, Any]]:
    check_texts(limits, texts, highlight=highlight)
    services = services_of(request)
    arguments = {"texts": texts, "highlight": highlight, "model": services.settings.text_model}
    made = await services.ask(services.texts, "text", arguments)
    answers: list[dict[str, Any]] = made["texts"]
    return answers
