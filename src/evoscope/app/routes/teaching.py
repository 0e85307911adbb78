"""Ears that nobody has: simulated with their truth, and drawn by a generator."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from evoscope.abr.findings import Findings, WaveName
from evoscope.app.jobs import Job, JobView, Work
from evoscope.app.routes.common import (
    AgeWeeks,
    AgeYears,
    AnalyzerName,
    ReferenceName,
    SpeciesName,
)
from evoscope.app.routes.following import accepted, ended
from evoscope.app.services import Services, passing, services_of

router = APIRouter(tags=["simulated and synthetic"])
LevelDb = Annotated[float, Field(ge=-60.0, le=130.0, allow_inf_nan=False)]
Seed = Annotated[int, Field(ge=0, le=2**31 - 1)]


class Recorded(BaseModel):
    """How an ear is recorded, and whose it is; not what is wrong with it.

    `sampling_rate_hz` is 20 kHz; the recording begins 1 ms before the stimulus.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={"examples": [{"levels_db": [20, 40, 60, 80], "sweeps": 2000}]},
    )

    levels_db: Annotated[list[LevelDb], Field(min_length=1, max_length=30)] = [80, 60, 40, 20]
    species: SpeciesName = "human"
    stimulus: Literal["click", "tone", "chirp"] = "click"
    frequency_hz: Annotated[float, Field(ge=100.0, le=64_000.0)] | None = None
    level_reference: ReferenceName | None = None
    sweeps: Annotated[int, Field(ge=2, le=100_000)] = 2000
    noise_uv: Annotated[float, Field(ge=0.0, le=100.0, description="RMS of a sweep")] = 1.2
    replicates: Annotated[int, Field(ge=1, le=4)] = 1
    rate_hz: Annotated[float, Field(ge=1.0, le=100.0)] = 21.1
    age_years: AgeYears | None = None
    age_weeks: AgeWeeks | None = None
    sex: Literal["female", "male", "unknown"] = "unknown"


class SimulateRequest(Recorded):
    """An ear to simulate, and whether an analysis shall read it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"true_threshold_db": 25, "levels_db": [20, 40, 60, 80], "sweeps": 2000}]
        },
    )

    true_threshold_db: LevelDb = 20.0
    loss: Literal["normal", "chl", "snhl"] = "normal"
    seed: Seed = 0
    analyzer: AnalyzerName | None = None


class WaveTruth(BaseModel):
    """A wave as it really is; null where it is not there."""

    name: WaveName
    present: bool
    latency_ms: float | None
    amplitude_uv: float | None


class SimulatedLevel(BaseModel):
    """A level: its averages, and the response behind them. Sample i is at start + i x step."""

    level_db: float
    start_ms: float
    step_ms: float
    averages_uv: list[list[float]]
    clean_uv: list[float]
    response_present: bool
    waves: list[WaveTruth]


class Simulated(BaseModel):
    """A simulated series with its truth; `findings` where an analyzer was named."""

    level_reference: str
    true_threshold_db: float
    lowest_response_level_db: float | None
    levels: list[SimulatedLevel]
    findings: Findings | None


class SyntheticRecording(BaseModel):
    """A recording that nobody made. Sample i is at start + i x step."""

    ear: str
    loss_type: str | None
    level_db: float
    start_ms: float
    step_ms: float
    values_uv: list[float]
    waves: list[WaveTruth]


class Generated(BaseModel):
    """Synthetic recordings, and by which model: `simulated` where it learned from no real ear."""

    model_config = ConfigDict(protected_namespaces=())

    model: str
    model_sha256: str
    simulated: bool
    warnings: list[str]
    recordings: list[SyntheticRecording]


class GenerateRequest(BaseModel):
    """Conditions of synthetic ears."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={"examples": [{"loss_class": "snhl", "levels_db": [60, 80], "n": 4}]},
    )

    model: Literal["diffusion", "cvae"] = "diffusion"
    n: Annotated[int, Field(ge=1, le=64)] = 8
    loss_class: Literal["normal", "chl", "snhl", "neuropathy", "total"] | None = None
    levels_db: Annotated[list[LevelDb], Field(max_length=20)] = []
    age_years: AgeYears | None = None
    rate_hz: Annotated[float, Field(ge=1.0, le=100.0)] | None = None
    threshold_db: LevelDb | None = None
    joint: bool = False
    steps: Annotated[int, Field(ge=1, le=200)] | None = None
    guidance: Annotated[float, Field(ge=0.0, le=10.0)] | None = None
    temperature: Annotated[float, Field(gt=0.0, le=2.0)] = 1.0
    residual_noise_nv: Annotated[float, Field(ge=0.0, le=1000.0)] | None = None
    constraints: bool = False
    seed: Seed = 0


@router.post("/simulate", summary="Simulate an ear")
async def simulate(request: Request, asked: SimulateRequest) -> Simulated:
    """Averages over levels with the truth behind them: move a slider, see the response change."""
    services = services_of(request)
    ear = asked.model_dump(exclude={"analyzer"}, exclude_none=True)
    named = services.settings.analyzer if asked.analyzer == "default" else asked.analyzer
    made = await services.ask(services.quick, "simulate", {"ear": ear, "analyzer": named})
    return Simulated.model_validate(made)


@router.post(
    "/generate",
    summary="Draw synthetic ears",
    responses={202: {"model": JobView, "description": "Taken on; follow the job"}},
    response_model=Generated,
)
async def generate(
    request: Request,
    asked: GenerateRequest,
    wait: Annotated[bool, Query(description="false: answer 202 with a job at once")] = True,
) -> JSONResponse:
    """Recordings that nobody made, drawn under conditions; nothing is stored.

    503 where the generator asked for does not ship with this version; the error says what to do.
    """
    job = await run_in_threadpool(_draw, services_of(request), asked.model_dump())
    if not wait:
        return accepted(job)
    return JSONResponse((await ended(job)).result)


def _draw(services: Services, arguments: dict[str, Any]) -> Job:
    folder = services.spool()

    def submit(tell: Any) -> Work:
        return services.uploads.submit(Work("generate", arguments, folder, tell=tell))

    def cleanup(_state: object) -> None:
        with passing(folder):
            pass

    try:
        return services.jobs.start("generate", submit, finish=lambda made: made, cleanup=cleanup)
    except BaseException:
        cleanup(None)
        raise
