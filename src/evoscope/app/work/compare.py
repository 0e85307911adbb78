"""Two readers of kept series, compared."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from evoscope.abr.findings import Findings
from evoscope.app.jobs.child import Tell
from evoscope.app.readings import Reading
from evoscope.app.readings.compare import compared, comparison

INPUT = "compare.json"


def compare(arguments: Mapping[str, Any], folder: Path, _tell: Tell) -> dict[str, Any]:
    """Compare readings.

    Args:
        arguments: ``a`` and ``b``: names of the readers.
        folder: holds ``compare.json``: ``series`` (id, findings, a, b; a reading or null).
    """
    given = json.loads((folder / INPUT).read_bytes())["series"]

    def reading(stated: Any) -> Reading | None:
        return None if stated is None else Reading.model_validate(stated)

    pairs = [
        compared(
            one["id"],
            Findings.model_validate(one["findings"]),
            reading(one["a"]),
            reading(one["b"]),
        )
        for one in given
    ]
    return comparison(arguments["a"], arguments["b"], pairs).model_dump(mode="json")
