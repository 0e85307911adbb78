"""Inside a worker process: one piece of work after another, each answered in JSON."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Protocol


class Tell(Protocol):
    """Says which step the work is at, how much of it is done, of how much, and what comes now.

    ``at`` names the part that is begun, where the work can be done without it.
    """

    def __call__(self, step: str, done: int, total: int, at: str = "", /) -> None:
        """Say it."""


Task = Callable[[Mapping[str, Any], Path, Tell], dict[str, Any]]
"""Arguments, a folder of its own, and how to tell -> a result that JSON can hold."""

TASKS: Mapping[str, str] = {
    "ready": "evoscope.app.jobs.child:say_ready",
    "analyze": "evoscope.app.work.analyze:analyze_upload",
    "analyze-again": "evoscope.app.work.analyze:analyze_again",
    "export": "evoscope.app.work.export:export",
    "cohort": "evoscope.app.work.cohort:export_cohort",
    "simulate": "evoscope.app.work.simulate:simulate",
    "generate": "evoscope.app.work.generate:generate_ears",
    "norms": "evoscope.app.work.norms:norm_curves",
    "compare": "evoscope.app.work.compare:compare",
    "text": "evoscope.app.work.text:analyze_texts",
    "text-model": "evoscope.app.work.text:describe_model",
    "text-perspective": "evoscope.app.work.text:perspective",
    "quiz": "evoscope.app.work.quiz:make_quiz",
}
"""What a worker can be asked to do, and where it is written."""


def work_until_closed(connection: Connection, memory_bytes: int, preload: tuple[str, ...]) -> None:
    """Serve until the other end closes."""
    # Ctrl-C goes to the whole group of a terminal: the server decides when its workers end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _bound_memory(memory_bytes)
    for module in preload:
        import_module(module)
    while True:
        try:
            asked = json.loads(connection.recv_bytes())
        except (EOFError, OSError):
            return
        try:
            answer = _answer(asked, connection)
        except BrokenPipeError:
            return
        connection.send_bytes(json.dumps(answer).encode())


def say_ready(_arguments: Mapping[str, Any], _folder: Path, _tell: Tell) -> dict[str, Any]:
    """Do nothing: the process is there, and has imported what it needs."""
    return {}


def _answer(asked: Mapping[str, Any], connection: Connection) -> dict[str, Any]:
    def tell(step: str, done: int, total: int, at: str = "", /) -> None:
        told = {"step": step, "done": done, "total": total, "at": at}
        connection.send_bytes(json.dumps(told).encode())

    try:
        module, _, name = TASKS[asked["task"]].partition(":")
        task: Task = getattr(import_module(module), name)
        return {"result": task(asked["arguments"], Path(asked["folder"]), tell)}
    except BrokenPipeError:
        raise
    except Exception as error:
        return {"problem": _problem(error)}


def _problem(error: Exception) -> dict[str, Any]:
    """Word an error by its kind: what a library says of a request is passed on, the rest is not."""
    from evoscope.app.work.refused import RefusedError
    from evoscope.runtime.errors import PackError

    if isinstance(error, RefusedError):
        return {"status": error.status, "error": error.error, "hint": error.hint, **error.more}
    if isinstance(error, PackError):
        said = str(error).removesuffix(error.hint).rstrip()
        return {"status": 503, "error": said, "hint": error.hint}
    if isinstance(error, ImportError):
        return {"status": 503, "error": str(error), "hint": "Install what is missing."}
    if isinstance(error, MemoryError):
        return {
            "status": 413,
            "error": "The work should fit into the memory of a worker. Found too little.",
            "hint": "Send less at once, or give the server more memory for each worker.",
        }
    return {
        "status": 500,
        "error": f"The work should be done. Found {type(error).__name__}.",
        "hint": "This is a defect of Evoscope. Please report what you did.",
        "where": _where(error),
    }


def _where(error: Exception) -> str:
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_qualname}:{trace.tb_lineno}" if trace else ""


def _bound_memory(most_bytes: int) -> None:
    """Bound what the process may allocate, where the system can: elsewhere only time is bounded."""
    if sys.platform != "linux":
        return
    import resource

    # Of data, not of addresses: libraries reserve addresses that they never use.
    resource.setrlimit(resource.RLIMIT_DATA, (most_bytes, most_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core file would hold recordings
