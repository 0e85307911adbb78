"""One worker process, seen from the server: when it hangs or crashes, nothing else does."""

from __future__ import annotations

import json
import logging
import math
import signal
import time
from collections.abc import Callable, Mapping
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from evoscope.abr.workers import one_thread_each
from evoscope.app.jobs.child import work_until_closed
from evoscope.app.problems import ProblemError

Progress = Callable[[str, int, int], None]
LOG = logging.getLogger("evoscope.app")
POLL_S = 0.05
MOST_ANSWER_BYTES = 512 << 20


class LostError(ProblemError):
    """A process that is gone before its work was done.

    Attributes:
        at: the part that it was at; empty where it did not say.
        how: it ended.
    """

    def __init__(self, at: str, how: str, error: str, hint: str) -> None:
        super().__init__(503, error, hint)
        self.at, self.how = at, how


class Worker:
    """A process that does one piece of work at a time.

    What passes between the two is JSON: a worker that a file has taken over can send nothing that
    the server would run.

    Args:
        memory_bytes: that it may use.
        preload: modules to import before the first work.
    """

    def __init__(self, *, memory_bytes: int, preload: tuple[str, ...] = ()) -> None:
        context = get_context("spawn")  # a fork would copy the server's threads and locks
        self._connection, theirs = context.Pipe()
        self._process = context.Process(
            target=work_until_closed, args=(theirs, memory_bytes, preload), daemon=True
        )
        with one_thread_each():
            self._process.start()
        theirs.close()
        self.works_done = 0

    @property
    def is_alive(self) -> bool:
        """Whether it can take work."""
        return self._process.is_alive()

    def do(
        self,
        task: str,
        arguments: Mapping[str, Any],
        folder: Path,
        *,
        tell: Progress,
        seconds: float,
        stop: Callable[[], bool],
        began: float | None = None,
        part_seconds: float = math.inf,
    ) -> dict[str, Any] | None:
        """Have a piece of work done.

        Args:
            task: its name in ``child.TASKS``.
            arguments: JSON values.
            folder: where it reads and writes.
            tell: called while it goes on.
            seconds: that it may take.
            stop: asked all the time whether to end it.
            began: on the monotonic clock, where an earlier process had begun it.
            part_seconds: that one part may take which the work names.

        Returns:
            Its result; ``None`` when ``stop`` said so, and the process is gone.

        Raises:
            LostError: its process ended, or stayed too long at a part: the process is gone.
            ProblemError: what the work says; or it took too long, and the process is gone, too.
        """
        deadline = (time.monotonic() if began is None else began) + seconds
        step, at, part_deadline = "starting", "", math.inf
        try:
            asked = {"task": task, "arguments": arguments, "folder": str(folder)}
            self._connection.send_bytes(json.dumps(asked).encode())
            while True:
                if stop():
                    self.kill()
                    return None
                if time.monotonic() > deadline:
                    self.kill()
                    raise ProblemError(
                        503,
                        f"The work should end within {seconds:g} s. Found it still {step}.",
                        "Send less at once, or allow more time with the server's settings.",
                    )
                if time.monotonic() > part_deadline:
                    self.kill()
                    how = f"still at it after {part_seconds:g} s"
                    raise LostError(at, how, f"The work should go on. Found it {how}, {step}.", "")
                if not self._connection.poll(POLL_S):
                    continue
                told = json.loads(self._connection.recv_bytes(MOST_ANSWER_BYTES))
                if "step" in told:
                    step, at = f"{told['step']} {told['done']} of {told['total']}", told["at"]
                    part_deadline = time.monotonic() + part_seconds if at else math.inf
                    tell(told["step"], told["done"], told["total"])
                    continue
                self.works_done += 1
                if "problem" in told:
                    where = told["problem"].pop("where", None)
                    if where is not None:
                        LOG.error("defect", extra={"fields": {"task": task, "where": where}})
                    raise ProblemError(**told["problem"])
                result: dict[str, Any] = told["result"]
                return result
        except (EOFError, OSError, ValueError) as error:
            self.kill()
            raise LostError(
                at,
                self._how(),
                f"The worker process should stay until its work is done. Found it {self._how()} "
                f"while {step}.",
                "Its work is lost, nothing else is. A file may need more memory than a worker has: "
                "send fewer at once.",
            ) from error

    def kill(self) -> None:
        """End the process at once."""
        self._process.kill()
        self._process.join()
        self._connection.close()

    def end(self) -> None:
        """Let the process end by itself, or end it."""
        if not self._connection.closed:
            self._connection.close()
        self._process.join(timeout=1.0)
        if self._process.is_alive():
            self.kill()

    def _how(self) -> str:
        code = self._process.exitcode
        if code is None:
            return "gone"
        if code >= 0:
            return f"ended with code {code}"
        try:
            return f"ended by {signal.Signals(-code).name}"
        except ValueError:
            return f"ended by signal {-code}"
