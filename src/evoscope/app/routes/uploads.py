"""Files in, findings out; what was uploaded, and forgetting it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import Field, ValidationError
from starlette.datastructures import UploadFile

from evoscope.abr.findings import Document
from evoscope.app.jobs import Job, JobView
from evoscope.app.problems import ProblemError
from evoscope.app.received import Received, start_analysis, write_files
from evoscope.app.responses import response_of
from evoscope.app.routes.common import AnalysisOptions, Identity
from evoscope.app.routes.following import accepted, ended
from evoscope.app.routes.stored import asked
from evoscope.app.services import Services, passing, services_of
from evoscope.app.settings import Limits
from evoscope.app.store.views import UploadView

JSON = "application/json"
UPLOAD_HEADER = "X-Evoscope-Upload"


class AnalyzeForm(AnalysisOptions):
    """The fields beside the files."""

    pseudonymise: bool = Field(
        False, description="Replace names of subjects and files; always, where the server says so"
    )


def _form_schema() -> dict[str, Any]:
    fields = AnalyzeForm.model_json_schema()
    properties = {
        "files": {
            "type": "array",
            "items": {"type": "string", "format": "binary"},
            "minItems": 1,
            "description": "Files of any supported format; a name may hold folders",
        },
        **fields["properties"],
    }
    schema = {
        "type": "object",
        "properties": properties,
        "required": ["files"],
        "examples": [{"files": ["P3/right.csv"], **example} for example in fields["examples"]],
    }
    return {
        "requestBody": {"required": True, "content": {"multipart/form-data": {"schema": schema}}}
    }


def uploads_router(limits: Limits) -> APIRouter:
    """Routes of uploads; only files may be as large as an upload."""
    router = APIRouter(tags=["recordings"])

    @router.post(
        "/analyze",
        response_model=Document,
        openapi_extra=_form_schema(),
        summary="Analyze files",
        responses={
            202: {"model": JobView, "description": "Taken on; follow the job"},
            207: {"model": Document, "description": "Some files failed: see errors"},
        },
    )
    async def analyze(
        request: Request,
        wait: Annotated[bool, Query(description="false: answer 202 with a job at once")] = True,
    ) -> Response:
        """Analyze recordings, whatever their format, mixed.

        The body is what `evoscope abr analyze` writes into `findings.json`. The header
        `X-Evoscope-Upload` names the upload, under which it is kept.
        """
        services = services_of(request)
        async with request.form(
            max_files=limits.upload_files, max_fields=16, max_part_size=1 << 16
        ) as form:
            files = [one for one in form.getlist("files") if isinstance(one, UploadFile)]
            options = _options(
                {name: value for name, value in form.multi_items() if name != "files"}
            )
            if not files:
                raise ProblemError(
                    422,
                    "The form's field 'files' should hold at least one file. Found none.",
                    "Send multipart/form-data.",
                )
            received = await run_in_threadpool(_receive, services, files, limits)
        job = await run_in_threadpool(_start, services, received, options, wait)
        if not wait:
            return accepted(job)
        return _answer(await ended(job), received)

    @router.get("/uploads", summary="The latest uploads")
    def uploads(
        request: Request, limit: Annotated[int, Query(ge=1, le=1000)] = 100
    ) -> list[UploadView]:
        """Newest first."""
        return services_of(request).store.uploads(limit=limit)

    @router.get("/uploads/{upload}", summary="One upload")
    def upload(request: Request, upload: Identity) -> UploadView:
        """Its files that failed, and the ids of its series."""
        return asked(lambda: services_of(request).store.upload(upload))

    @router.delete("/uploads/{upload}", status_code=204, summary="Forget an upload")
    def forget(request: Request, upload: Identity) -> None:
        """Its series, their findings and all corrections of them go with it."""
        asked(lambda: services_of(request).store.delete_upload(upload))

    return router


def _options(fields: dict[str, Any]) -> AnalyzeForm:
    try:
        return AnalyzeForm.model_validate(fields)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise ProblemError(422, f"{where}: {first['msg']}.") from None


def _receive(services: Services, files: list[UploadFile], limits: Limits) -> Received:
    return write_files(files, services.spool(), limits)


def _start(services: Services, received: Received, form: AnalyzeForm, wait: bool) -> Job:
    settings = services.settings
    try:
        return start_analysis(
            services,
            received,
            options=form.for_work(settings.analyzer),
            pseudonymise=form.pseudonymise or settings.pseudonymise,
            keep_document=wait,
        )
    except ProblemError:
        with passing(received.folder):
            raise


def _answer(view: JobView, received: Received) -> Response:
    assert view.result is not None
    assert received.document is not None
    headers = {UPLOAD_HEADER: str(view.result["upload"])}
    if view.result["series"]:
        status = 207 if view.result["errors"] else 200
        return Response(received.document, status, headers=headers, media_type=JSON)
    document = Document.model_validate_json(received.document)
    errors = [one.model_dump() for one in document.errors]
    skipped = [one.model_dump() for one in document.skipped]
    first = errors[0] if errors else {}
    problem = ProblemError(
        422,
        first.get("reason") or "There should be a recording among the files. Found none.",
        first.get("hint") or "See the errors and the skipped files.",
        errors=errors,
        skipped=skipped,
    )
    return response_of(problem, headers)
