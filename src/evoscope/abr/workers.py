"""Work shared among processes, its results in the order of the work."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Protocol, TypeVar

_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
# Items that wait for a worker, per process: none idles, and memory stays bounded.
_AHEAD = 4
Item = TypeVar("Item")
Result = TypeVar("Result")


class Over(Protocol):
    """Does work over items, here or elsewhere; work, items and results pickle."""

    def __call__(
        self, work: Callable[[Item], Result], items: Sequence[Item], /
    ) -> Iterable[Result]:
        """Return ``work(item)`` for every item, in order."""
        ...


def cores() -> int:
    """Cores this process may use: a container often has fewer than its machine."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def first_process() -> bool:
    """Whether this process writes the files: of those that ``torchrun`` started, one does.

    Example:
        >>> first_process()
        True
    """
    return os.environ.get("RANK", "0") == "0"


def in_order(
    work: Callable[[Item], Result], items: Iterable[Item], *, processes: int
) -> Iterator[Result]:
    """Yield ``work(item)`` for every item, in order, from several processes.

    Args:
        work: with several processes one that pickles, as items and results must.
        items: read ahead by a few only.
        processes: how many work; with one, nothing is started.

    Raises:
        ValueError: fewer than one process. What ``work`` raises is raised here.

    Example:
        >>> list(in_order(abs, [-2, 1], processes=1))
        [2, 1]
    """
    if processes < 1:
        raise ValueError(f"processes should be at least 1. Found {processes}.")
    return map(work, items) if processes == 1 else _shared(work, items, processes)


def _shared(
    work: Callable[[Item], Result], items: Iterable[Item], processes: int
) -> Iterator[Result]:
    waiting: deque[Future[Result]] = deque()
    with (
        one_thread_each(),
        ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool,
    ):
        try:
            for item in items:
                waiting.append(pool.submit(work, item))
                if len(waiting) >= processes * _AHEAD:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except BaseException:  # Ctrl-C included: what waits is not worth waiting for
            pool.shutdown(wait=False, cancel_futures=True)
            raise


@contextmanager
def one_thread_each() -> Iterator[None]:
    """Let processes started inside use one thread each: more would get in one another's way."""
    before = {name: os.environ.get(name) for name in _THREADS}
    os.environ.update(dict.fromkeys(_THREADS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
