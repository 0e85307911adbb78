"""Jobs: long work with an id, told while it goes on, called off on request."""

from __future__ import annotations

import asyncio
import threading
import uuid
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from evoscope.app.jobs.lane import Work
from evoscope.app.problems import ProblemBody, ProblemError

State = Literal["waiting", "running", "done", "failed", "cancelled"]
ENDED: tuple[State, ...] = ("done", "failed", "cancelled")
KEPT = 1000
"""Ended jobs that can still be asked for."""


class JobProblem(ProblemBody):
    """Why a job failed; ``status`` is that of the response a waiting client would have got."""

    status: int


class JobView(BaseModel):
    """A job as it stands.

    Attributes:
        kind: ``analyze``, ``analyze-again`` or ``generate``.
        step, done, total: what it is at, and how much of that is done.
        problem: why it failed.
        result: what it made: for ``analyze`` the upload and its series; for ``analyze-again`` the
            series and the version; for ``generate`` where the cohort is.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    kind: str
    state: State
    step: str = ""
    done: int = 0
    total: int = 0
    created_at: datetime
    problem: JobProblem | None = None
    result: dict[str, Any] | None = None


class Job:
    """A job, watched by any number of streams."""

    def __init__(self, kind: str) -> None:
        self._view = JobView(
            id=uuid.uuid4().hex, kind=kind, state="waiting", created_at=datetime.now(UTC)
        )
        self._lock = threading.Lock()
        self._watchers: set[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = set()
        self.work: Work | None = None

    @property
    def view(self) -> JobView:
        """As it stands."""
        return self._view

    def change(self, **fields: Any) -> None:
        """Change what is told of it; from any thread."""
        with self._lock:
            if self._view.state in ENDED:
                return
            self._view = self._view.model_copy(update=fields)
            watchers = list(self._watchers)
        for loop, event in watchers:
            with suppress(RuntimeError):  # a loop that was closed watches nothing
                loop.call_soon_threadsafe(event.set)

    def told(self, step: str, done: int, total: int) -> None:
        """Note how far it is."""
        self.change(state="running", step=step, done=done, total=total)

    async def changes(self, *, pause_s: float) -> AsyncIterator[JobView | None]:
        """Yield how it stands now, then at every change to its end; ``None`` after a long pause."""
        event = asyncio.Event()
        watcher = (asyncio.get_running_loop(), event)
        with self._lock:
            self._watchers.add(watcher)
        try:
            view: JobView | None = None
            while True:
                if self._view is not view:
                    view = self._view
                    yield view
                    if view.state in ENDED:
                        return
                try:
                    await asyncio.wait_for(event.wait(), pause_s)
                    event.clear()
                except TimeoutError:
                    yield None
        finally:
            with self._lock:
                self._watchers.discard(watcher)


class Jobs:
    """The jobs of a server, the latest of them."""

    def __init__(self) -> None:
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._lock = threading.Lock()

    def start(
        self,
        kind: str,
        submit: Callable[[Callable[[str, int, int], None]], Work],
        *,
        finish: Callable[[dict[str, Any]], dict[str, Any]],
        cleanup: Callable[[State], None] = lambda _state: None,
    ) -> Job:
        """Start a job.

        Args:
            kind: what it is called.
            submit: hands the work to a lane, with what to tell.
            finish: makes the job's result of the work's: stores it, mostly.
            cleanup: called at the end with how it ended.

        Raises:
            ProblemError: the lane takes no more.
        """
        job = Job(kind)
        job.work = work = submit(job.told)
        with self._lock:
            self._jobs[job.view.id] = job
            while len(self._jobs) > KEPT:
                oldest = next(iter(self._jobs))
                if self._jobs[oldest].view.state not in ENDED:
                    break
                del self._jobs[oldest]

        def ended(_answer: object) -> None:
            state: State = "failed"
            try:
                if work.answer.cancelled():
                    state = "cancelled"
                    fields: dict[str, Any] = {}
                else:
                    fields = {"result": finish(work.answer.result())}
                    state = "done"
            except ProblemError as problem:
                told = JobProblem(status=problem.status, error=problem.error, hint=problem.hint)
                fields = {"problem": told}
            except Exception as error:
                reason = f"The result should be kept. Found {type(error).__name__}."
                fields = {"problem": JobProblem(status=500, error=reason)}
            cleanup(state)
            job.work = None  # its answer may be large, and ended jobs are kept
            job.change(state=state, **fields)

        work.answer.add_done_callback(ended)
        return job

    def get(self, job: str) -> Job | None:
        """A job by its id; ``None`` when there is none."""
        with self._lock:
            return self._jobs.get(job)

    def cancel(self, job: Job) -> None:
        """Have a job stopped; what ended stays as it ended."""
        if job.work is not None:
            job.work.call_off()
