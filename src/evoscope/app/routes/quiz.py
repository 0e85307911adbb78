"""The blinded quiz: the server holds what is real, and says it after the answer."""

from __future__ import annotations

import random
import secrets
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ConfigDict, Field

from evoscope.app.problems import ProblemError, not_found
from evoscope.app.quiz import Answered, Item, Quiz, QuizScore, score_of
from evoscope.app.routes.common import Identity
from evoscope.app.services import Services, passing, services_of
from evoscope.app.store.errors import MissingError
from evoscope.app.store.views import EVERYONE, SeriesQuery

router = APIRouter(tags=["simulated and synthetic"])
MOST_SEARCHED = 1000
SERIES_AN_ITEM = 2
"""Series that are opened for an item: not every one can be used."""


class QuizRequest(BaseModel):
    """A quiz to begin. There is no seed: who could choose it could make the answers, too."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", json_schema_extra={"examples": [{"n": 20}]}
    )

    n: Annotated[int, Field(ge=4, le=60)] = 20
    model: Literal["diffusion", "cvae"] = "diffusion"


class QuizAnswer(BaseModel):
    """What a rater says of the item that was shown."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", json_schema_extra={"examples": [{"number": 1, "said": "real"}]}
    )

    number: Annotated[int, Field(ge=1, le=60)]
    said: Literal["real", "synthetic"]


class QuizItem(BaseModel):
    """A recording to judge. Sample i is at the quiz's start + i x step."""

    number: int
    level_db: float
    values_uv: tuple[float, ...]


class QuizView(BaseModel):
    """A quiz as it stands.

    `real` says what the real ones are: `recorded`, from this server's store, or `simulated`, where
    it has too few that fit. `of` is below what was `asked` where not as many do. `simulated` says
    whether the model learned from simulated ears alone.
    `item` is the next to judge, null at the end; `answered` what was said, and what was so.
    """

    model_config = ConfigDict(protected_namespaces=())

    id: str
    of: int
    asked: int
    real: Literal["recorded", "simulated"]
    model: str
    simulated: bool
    start_ms: float
    step_ms: float
    axis_uv: float
    item: QuizItem | None
    answered: list[Answered]
    score: QuizScore


@router.post("/quizzes", status_code=201, summary="Begin a blinded quiz")
async def begin(request: Request, asked: QuizRequest) -> QuizView:
    """Real or synthetic? Recordings of both kinds in an order by chance, one grid, one band.

    Each synthetic one takes the place of a real one: drawn at its level, class and threshold, with
    its noise. Real ones are stored recordings of human ears, clicks not in SPL, with two halves,
    at levels with a response, by whoever corrected the threshold last. Where fewer fit than are
    asked for, the quiz is that much shorter; where fewer than four do, they are simulated ones, and
    `real` says so.
    """
    services = services_of(request)
    with passing(services.spool()) as folder:
        series = await run_in_threadpool(_put_series, services, folder, asked.n)
        arguments = {**asked.model_dump(), "seed": secrets.randbits(32), "series": series}
        made = await services.ask(services.reports, "quiz", arguments, folder)
    items = [Item(**item) for item in made.pop("items")]
    return _view(services.quizzes.add(Quiz(items, made)))


@router.get("/quizzes/{quiz}", summary="A quiz as it stands")
async def quiz(request: Request, quiz: Identity) -> QuizView:
    """Held until the server is restarted; the latest 50 of them."""
    return _view(_quiz(request, quiz))


@router.post("/quizzes/{quiz}/answers", summary="Answer an item")
async def answer(request: Request, quiz: Identity, given: QuizAnswer) -> QuizView:
    """The last of `answered` says what was so. Items are answered once, in their order."""
    found = _quiz(request, quiz)
    if not found.answer(given.number, given.said):
        left = len(found.items) - len(found.answers)
        expected = f"{len(found.answers) + 1}, the next one" if left else "none: all are answered"
        raise ProblemError(409, f"number should be {expected}. Found {given.number}.")
    return _view(found)


def _quiz(request: Request, identity: str) -> Quiz:
    found = services_of(request).quizzes.get(identity)
    if found is None:
        raise not_found("quiz")
    return found


def _view(quiz: Quiz) -> QuizView:
    item = quiz.next
    shown = None
    if item is not None:
        # Only what does not tell: class and kind stay here until the answer.
        shown = QuizItem(
            number=len(quiz.answers) + 1, level_db=item.level_db, values_uv=item.values_uv
        )
    return QuizView(
        id=quiz.id,
        of=len(quiz.items),
        item=shown,
        answered=quiz.answers,
        score=score_of(quiz.answers),
        **quiz.about,
    )


def _put_series(services: Services, folder: Path, n: int) -> list[dict[str, Any]]:
    """Put series that may serve, chosen by chance, into a folder."""
    query = SeriesQuery(stimulus="click", status="estimated", rater=EVERYONE, limit=MOST_SEARCHED)
    there = [one for one in services.store.search(query).series if one.species == "human"]
    chosen = random.SystemRandom().sample(there, min(len(there), SERIES_AN_ITEM * n))
    put = []
    for number, one in enumerate(chosen):
        try:
            recordings = services.store.recordings(one.id)
        except MissingError:  # deleted meanwhile
            continue
        file = f"series-{number}.npz"
        (folder / file).write_bytes(recordings)
        mark, loss = one.threshold_mark, one.loss_mark  # who looked at it knows it better
        threshold_db = one.threshold_db if mark is None else mark.value_db
        named = one.loss_type if loss is None else loss.value
        known = {"loss_class": None if named == "cannot tell" else named}
        put.append({"file": file, **known, "threshold_db": threshold_db})
    return put
