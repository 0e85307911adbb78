"""A lane: worker processes of one kind, and the work that waits for them."""

from __future__ import annotations

import math
import queue
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from evoscope.app.jobs.worker import LostError, Progress, Worker
from evoscope.app.problems import ProblemError


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
        part_seconds: that each part may take of work that can be done without it: where a part
            hangs or ends its process, the work is begun again, with the ``lost`` parts in its
            arguments (``at``, ``how``). None where work is one whole.
        answer: its result, or a `ProblemError`; cancelled when it was called off.
    """

    task: str
    arguments: Mapping[str, Any]
    folder: Path
    tell: Progress = _nothing
    part_seconds: float | None = None
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
        recycled_after: pieces of work after which a process is replaced: what libraries never give
            back stays small. The next piece waits for the other process.
        ended: called with the task and how it ended: ``done``, ``failed``, ``cancelled``; ``lost``
            for a part that it was done without.
    """

    def __init__(
        self,
        *,
        size: int,
        seconds: float,
        memory_bytes: int,
        waiting: int,
        preload: tuple[str, ...] = (),
        recycled_after: int = 250,
        ended: Callable[[str, str], None] = lambda _task, _ending: None,
    ) -> None:
        self._seconds, self._ended = seconds, ended
        self._memory_bytes, self._preload = memory_bytes, preload
        self._recycled_after = recycled_after
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
            with self._lock:
                self._busy += 1
            worker, answer = self._do(worker, work)
            with self._lock:
                self._busy -= 1
            self._settle(work, answer)
        if worker is not None:
            worker.end()

    def _do(
        self, worker: Worker | None, work: Work
    ) -> tuple[Worker, dict[str, Any] | ProblemError | None]:
        """Have work done, in one process after another while each ends at a part of its own."""

        def stop() -> bool:
            return work.called_off.is_set() or self._closing.is_set()

        began = time.monotonic()
        parts = work.part_seconds
        lost: list[dict[str, str]] = []
        while True:
            worker = self._fit(worker)
            try:
                answer = worker.do(
                    work.task,
                    work.arguments if parts is None else {**work.arguments, "lost": lost},
                    work.folder,
                    tell=work.tell,
                    seconds=self._seconds,
                    stop=stop,
                    began=began,
                    part_seconds=math.inf if parts is None else parts,
                )
            except LostError as error:
                if parts is None or not error.at:
                    return worker, error
                self._ended(work.task, "lost")
                lost.append({"at": error.at, "how": error.how})
            except ProblemError as problem:
                return worker, problem
            else:
                return worker, answer

    def _fit(self, worker: Worker | None) -> Worker:
        """Return the process where it can take work, else another."""
        if worker is not None:
            if worker.is_alive and worker.works_done < self._recycled_after:
                return worker
            worker.end()
        return Worker(memory_bytes=self._memory_bytes, preload=self._preload)

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
