"""A recording with every field a test may want to spoil."""

from __future__ import annotations

from typing import Any

import numpy as np

from evoscope.abr.recording import Recording, Source, Stimulus, Subject


def stimulus(**changes: Any) -> Stimulus:
    return Stimulus(**({"kind": "click", "level_db": 60.0, "level_reference": "nHL"} | changes))


def recording(
    level_db: float = 60.0, *, path: str = "a.txt", record: int = 0, **changes: Any
) -> Recording:
    fields: dict[str, Any] = {
        "waveform": np.linspace(-1.0, 1.0, 200),
        "sampling_rate_hz": 20_000.0,
        "onset_sample": 20.0,
        "stimulus": stimulus(level_db=level_db),
        "subject": Subject(id="P1", ear="left", species="human"),
        "source": Source(path=path, format="csv", record=record),
    }
    return Recording(**(fields | changes))
