"""A Ray cluster: joined, or started on this machine, and work mapped over it by Ray Data."""

from __future__ import annotations

import logging
import os
import pickle
import sys
import warnings
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from importlib.util import find_spec
from typing import Any, TypeVar

from evoscope.abr.workers import cores
from evoscope.scale.stopping import stops_kept

Item = TypeVar("Item")
Result = TypeVar("Result")

ADDRESS = "RAY_ADDRESS"
_STORE_BYTES = 256 * 2**20
"""Of the object store of a cluster started here: parts go through files, not through it."""
_TRIES = 2
"""To start or join a cluster: Ray gives a node half a minute, which a busy machine may exceed."""
_LIVES = 5
"""A part that ends its worker so often is taken to be the cause."""


class ClusterError(RuntimeError):
    """There is no cluster, or it could not finish: why, and what to do."""


def check_installed() -> None:
    """Refuse work on a cluster where Ray is not installed.

    Raises:
        ClusterError: the message says how to install it.
    """
    if find_spec("ray") is None:
        raise ClusterError(
            "--engine ray should have Ray installed. Found none. "
            "Install the extra: pip install 'evoscope[scale]'"
        )


@contextmanager
def cluster(*, workers: int | None = None) -> Iterator[None]:
    """Join the cluster at ``RAY_ADDRESS``, or start one on this machine until the block ends.

    Nothing is reported to anybody: Ray's usage statistics are off. A process that has joined a
    cluster before stays with it.

    Args:
        workers: of a cluster started here; ``None``: one per core.

    Raises:
        ClusterError: Ray is not installed, or nothing answers at the address.
    """
    check_installed()
    # Before the import, which reads it; what this starts inherits it.
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    with _quiet():
        import ray
    if ray.is_initialized():
        yield
        return
    _join(os.environ.get(ADDRESS), cores() if workers is None else workers)
    try:
        yield
    finally:
        ray.shutdown()


def _join(address: str | None, workers: int) -> None:
    import ray

    own: dict[str, Any] = {}
    if not address:
        own = {
            "num_cpus": workers,
            "include_dashboard": False,
            "object_store_memory": _STORE_BYTES,
        }
        # By default workers give way to everything else on the machine.
        os.environ.setdefault("RAY_worker_niceness", "0")
    for left in reversed(range(_TRIES)):
        try:
            with _quiet(), stops_kept():
                ray.init(
                    address=address, log_to_driver=False, logging_level=logging.CRITICAL, **own
                )
            return
        except Exception as error:  # a node that is late raises no narrower one
            ray.shutdown()
            if left:
                continue
            what = f"{ADDRESS}={address}" if address else "a machine that is too busy to start one"
            raise ClusterError(
                f"A cluster should answer. Found {what}: {str(error)[:200]} "
                "Check the address and the machine, then run again."
            ) from error


def each_on_cluster(work: Callable[[Item], Result], items: Sequence[Item]) -> Generator[Result]:
    """Yield ``work(item)`` for every item as Ray Data brings them, in no particular order.

    A worker that dies loses nothing: what it worked on is given to another one. A cluster that was
    not joined before is joined, or started, for as long as this goes on.

    Raises:
        ClusterError: no cluster, or it went away, or an item ended its worker again and again.
        What ``work`` raises.
    """
    with cluster():
        with _quiet():
            batches = _started(work, items)
        while (batch := _next(batches)) is not None:
            for content in batch.column("result").to_pylist():
                result, failure = pickle.loads(content)
                if failure is not None:
                    raise failure
                yield result


def _started(work: Callable[[Item], Any], items: Sequence[Item]) -> Iterator[Any]:
    from ray import cloudpickle, data

    _say_little(data.DataContext.get_current())
    dump: Callable[[object], bytes] = cloudpickle.dumps  # functions of a notebook, too
    rows = [{"item": dump(item)} for item in items]
    # A block for each: an item is what is worked on at once, and what is done anew.
    table = data.from_items(rows, override_num_blocks=len(rows))
    done = table.map(_Row(work), max_retries=_LIVES)
    return iter(done.iter_batches(batch_size=None, batch_format="pyarrow"))


def _next(batches: Iterator[Any]) -> Any:
    from ray.exceptions import RayError

    try:
        # Ray tells of dead workers on standard output, which is for results.
        with _quiet(), redirect_stdout(sys.stderr):
            return next(batches, None)
    except RayError as error:
        said = str(error).strip().splitlines() or [type(error).__name__]
        raise ClusterError(
            f"The cluster should finish its work. Found: {said[-1][:300]} "
            "What is done is kept: the same command goes on from there."
        ) from error


class _Row:
    """The work on one row; an error travels as a value, and is raised here as it was there."""

    def __init__(self, work: Callable[[Any], Any]) -> None:
        self._work = work

    def __call__(self, row: dict[str, Any]) -> dict[str, Any]:
        result, failure = None, None
        try:
            result = self._work(pickle.loads(row["item"]))
        except Exception as error:
            failure = error
        return {"result": pickle.dumps((result, failure))}


def _say_little(context: Any) -> None:
    """One progress bar is enough, and it is not Ray's."""
    context.enable_progress_bars = False
    context.print_on_execution_start = False
    logging.getLogger("ray.data").setLevel(logging.CRITICAL)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep Ray's warnings of its own deprecations from people who cannot act on them."""
    with warnings.catch_warnings():
        for kind in (DeprecationWarning, FutureWarning, ResourceWarning):
            warnings.simplefilter("ignore", kind)
        yield
