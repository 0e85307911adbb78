"""What a normal ear would show at the levels of a series: the curves behind its plot."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from evoscope.abr.analysis.series_norms import latency_norm
from evoscope.abr.findings import WAVES, SeriesInfo
from evoscope.app.jobs.child import Tell


def norm_curves(arguments: Mapping[str, Any], _folder: Path, _tell: Tell) -> dict[str, Any]:
    """Return the norm of every wave's latency at levels.

    Args:
        arguments: ``info`` of the series, and ``levels_db``.
    """
    info = SeriesInfo.model_validate(arguments["info"])
    points = []
    for wave in WAVES:
        for level_db in arguments["levels_db"]:
            norm = latency_norm(info, wave, level_db=level_db)
            if norm is not None:
                points.append(
                    {
                        "wave": wave,
                        "level_db": level_db,
                        "mean_ms": norm.mean,
                        "low_ms": norm.low,
                        "high_ms": norm.high,
                        "source": norm.source,
                        "assumed": norm.assumed,
                    }
                )
    return {"latency": points}
