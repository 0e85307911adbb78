"""Waves that nobody marked, filled in with intervals."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from evoscope.abr.diffusion.checks import complaint
from evoscope.abr.generation.carry import known_of
from evoscope.abr.generation.contract import column
from evoscope.abr.generation.cvae.contract import TOLD_WAVES
from evoscope.abr.generation.generator import Generator
from evoscope.abr.generation.known import Like, open_like
from evoscope.abr.generation.opening import open_generator


def fill_in(like: Like, *, model: str | Path = "cvae", seed: int = 0) -> pd.DataFrame:
    """Fill in latencies and amplitudes of waves I, III and V that were not marked or found.

    What is known is left as it is, and helps: a marked wave V says much of where wave III is.

    Args:
        like: a cohort with its marks, or what an analysis found (``evoscope.analyze``).
        model: ``cvae``, or the folder of an autoencoder's pack.
        seed: of the draws that say how far an answer is open.

    Returns:
        one row for every recording and wave: patient_id, series_id, record, level_db, wave;
        ``present``, the probability that it is there; ``latency_ms`` and ``amplitude_uv``, each
        with ``_low`` and ``_high``, the ends of a 90 % interval, NaN where the value was known.

    Raises:
        PackError: no such pack.
        FormatError: a cohort that cannot be read, or on another grid.
        ValueError: a model that draws only, or one whose intervals were not calibrated.

    Example:
        >>> fill_in("clinic.parquet", model="no-such-folder")
        Traceback (most recent call last):
        ...
        evoscope.runtime.errors.PackError: A model pack should be a folder with a card.json in it.
        Found nothing at no-such-folder. Check the path.
    """
    generator = open_generator(model)
    if isinstance(generator, Generator):
        raise complaint("model", "an autoencoder, such as cvae", "diffusion, which only draws")
    known = known_of(generator, open_like(like))
    filled = generator.impute(
        known.waveforms_uv,
        known.table,
        latency_ms=known.latency_ms,
        amplitude_uv=known.amplitude_uv,
        noise_uv=known.noise_uv,
        seed=seed,
    )
    n, k = len(known.table), len(TOLD_WAVES)

    def each(values: object) -> object:
        return np.repeat(np.asarray(values), k)

    return pd.DataFrame(
        {
            "patient_id": each(known.ids.patient),
            "series_id": each(known.ids.series),
            "record": each(known.ids.record),
            "level_db": each(known.table[:, column("level_db")].astype(np.float64)),
            "wave": np.tile(TOLD_WAVES, n),
            "present": filled.present.ravel(),
            "latency_ms": filled.latency_ms.ravel(),
            "latency_low_ms": filled.low[:, :k].ravel(),
            "latency_high_ms": filled.high[:, :k].ravel(),
            "amplitude_uv": filled.amplitude_uv.ravel(),
            "amplitude_low_uv": filled.low[:, k:].ravel(),
            "amplitude_high_uv": filled.high[:, k:].ravel(),
        }
    )
