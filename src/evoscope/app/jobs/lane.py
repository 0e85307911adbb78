"""A lane: worker processes of one kind, and the work that waits for them."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evoscope.app.jobs.worker import Progress, Worker
from evoscope.app.problems import ProblemError

RECYCLED_AFTER = 250
"""Pieces of work after which a process is replaced: what libraries never give back stays small."""


def _nothing(_step: str, _done: int, _total: int) -> None:
    """Nobody listens."""


@dataclass(eq=False)
class Work:
    """A piece of work on its way.

    Attributes:
        task: its name in ``child.TASKS``.
        arguments: JSON values.
        folder: of its own, where it reads and writes.
        tell: called from another thread while it goes on.
        answer: its result, or a `ProblemError`; cancelled when it was called off.
    """

    task: str
    arguments: Mapping[str, Any]
    folder: Path
    tell: Progress = _nothing
    answer: Future[dict[str, Any]] = field(default_factory=Future)
    called_off: threading.Event = field(default_factory=threading.Event)

    def call_off(self) -> None:
        """Have it stopped: at once when it waits, by ending its process when it runs."""
        self.called_off.set()


class Lane:
    """Runs work in processes, so many at a time.

    Args:
        size: processes; they start when there is work for them.
        seconds: that a piece of work may take.
        memory_bytes: that a process may use.
        waiting: pieces of work that may wait.
        preload: modules that a process imports before its first work.
        ended: called with the task and how it ended: ``done``, ``failed``, ``cancelled``.
    """

    def __init__(
        self,
        *,
        size: int,
        seconds: float,
        memory_bytes: int,
        waiting: int,
        preload: tuple[str, ...] = (),
        ended: Callable[[str, str], None] = lambda _task, _ending: None,
    ) -> None:
        self._seconds, self._ended = seconds, ended
        self._memory_bytes, self._preload = memory_bytes, preload
        self._queue: queue.Queue[Work | None] = queue.Queue()
        self._most_waiting = waiting
        self._closing = threading.Event()
        self._busy = 0
        self._lock = threading.Lock()
        self._slots = [
            threading.Thread(target=self._serve, name=f"lane-slot-{i}", daemon=True)
            for i in range(size)
        ]
        for slot in self._slots:
            slot.start()

    @property
    def waiting(self) -> int:
        """Pieces of work that wait."""
        return self._queue.qsize()

    @property
    def busy(self) -> int:
        """Pieces of work that run."""
        return self._busy

    def submit(self, work: Work) -> Work:
        """Take on a piece of work.

        Raises:
            ProblemError: too many wait already.
        """
        if self._closing.is_set() or self._queue.qsize() >= self._most_waiting:
            raise ProblemError(
                503,
                f"At most {self._most_waiting} pieces of work should wait. Found as many.",
                "Try again later.",
            )
        self._queue.put(work)
        return work

    def close(self) -> None:
        """End every process, whatever it is doing."""
        self._closing.set()
        for _ in self._slots:
            self._queue.put(None)
        for slot in self._slots:
            slot.join()

    def _serve(self) -> None:
        worker: Worker | None = None
        while (work := self._queue.get()) is not None:
            if work.called_off.is_set() or self._closing.is_set():
                self._settle(work, None)
                continue
            if worker is None or not worker.is_alive or worker.works_done >= RECYCLED_AFTER:
                if worker is not None:
                    worker.end()
                worker = Worker(memory_bytes=self._memory_bytes, preload=self._preload)
            with self._lock:
                self._busy += 1
            answer = self._do(worker, work)
            with self._lock:
                self._busy -= 1
            self._settle(work, answer)
        if worker is not None:
            worker.end()

    def _do(self, worker: Worker, work: Work) -> dict[str, Any] | ProblemError | None:
        def stop() -> bool:
            return work.called_off.is_set() or self._closing.is_set()

        try:
            return worker.do(
                work.task,
                work.arguments,
                work.folder,
                tell=work.tell,
                seconds=self._seconds,
                stop=stop,
            )
        except ProblemError as problem:
            return problem

    def _settle(self, work: Work, answer: dict[str, Any] | ProblemError | None) -> None:
        if answer is None:
            self._ended(work.task, "cancelled")
            work.answer.cancel()
            work.answer.set_running_or_notify_cancel()
        elif isinstance(answer, ProblemError):
            self._ended(work.task, "failed")
            work.answer.set_exception(answer)
        else:
            self._ended(work.task, "done")
            work.answer.set_result(answer)
