"""What the routes of a server share."""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from fastapi import Request

from evoscope.app.jobs import Jobs, Lane, Work
from evoscope.app.metrics import Metrics
from evoscope.app.quiz import EXERCISES_KEPT, QUIZZES_KEPT, Exercise, Held, Quiz
from evoscope.app.settings import Settings

if TYPE_CHECKING:
    from evoscope.app.store.store import Store  # SQLAlchemy is imported when a server starts

SPOOL = "spool"
KEY = "pseudonyms.key"


@dataclass
class Services:
    """Settings, store, lanes of workers, jobs and figures of one server.

    Attributes:
        uploads: analyzes what was uploaded, and generates: long work.
        quick: answers what a person waits for: tables, comparisons, simulations.
        reports: draws reports and writes cohorts: a person waits for them, too, but longer.
        texts: reads messages, its engine open.
    """

    settings: Settings
    store: Store
    uploads: Lane
    quick: Lane
    reports: Lane
    texts: Lane
    jobs: Jobs
    metrics: Metrics
    streams: int = 0
    quizzes: Held[Quiz] = field(default_factory=lambda: Held(most=QUIZZES_KEPT))
    exercises: Held[Exercise] = field(default_factory=lambda: Held(most=EXERCISES_KEPT))

    def spool(self) -> Path:
        """Make a folder for one piece of work; only this user can look into it."""
        return Path(tempfile.mkdtemp(dir=(self.settings.data / SPOOL).absolute()))

    @property
    def lanes(self) -> Mapping[str, Lane]:
        """All lanes by name."""
        return {
            "uploads": self.uploads,
            "quick": self.quick,
            "reports": self.reports,
            "texts": self.texts,
        }

    async def ask(
        self, lane: Lane, task: str, arguments: Mapping[str, Any], folder: Path | None = None
    ) -> dict[str, Any]:
        """Have a piece of work done while the client waits; stop it when the client goes away.

        Args:
            lane: that does it.
            task: its name.
            arguments: JSON values.
            folder: where it reads and writes; None for work that does neither.

        Raises:
            ProblemError: what the work says.
        """
        work = lane.submit(Work(task, arguments, folder or self.settings.data))
        try:
            return await asyncio.wrap_future(work.answer)
        except asyncio.CancelledError:
            work.call_off()
            raise

    def pseudonym_key(self) -> str:
        """The key of this server's pseudonyms, hexadecimal; made when first asked for."""
        path = self.settings.data / KEY
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return path.read_text(encoding="ascii").strip()
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32))
        return path.read_text(encoding="ascii").strip()


@contextmanager
def passing(folder: Path) -> Iterator[Path]:
    """Remove a folder of the spool at the end."""
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def services_of(request: Request) -> Services:
    """The services of the server that a request came to."""
    return cast(Services, request.app.state.services)
