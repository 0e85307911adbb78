"""Synthetic ears, drawn by a generator's pack, as the page shows them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from evoscope.abr.findings import WAVES
from evoscope.abr.generation import generate
from evoscope.app.jobs.child import Tell
from evoscope.app.work.refused import RefusedError
from evoscope.runtime import PackError


def generate_ears(arguments: Mapping[str, Any], folder: Path, tell: Tell) -> dict[str, Any]:
    """Draw ears; write them as a cohort into the folder, and return them.

    Args:
        arguments: those of ``evoscope.generate``.
        folder: of the work.
        tell: how far it is.

    Raises:
        RefusedError: impossible conditions.
        PackError: no such generator in this version.
    """
    drawn = 0

    def made(ears: int) -> None:
        nonlocal drawn
        drawn += ears
        tell("drawing", drawn, arguments["n"])

    try:
        cohort = generate(folder / "synthetic.parquet", progress=made, **arguments)
    except PackError:
        raise
    except ValueError as error:  # impossible conditions
        raise RefusedError(str(error)) from None
    grid = cohort.metadata
    table = cohort.to_pandas()
    recordings = [
        {
            "ear": str(row["series_id"]),
            "loss_type": row["loss_type"],
            "level_db": float(row["level_db"]),
            "start_ms": -1000.0 * grid.onset_sample / grid.sampling_rate_hz,
            "step_ms": 1000.0 / grid.sampling_rate_hz,
            "values_uv": [round(float(value), 4) for value in row["waveform"]],
            "waves": [
                {
                    "name": wave,
                    "present": bool(row[f"wave_{wave}_present"]),
                    "latency_ms": _number(row[f"wave_{wave}_latency_ms"]),
                    "amplitude_uv": _number(row[f"wave_{wave}_amplitude_uv"]),
                }
                for wave in WAVES
            ],
        }
        for row in table.to_dict("records")
    ]
    stated = grid.provenance
    return {
        "model": stated["model"],
        "model_sha256": stated["model_sha256"],
        "simulated": stated["simulated"],
        "warnings": stated["warnings"],
        "recordings": recordings,
    }


def _number(value: Any) -> float | None:
    return None if value is None or not np.isfinite(value) else round(float(value), 4)
