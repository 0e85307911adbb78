"""What people correct: acts that are added, undone and redone; readers compared."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ConfigDict
from pydantic.config import JsonDict

from evoscope.abr.findings import Trace
from evoscope.app.problems import ProblemError
from evoscope.app.readings import Act, MarkWave, Reading, Release
from evoscope.app.readings.amplitude import amplitude_at
from evoscope.app.readings.answers import Comparison
from evoscope.app.routes.common import MACHINE, Identities, Identity, Rater, Reader
from evoscope.app.routes.stored import asked
from evoscope.app.services import Services, passing, services_of
from evoscope.app.store.views import SeriesQuery, Word

router = APIRouter(tags=["corrections"])
INPUT = "compare.json"
MOST_COMPARED = 1000
_EXAMPLES: JsonDict = {
    "examples": [
        {
            "rater": "anna",
            "act": {
                "kind": "wave",
                "level_db": 60,
                "wave": "V",
                "present": True,
                "latency_ms": 5.8,
            },
        },
        {"rater": "anna", "act": {"kind": "wave", "level_db": 20, "wave": "I", "present": False}},
        {"rater": "anna", "act": {"kind": "threshold", "status": "estimated", "value_db": 30}},
        {"rater": "anna", "act": {"kind": "loss_type", "value": "chl"}},
        {"rater": "anna", "act": {"kind": "release", "loss_type": True}},
        {"rater": "anna", "act": {"kind": "undo"}},
    ]
}


class Correction(BaseModel):
    """One act of one rater."""

    model_config = ConfigDict(frozen=True, extra="forbid", json_schema_extra=_EXAMPLES)

    rater: Rater
    act: Act


class ActedView(BaseModel):
    """An act as it was made."""

    number: int
    at: datetime
    act: Act


class History(BaseModel):
    """Everything a rater did to a series, and what it comes to."""

    acts: tuple[ActedView, ...]
    reading: Reading


@router.get(
    "/raters",
    responses={200: {"content": {"application/json": {"example": ["anna", "bert"]}}}},
    summary="Everyone who corrected anything",
)
def raters(request: Request) -> list[str]:
    """Names, sorted, of whom a mark stands somewhere."""
    return services_of(request).store.raters()


@router.get("/series/{series}/corrections", summary="What a rater did")
def history(request: Request, series: Identity, rater: Annotated[Rater, Query()]) -> History:
    """Every act with its time, the undone ones too."""
    store = services_of(request).store
    acted = asked(lambda: store.acts(series, rater))
    acts = tuple(ActedView(number=one.number, at=one.at, act=one.act) for one in acted)
    return History(acts=acts, reading=store.reading(series, rater))


@router.post("/series/{series}/corrections", status_code=201, summary="Correct something")
def correct(request: Request, series: Identity, correction: Correction) -> Reading:
    """Mark a wave or its absence, the threshold or the loss type; take a mark back; undo; redo.

    Saved when it is answered: on the disk, not in memory. The answer is what this rater says now.
    409: nothing to undo or redo.
    """
    store = services_of(request).store
    act = correction.act
    if isinstance(act, MarkWave | Release) and act.level_db is not None:
        view = asked(lambda: store.series(series))
        act = _fitting(act, json.loads(view.findings))
    return asked(lambda: store.act(series, correction.rater, act))


@router.get("/compare", summary="Compare two readers")
async def compare(
    request: Request,
    a: Annotated[Reader, Query()],
    b: Annotated[Reader, Query()],
    series: Identities = None,
    upload: Annotated[Word | None, Query()] = None,
) -> Comparison:
    """Two raters, or a rater and the machine, on given series, on an upload, or on all corrected.

    What a rater left as it was counts as said by the machine; `own` tells them apart.
    """
    services = services_of(request)
    with passing(services.spool()) as folder:
        await run_in_threadpool(_write_pairs, services, folder, (a, b), series, upload)
        found = await services.ask(services.quick, "compare", {"a": a, "b": b}, folder)
    return Comparison.model_validate(found)


def _fitting(act: MarkWave | Release, findings: dict[str, Any]) -> Act:
    """Check an act against the series: its levels, and the time that its traces span."""
    level = next((one for one in findings["levels"] if one["level_db"] == act.level_db), None)
    if level is None:
        levels = ", ".join(f"{one['level_db']:g}" for one in findings["levels"])
        raise ProblemError(
            422, f"level_db should be one of the series: {levels}. Found {act.level_db:g}."
        )
    if not isinstance(act, MarkWave) or act.latency_ms is None:
        return act
    trace = Trace.model_validate(level["denoised"])
    measured = amplitude_at(trace, act.latency_ms, species=findings["info"]["species"])
    if measured is None:
        end = trace.start_ms + trace.step_ms * (len(trace.values_uv) - 1)
        raise ProblemError(
            422,
            f"latency_ms should be within the recording, to {end:.1f} ms. "
            f"Found {act.latency_ms:g}.",
        )
    if act.amplitude_uv is not None:
        return act
    return act.model_copy(update={"amplitude_uv": measured})


def _write_pairs(
    services: Services,
    folder: Path,
    readers: tuple[str, str],
    series: list[str] | None,
    upload: str | None,
) -> None:
    store = services.store
    if series is None:
        corrected = None if upload is not None else True
        query = SeriesQuery(upload=upload, corrected=corrected, limit=MOST_COMPARED)
        series = [one.id for one in store.search(query).series]
    pairs = []
    for identity in series:
        view = asked(lambda identity=identity: store.series(identity))  # type: ignore[misc]
        readings = {one.rater: one for one in view.readings}
        a, b = (
            None if name == MACHINE or name not in readings else readings[name] for name in readers
        )
        pairs.append(
            {
                "id": identity,
                "findings": json.loads(view.findings),
                "a": None if a is None else a.model_dump(mode="json"),
                "b": None if b is None else b.model_dump(mode="json"),
            }
        )
    (folder / INPUT).write_text(json.dumps({"series": pairs}), encoding="utf-8")
