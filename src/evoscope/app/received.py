"""Files that came with a request: written where a worker reads them, and analyzed as one upload."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from starlette.datastructures import UploadFile

from evoscope.abr.findings import Document
from evoscope.app.jobs import Job, Work
from evoscope.app.jobs.registry import State
from evoscope.app.names import safe_names
from evoscope.app.problems import ProblemError
from evoscope.app.services import Services
from evoscope.app.settings import Limits

FILES, DOCUMENT, KEPT = "files", "findings.json", "series-{}.npz"


@dataclass
class Received:
    """Files in a folder of the spool.

    Attributes:
        folder: of the work.
        files: how many came.
        skipped: which were left out, and why.
        document: the findings as JSON, once they are there and someone waits for them.
    """

    folder: Path
    files: int
    skipped: list[dict[str, str]] = field(default_factory=list)
    document: str | None = None


def write_files(files: Sequence[UploadFile], folder: Path, limits: Limits) -> Received:
    """Write files under safe names; what is too large or hidden is left out, and listed."""
    home = folder / FILES
    home.mkdir()
    received = Received(folder, len(files))
    for named, file in zip(safe_names([f.filename for f in files]), files, strict=True):
        if named.path is None:
            received.skipped.append({"file": named.given, "why": named.why})
        elif (file.size or 0) > limits.file_bytes:
            most = limits.file_bytes // (1 << 20)
            why = f"A file should have at most {most} MiB. This one has more."
            received.skipped.append({"file": named.given, "why": why})
        else:
            target = home / named.path
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("xb") as written:
                shutil.copyfileobj(file.file, written)
    return received


def start_analysis(
    services: Services,
    received: Received,
    *,
    options: dict[str, Any],
    pseudonymise: bool,
    keep_document: bool,
) -> Job:
    """Start the job that analyzes an upload and stores what was found.

    Raises:
        ProblemError: too much waits already.
    """
    store = services.store
    upload = store.begin_upload(files=received.files, pseudonymised=pseudonymise)
    arguments: dict[str, Any] = {"options": options, "skipped": received.skipped}
    if pseudonymise:
        arguments["key"] = services.pseudonym_key()

    def finish(result: dict[str, Any]) -> dict[str, Any]:
        from evoscope.app.store.store import NewSeries

        text = (received.folder / DOCUMENT).read_text(encoding="utf-8")
        document = Document.model_validate_json(text)
        recordings = [
            (received.folder / KEPT.format(i)).read_bytes() for i in range(result["series"])
        ]
        series = store.end_upload(
            upload,
            series=[
                NewSeries(findings, kept)
                for findings, kept in zip(document.series, recordings, strict=True)
            ],
            errors=[one.model_dump() for one in document.errors],
            skipped=[one.model_dump() for one in document.skipped],
            options=options,
        )
        if keep_document:
            received.document = text
        return {
            "upload": upload,
            "series": series,
            "errors": len(document.errors),
            "skipped": len(document.skipped),
        }

    def cleanup(state: State) -> None:
        shutil.rmtree(received.folder, ignore_errors=True)
        if state != "done":
            store.end_upload(upload, state=state)

    def submit(tell: Any) -> Work:
        seconds = services.settings.limits.file_seconds
        work = Work("analyze", arguments, received.folder, tell=tell, part_seconds=seconds)
        return services.uploads.submit(work)

    try:
        return services.jobs.start("analyze", submit, finish=finish, cleanup=cleanup)
    except ProblemError:
        store.delete_upload(upload)
        raise
