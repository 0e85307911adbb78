"""One simulated ear with its truth, for teaching: sliders in, traces out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from evoscope.abr.analysis import Options
from evoscope.abr.analysis.files import analyze_each
from evoscope.abr.findings import ReadError
from evoscope.abr.simulation import simulate_series
from evoscope.app.jobs.child import Tell
from evoscope.app.work.refused import RefusedError


def simulate(arguments: Mapping[str, Any], _folder: Path, _tell: Tell) -> dict[str, Any]:
    """Simulate an ear; with ``analyzer``, also say what an analysis finds in it.

    Args:
        arguments: ``ear``: arguments of ``simulate_series``; ``analyzer``: its name, or null.

    Raises:
        RefusedError: values that cannot be.
    """
    try:
        series, truth = simulate_series(**arguments["ear"])
    except ValueError as error:
        raise RefusedError(str(error)) from None
    levels = []
    for level_db in series.levels_db:
        at, recordings = truth.levels[level_db], series.at(level_db)
        first = recordings[0]
        levels.append(
            {
                "level_db": level_db,
                "start_ms": float(first.time_ms[0]),
                "step_ms": 1000.0 / first.sampling_rate_hz,
                "averages_uv": [_plain(one.waveform) for one in recordings],
                "clean_uv": _plain(at.clean_waveform),
                "response_present": at.response_present,
                "waves": [
                    {
                        "name": wave.name,
                        "present": wave.present,
                        "latency_ms": _number(wave.latency_ms),
                        "amplitude_uv": _number(wave.amplitude_uv),
                    }
                    for wave in at.waves
                ],
            }
        )
    answer: dict[str, Any] = {
        "level_reference": series.key.level_reference,
        "true_threshold_db": truth.true_threshold_db,
        "lowest_response_level_db": truth.lowest_response_level_db,
        "levels": levels,
        "findings": None,
    }
    if arguments["analyzer"] is not None:
        ((_, found),) = analyze_each([series], Options(analyzer=arguments["analyzer"]))
        if isinstance(found, ReadError):
            raise RefusedError(found.reason, found.hint, status=500)
        answer["findings"] = found.model_dump(mode="json")
    return answer


def _plain(values: Any) -> list[float]:
    return [round(float(value), 4) for value in np.asarray(values)]


def _number(value: float | None) -> float | None:
    return None if value is None or not np.isfinite(value) else round(float(value), 4)
