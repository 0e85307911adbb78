"""Guess the threshold: an ear by chance, of which the server tells what is so after the guess."""

from __future__ import annotations

import random
from typing import Any, Literal

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict

from evoscope.app.problems import not_found
from evoscope.app.quiz import Exercise, unknown_ear
from evoscope.app.routes.common import Identity
from evoscope.app.routes.teaching import LevelDb, Recorded, Simulated
from evoscope.app.services import services_of

router = APIRouter(tags=["simulated and synthetic"])


class SealedLevel(BaseModel):
    """A level as it was recorded, and nothing of what is so. Sample i is at start + i x step."""

    level_db: float
    start_ms: float
    step_ms: float
    averages_uv: list[list[float]]


class ExerciseView(BaseModel):
    """An ear whose threshold is to be guessed."""

    id: str
    level_reference: str
    levels: list[SealedLevel]


class Guess(BaseModel):
    """The lowest level with a response, null for none; and how it was recorded when it was read."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        json_schema_extra={"examples": [{"guess_db": 40, "recorded": {"levels_db": [20, 40, 60]}}]},
    )

    guess_db: LevelDb | None
    recorded: Recorded


class Told(BaseModel):
    """What was so. `off_db`: the guess less the lowest level with a response; null without one."""

    off_db: float | None
    loss: Literal["normal", "chl", "snhl"]
    seed: int
    made: Simulated


@router.post("/exercises", status_code=201, summary="Begin to guess a threshold")
async def begin(request: Request, recorded: Recorded) -> ExerciseView:
    """An ear by chance, whose lowest level with a response is one of these.

    Its threshold, loss and seed stay with the server until the guess, or until it is restarted.
    """
    # Neither seed nor threshold can be chosen: who could would know the answer.
    ear = unknown_ear(recorded.levels_db, random.SystemRandom())
    made = await _recorded(request, ear, recorded)
    return _sealed(services_of(request).exercises.add(ear), made)


@router.post("/exercises/{exercise}/recordings", summary="Record the unknown ear once more")
async def again(request: Request, exercise: Identity, recorded: Recorded) -> ExerciseView:
    """The same ear with other sweeps, noise, replicates or levels."""
    ear = _ear(request, exercise)
    return _sealed(ear, await _recorded(request, ear, recorded))


@router.post("/exercises/{exercise}/guess", summary="Guess, and be told")
async def guess(request: Request, exercise: Identity, said: Guess) -> Told:
    """The answer holds the ear as `POST /simulate` does, and what makes it again there."""
    ear = _ear(request, exercise)
    made = await _recorded(request, ear, said.recorded)
    lowest = made["lowest_response_level_db"]
    off_db = None if said.guess_db is None or lowest is None else said.guess_db - lowest
    return Told(
        off_db=off_db,
        loss=ear.loss,
        seed=ear.seed,
        made=Simulated.model_validate(made),
    )


async def _recorded(request: Request, ear: Exercise, recorded: Recorded) -> dict[str, Any]:
    services = services_of(request)
    secret = {
        "true_threshold_db": ear.true_threshold_db,
        "loss": ear.loss,
        "seed": ear.seed,
    }
    arguments = {"ear": recorded.model_dump(exclude_none=True) | secret, "analyzer": None}
    return await services.ask(services.quick, "simulate", arguments)


def _ear(request: Request, identity: str) -> Exercise:
    found = services_of(request).exercises.get(identity)
    if found is None:
        raise not_found("exercise")
    return found


def _sealed(ear: Exercise, made: dict[str, Any]) -> ExerciseView:
    """Only what a recording shows: every field that is passed on is named in a model."""
    levels = [
        SealedLevel(**{name: level[name] for name in SealedLevel.model_fields})
        for level in made["levels"]
    ]
    return ExerciseView(id=ear.id, level_reference=made["level_reference"], levels=levels)
