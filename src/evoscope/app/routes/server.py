"""The server itself: is it well, and the pass that a page shows instead of the token."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

import evoscope
from evoscope.app.guards import COOKIE, pass_of, same_secret
from evoscope.app.problems import ProblemError
from evoscope.app.services import services_of

router = APIRouter(tags=["server"])
A_DAY_S = 24 * 60 * 60


class Health(BaseModel):
    """How the server is."""

    status: Literal["ok"] = "ok"
    version: str
    analyzer: str
    token_needed: bool
    pseudonymised: bool
    waiting: int
    running: int
    disclaimer: str = "Research software. Not a medical device."


class Login(BaseModel):
    """The token of the server."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={"examples": [{"token": "what EVOSCOPE_TOKEN holds"}]},
    )

    token: Annotated[str, Field(max_length=1000)]


@router.get("/health", summary="Is it well?")
def health(request: Request) -> Health:
    """Answers without a token, and says nothing of anyone."""
    services = services_of(request)
    settings = services.settings
    lanes = services.lanes.values()
    return Health(
        version=evoscope.__version__,
        # A folder's name is the operator's business.
        analyzer=settings.analyzer if settings.analyzer in ("default", "classical") else "own",
        token_needed=settings.token is not None,
        pseudonymised=settings.pseudonymise,
        waiting=sum(lane.waiting for lane in lanes),
        running=sum(lane.busy for lane in lanes),
    )


@router.post("/session", status_code=204, summary="Show the token once")
def session(request: Request, login: Login) -> Response:
    """Sets a cookie that scripts cannot read: event streams and downloads need it in a browser."""
    token = services_of(request).settings.token
    answer = Response(status_code=204)
    if token is None:
        return answer
    wanted = token.get_secret_value()
    if not same_secret(login.token, wanted):
        raise ProblemError(401, "The token should be this server's. Found another.")
    secure = request.url.scheme == "https"
    answer.set_cookie(
        COOKIE, pass_of(wanted), max_age=A_DAY_S, httponly=True, samesite="strict", secure=secure
    )
    return answer
