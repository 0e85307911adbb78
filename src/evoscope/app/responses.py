"""Problems as responses: every error of the server answers in the one shape."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from evoscope.app.problems import ProblemBody, ProblemError

REPORT_IT = "This is a defect of Evoscope. Please report what you did; the server's log has more."


def response_of(problem: ProblemError, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """The response that tells a client of a problem."""
    return JSONResponse(problem.body, problem.status, headers=dict(headers or {}))


_PROBLEM = {"$ref": f"#/components/schemas/{ProblemBody.__name__}"}
RESPONSES: dict[int | str, dict[str, Any]] = {
    status: {"description": description, "content": {"application/json": {"schema": _PROBLEM}}}
    for status, description in (
        (400, "A body that cannot be read"),
        (401, "The token is missing or wrong"),
        (403, "A page of another site asks, or another host name"),
        (404, "No such thing"),
        (409, "Not in this state"),
        (413, "More than is taken"),
        (422, "A value that cannot be, or no input that can be analyzed"),
        (429, "Too many requests"),
        (503, "What would answer is not there, or busy"),
    )
}
"""For the OpenAPI document. By reference: of a model FastAPI would make a validator, for each
status of every route, and none would ever be used."""


def problem_schemas() -> dict[str, Any]:
    """Schemas that ``RESPONSES`` refers to, by name."""
    return {ProblemBody.__name__: ProblemBody.model_json_schema()}


def explain_problems(app: FastAPI) -> None:
    """Answer every error in the one shape; what is unexpected is logged without its content."""

    @app.exception_handler(ProblemError)
    async def _problem(_: Request, problem: Exception) -> JSONResponse:
        assert isinstance(problem, ProblemError)
        return response_of(problem)

    @app.exception_handler(HTTPException)
    async def _http(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        hint = "" if error.status_code < 404 else "GET /api/v1/openapi.json lists what there is."
        problem = ProblemError(error.status_code, str(error.detail), hint)
        return response_of(problem, error.headers)

    @app.exception_handler(RequestValidationError)
    async def _invalid(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        # What was sent may be a person's words: the place and the rule are said, not the value.
        faults = [
            {"where": ".".join(str(part) for part in one["loc"]), "rule": one["msg"]}
            for one in error.errors()[:20]
        ]
        first = faults[0]
        problem = ProblemError(
            422,
            f"{first['where']}: {first['rule']}.",
            "GET /api/v1/openapi.json says what each request takes.",
            faults=faults,
        )
        return response_of(problem)

    @app.exception_handler(Exception)
    async def _defect(_: Request, error: Exception) -> JSONResponse:
        problem = ProblemError(
            500, f"The request should be served. Found {type(error).__name__}.", REPORT_IT
        )
        return response_of(problem)
