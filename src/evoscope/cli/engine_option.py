"""``--engine``: refused before any work where it cannot be."""

from __future__ import annotations

from pathlib import Path

from evoscope.cli.usage_error import UsageError
from evoscope.scale.cluster import ClusterError, check_installed
from evoscope.scale.engines import Engine


def check_engine(engine: Engine, output: Path | None) -> None:
    """Refuse a cluster without Ray, or without a place for the parts that are done."""
    if engine == "local":
        return
    if output is None:
        raise UsageError("--engine ray should come with -o: what is done lies beside it.")
    try:
        check_installed()
    except ClusterError as error:
        raise UsageError(str(error)) from None
