"""Who does the work: this process, or a cluster."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from typing import Literal, TypeVar

Engine = Literal["local", "ray"]
Item = TypeVar("Item")
Result = TypeVar("Result")


def each(
    work: Callable[[Item], Result], items: Sequence[Item], *, engine: Engine
) -> Generator[Result]:
    """Yield ``work(item)`` for every item; a cluster yields them as they come.

    Args:
        work: on a cluster one that pickles, as items and results must.
        items: in the order in which they are begun.
        engine: ``local`` works in this process, ``ray`` on a cluster.

    Raises:
        ClusterError: no cluster, or it could not finish. What ``work`` raises is raised here.

    Example:
        >>> list(each(abs, [-2, 1], engine="local"))
        [2, 1]
    """
    if engine == "local" or not items:
        yield from map(work, items)
        return
    # Ray is an extra, and takes seconds to import.
    from evoscope.scale.cluster import each_on_cluster

    yield from each_on_cluster(work, items)
